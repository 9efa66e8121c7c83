// Capture files written by hand, so that their bytes depend on no library: pcap
// (draft-ietf-opsawg-pcap) and pcapng (draft-ietf-opsawg-pcapng). Always little-endian.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lib/result/result.h"
#include "sensor/model/timestamp.h"
#include "tests/support/traffic/byte_writer.h"

namespace traffic {

/// LINKTYPE_ numbers, www.tcpdump.org/linktypes. Any other number may be cast to it.
enum class LinkNumber : std::uint16_t {
    kNull = 0,
    kEthernet = 1,
    kRaw = 101,
    kLinuxCooked = 113,
    kLinuxCooked2 = 276,
};
enum class Container : std::uint8_t { kPcap, kPcapng };
enum class Resolution : std::uint8_t { kMicroseconds, kNanoseconds };

struct Format {
    Container container = Container::kPcap;
    Resolution resolution = Resolution::kMicroseconds;
    LinkNumber link = LinkNumber::kEthernet;
};

struct Packet {
    sensor::Timestamp time{};
    Bytes frame;                    ///< captured bytes, from the link header on
    std::uint32_t wire_length = 0;  ///< 0 means all of it was captured
};

/// Packets of many conversations, in any order; written in order of time.
class Trace {
  public:
    void add(Packet packet) { packets_.push_back(std::move(packet)); }
    /// By time; packets of one time in the order they were added.
    [[nodiscard]] std::vector<Packet> sorted() const;
    [[nodiscard]] std::size_t size() const noexcept { return packets_.size(); }

    /// The whole file.
    [[nodiscard]] Bytes file(const Format& format = {}) const;

  private:
    std::vector<Packet> packets_;
};

/// Creates or replaces the file at `path`.
[[nodiscard]] result::Status write_file(const std::string& path, bytes::View content);

}  // namespace traffic
