// Fragments -> datagrams, IPv4 (RFC 815), IPv6 (RFC 8200 §4.5) and CAPWAP (RFC 5415 §3.4). Bounded,
// and by packet time.
//
// Our own and not rte_ip_frag: that one knows datagrams by two addresses and an identification,
// which repeat from tunnel to tunnel; takes few fragments (eight, as built by distributions, and a
// big NFS datagram has 44); holds frames of the receive pool; and returns a chain where we want one
// view.
//
// What overlaps: an exact repetition is ignored, of whatever part. Anything else that overlaps, or
// that contradicts the datagram's length, ends the datagram and all of it that is yet to come
// (RFC 5722 §3): hosts disagree on which bytes win, so nobody can tell what was received.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>

#include "lib/memory/region.h"
#include "lib/metrics/counter_block.h"
#include "sensor/decode/walk.h"

namespace sensor::decode {

struct ReassemblyLimits {
    std::size_t datagrams = 256;                  ///< incomplete at once; 10 KiB each
    Duration timeout = std::chrono::seconds{30};  ///< from a datagram's first fragment to its last
};

/// Every fragment that came is counted in one of these, or is held, or completed its datagram.
enum class ReassemblyCounter : std::uint8_t {
    kDatagrams,      ///< put together
    kJoined,         ///< fragments in them, save the last to come
    kRepeated,       ///< fragments that were there already
    kTimedOut,       ///< fragments whose datagram was not whole in time
    kEvicted,        ///< fragments whose datagram made room for another
    kContradictory,  ///< fragments of a datagram with overlaps or two lengths
    kMalformed,      ///< fragments that no datagram can have
    kNoRoom,         ///< fragments that came while each place had a datagram of the same burst
    kCount,
};

/// What became of a fragment.
struct Reassembled {
    DecodeStatus status = DecodeStatus::kFragment;  ///< kOk if its datagram is whole now
    bytes::View payload;         ///< of the datagram, as far as it was captured and is kept
    std::uint32_t length = 0;    ///< bytes of the datagram
    std::uint32_t captured = 0;  ///< bytes captured of the fragments before
};

class Reassembler {
  public:
    static constexpr std::size_t kKeptBytes = 9216;  ///< of a datagram, from its start

    explicit Reassembler(const ReassemblyLimits& limits);

    /// Lets go of the datagrams that were put together for the last burst.
    void begin_burst() noexcept;
    /// Takes the fragment `part`, whose bytes are the payload of `packet`. What it returns stays
    /// until the next begin_burst().
    [[nodiscard]] Reassembled add(const DecodedPacket& packet, const Fragment& part,
                                  const PacketView& view) noexcept;

    [[nodiscard]] const metrics::CounterBlock<ReassemblyCounter>& counters() const noexcept {
        return counters_;
    }
    /// Fragments of datagrams that are not whole yet.
    [[nodiscard]] std::uint64_t held() const noexcept { return held_; }

  private:
    static constexpr std::size_t kUnits = 65536 / 8;  // a fragment's place counts 8-byte units

    struct Key {
        std::uint64_t scope = 0;
        Address source;
        Address destination;
        std::uint32_t datagram = 0;
        Selector next;
        friend bool operator==(const Key&, const Key&) = default;
    };
    enum class State : std::uint8_t { kFree, kIncomplete, kRefused, kWhole };
    /// What is looked through for each fragment; a datagram's bytes are apart.
    struct Datagram {
        State state = State::kFree;
        Key key;
        std::int64_t first_seen_ns = 0;
        std::uint32_t fragments = 0;
        std::uint32_t units = 0;     // of 8 bytes that have come
        std::uint32_t length = 0;    // bytes; 0 until the last fragment has come
        std::uint32_t reach = 0;     // bytes up to the end of the furthest fragment
        std::uint32_t kept = 0;      // bytes up to the first that was not captured or kept
        std::uint32_t captured = 0;  // bytes captured
    };
    struct Content {
        std::array<std::uint64_t, kUnits / 64> seen;  // a bit a unit
        std::array<std::uint8_t, kKeptBytes> bytes;
    };
    [[nodiscard]] Content& content_of(const Datagram& datagram) noexcept {
        return contents_[static_cast<std::size_t>(&datagram - &datagrams_[0])];
    }

    [[nodiscard]] Datagram* find_or_begin(const Key& key, std::int64_t now_ns) noexcept;
    void begin(Datagram& datagram, const Key& key, std::int64_t now_ns) noexcept;
    void drop(Datagram& datagram, ReassemblyCounter reason) noexcept;
    void refuse(Datagram& datagram) noexcept;
    enum class Fit : std::uint8_t { kNew, kRepeated, kContradictory };
    [[nodiscard]] Fit fit(const Datagram& datagram, const DecodedPacket& packet,
                          const Fragment& part) noexcept;
    void insert(Datagram& datagram, const DecodedPacket& packet, const Fragment& part) noexcept;

    std::int64_t timeout_ns_;
    std::int64_t now_ns_ = 0;
    std::uint64_t held_ = 0;
    memory::Region<Datagram> datagrams_;
    memory::Region<Content> contents_;  // of the datagram in the same place
    std::size_t used_ = 0;              // places from here on were never used
    std::size_t whole_ = 0;             // datagrams put together in this burst
    metrics::CounterBlock<ReassemblyCounter> counters_;
};

}  // namespace sensor::decode
