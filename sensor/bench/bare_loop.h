// The least that a sensor must do: parse Ethernet, IPv4 and TCP or UDP, hash both directions to one
// value, find the session's slot, count. What the whole pipeline is measured against.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "lib/memory/region.h"
#include "sensor/model/burst.h"

namespace sensor::bench {

class BareLoop {
  public:
    /// A table for `sessions` at half load, and the place of the inner IP header, which this loop
    /// is told instead of walking there. Cold path.
    BareLoop(std::size_t sessions, std::size_t ip_at);

    /// Looks at the `views` column.
    void run(const Burst& burst) noexcept;

    struct Counts {
        std::uint64_t packets = 0;
        std::uint64_t bytes = 0;
        std::uint64_t sessions = 0;  ///< begun
        std::uint64_t rejected = 0;  ///< neither TCP nor UDP over IPv4, or cut short
    };
    [[nodiscard]] const Counts& counts() const noexcept { return counts_; }

  private:
    struct Key {
        std::uint64_t low = 0;  // address and port of the lower endpoint, and the protocol
        std::uint64_t high = 0;
        friend bool operator==(const Key&, const Key&) = default;
    };
    struct alignas(64) Slot {
        Key key;  // of no session if zero
        std::int64_t last_seen_ns;
        std::array<std::uint64_t, 2> bytes;    // by endpoint
        std::array<std::uint32_t, 2> packets;  // ditto
        std::uint8_t tcp_flags;
    };
    static_assert(sizeof(Slot) == 64, "one cache line");
    struct Parsed {
        Key key;
        std::uint64_t hash = 0;
        std::uint32_t length = 0;  // of the IP packet
        std::uint8_t tcp_flags = 0;
        bool from_low = false;
        bool is_good = false;
    };
    [[nodiscard]] Parsed parse(bytes::View frame) const noexcept;
    [[nodiscard]] Slot& find(const Parsed& packet) noexcept;

    memory::Region<Slot> slots_;
    std::size_t mask_;
    std::size_t ip_at_;
    Counts counts_;
    std::array<Parsed, Burst::kCapacity> parsed_;
};

}  // namespace sensor::bench
