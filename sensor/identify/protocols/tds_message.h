// TDS packets and what clients put into them (MS-TDS §2.2.3, §2.2.6). Hot path.
#pragma once

#include <cstdint>

#include "sensor/identify/protocol.h"

namespace sensor::identify::tds {

enum class Type : std::uint8_t {  // MS-TDS §2.2.3.1.1
    kBatch = 0x01,
    kProcedure = 0x03,
    kResult = 0x04,
    kTransaction = 0x0e,
    kLogin = 0x10,
    kPreLogin = 0x12,
};

struct Packet {
    Match match = Match::kNo;
    Type type{};
    bool is_last = false;
    std::size_t length = 0;  ///< bytes after the header
    bytes::View body;        ///< as much of them as is here
    bytes::View rest;
};

/// The packet that `said` begins with, §2.2.3.1: its length counts the header; the window is not
/// used.
[[nodiscard]] Packet read_packet(bytes::View said) noexcept;
/// Whether what follows the packet, if it is here, can be another.
[[nodiscard]] bool is_framed(const Packet& packet) noexcept;

/// A table of options, the version first, then their values, §2.2.6.5. Also what the server
/// answers.
[[nodiscard]] Match read_pre_login(const Packet& packet) noexcept;
/// What a client says, by the packet's type.
[[nodiscard]] Match read_client(const Packet& packet) noexcept;

}  // namespace sensor::identify::tds
