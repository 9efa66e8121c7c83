// The first packets of every session, in a ring of fixed size: the oldest make room. Hot path, one
// a worker.
//
// A packet is copied once it belongs to a session; it crosses to the cold side when the cold side
// is told of that session, which most never are.
#pragma once

#include <cstddef>
#include <cstdint>

#include "lib/memory/region.h"
#include "lib/metrics/counter_block.h"
#include "sensor/evidence/channel.h"
#include "sensor/evidence/kept_packet.h"
#include "sensor/evidence/options.h"
#include "sensor/model/packet.h"

namespace sensor::evidence {

enum class PacketCounter : std::uint8_t {
    kKept,         ///< packets copied
    kSent,         ///< of them, those that crossed to the cold side
    kOverwritten,  ///< ditto, those that were to cross and were not there any more
    kDropped,      ///< ditto, those that found no room: the cold side was too slow
    kCount,
};

/// Whom a packet is sent to the cold side for.
struct Addressee {
    std::uint64_t flow_id = 0;
    RecordOrder order;  ///< of the record that follows, or of the packet itself
    bool is_unapproved = false;
};

class FirstPackets {
  public:
    /// Sessions have the numbers 1 to `sessions`. `channel` must outlive it.
    FirstPackets(const Options& options, std::size_t sessions, Channel& channel);

    /// Whether the session with this number has packets left to be kept.
    [[nodiscard]] bool wants(std::uint32_t session) const noexcept {
        return places_[session].count < options_.packets;
    }
    /// Copies its next packet. Returns whether it has more left.
    bool keep(std::uint32_t session, const PacketView& view, const DecodedPacket& packet) noexcept;
    /// Sends what was kept of it and was not sent yet.
    void send(std::uint32_t session, const Addressee& addressee) noexcept;
    /// It is over: its number may be another's.
    void forget(std::uint32_t session) noexcept { places_[session] = {}; }

    /// How many packets the ring holds.
    [[nodiscard]] std::size_t capacity() const noexcept { return slots_; }
    /// Any thread.
    [[nodiscard]] const metrics::CounterBlock<PacketCounter>& counters() const noexcept {
        return counters_;
    }

  private:
    struct Line {
        std::byte bytes[64];
    };
    /// Packets are numbered as they are kept, from 1.
    struct Place {
        std::uint64_t last = 0;  // number of the session's newest
        std::uint8_t count = 0;  // kept so far
        std::uint8_t sent = 0;
    };
    [[nodiscard]] bool is_there(std::uint64_t number) const noexcept {
        return number != 0 && newest_ - number < slots_;
    }
    [[nodiscard]] KeptPacket& slot(std::size_t index) noexcept {
        return reinterpret_cast<KeptPacket&>(ring_[index * lines_]);
    }
    /// Of a packet that is there.
    [[nodiscard]] KeptPacket& packet(std::uint64_t number) noexcept;

    Options options_;
    std::size_t lines_;  // of a slot
    std::size_t slots_;
    memory::Region<Line> ring_;
    memory::Region<Place> places_;
    std::size_t next_ = 0;      // index of the slot to be written
    std::uint64_t newest_ = 0;  // number of the packet written last
    Channel& channel_;
    metrics::CounterBlock<PacketCounter> counters_;
};

}  // namespace sensor::evidence
