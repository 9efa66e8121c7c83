// Blocks of a pcapng file, draft-ietf-opsawg-pcapng: little-endian, times in nanoseconds.
//
// A section can be appended to a file that has others: what follows a section header counts its
// interfaces from 0 again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lib/bytes/byte_cursor.h"

namespace pcapng {

/// Text longer than this, in an option, is cut; bytes.
inline constexpr std::size_t kMostText = 4096;

/// Appends a section header (§4.1). `application` wrote the section, "offport 0.1.0".
void append_section(std::string& out, std::string_view application);

struct Interface {
    std::uint16_t link_type = 1;   ///< LINKTYPE_ number; 1 is Ethernet
    std::uint32_t snap_bytes = 0;  ///< frames are cut after so many; 0: they are not
    std::string_view name{};       ///< left out if empty
};

/// Appends an interface description (§4.3); the section's interfaces count from 0.
void append_interface(std::string& out, const Interface& interface);

struct Packet {
    std::uint32_t interface = 0;
    std::int64_t time_ns = 0;          ///< since the Unix epoch
    std::uint32_t original_bytes = 0;  ///< of the frame; at least data.size()
    bytes::View data{};                ///< those that are kept
    std::string_view comment{};        ///< UTF-8; left out if empty
};

/// Appends an enhanced packet (§4.4).
void append_packet(std::string& out, const Packet& packet);

}  // namespace pcapng
