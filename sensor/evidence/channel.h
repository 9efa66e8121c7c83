// One worker's way to hand kept packets to the cold side, besides its records: evidence never takes
// the room of what it is evidence for.
#pragma once

#include <cstddef>

#include "lib/dpdk/message_ring.h"
#include "sensor/evidence/kept_packet.h"
#include "sensor/evidence/options.h"

namespace sensor::evidence {

class Channel {
  public:
    Channel(std::size_t capacity_bytes, WhenFull when_full)
        : ring_{capacity_bytes}, when_full_{when_full} {}

    // The worker's side:
    /// Writes the envelope. False if there is no room, and it may not wait.
    [[nodiscard]] bool send(KeptPacket& packet) noexcept;
    void wait_from_now_on() noexcept { when_full_ = WhenFull::kWait; }

    // The cold side's:
    [[nodiscard]] dpdk::MessageRing& ring() noexcept { return ring_; }

  private:
    dpdk::MessageRing ring_;
    WhenFull when_full_;
};

}  // namespace sensor::evidence
