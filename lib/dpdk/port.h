// A DPDK port of one receive queue, and the queue itself.
#pragma once

#include <cstddef>
#include <cstdint>

#include "lib/dpdk/frames.h"

namespace dpdk {

struct PortCounters {
    std::uint64_t received = 0;   ///< frames handed out
    std::uint64_t bytes = 0;      ///< as the driver counts them; some drivers count none
    std::uint64_t missed = 0;     ///< lost because the queue was full
    std::uint64_t errors = 0;     ///< frames, or files, the driver could not read
    std::uint64_t no_buffer = 0;  ///< lost because the pool had not even one buffer
    std::uint64_t unsent = 0;     ///< frames that the driver accepted and could not send
};

/// What the driver of DPDK's port `number` counted since it started.
[[nodiscard]] PortCounters counters_of_port(std::uint16_t number) noexcept;

/// Polls one queue of one port. A value: copying it copies the numbers.
class RxQueue {
  public:
    constexpr RxQueue(std::uint16_t port, std::uint16_t queue) noexcept
        : port_{port}, queue_{queue} {}

    /// Up to FrameBatch::kCapacity frames; none if nothing has arrived.
    [[nodiscard]] FrameBatch poll() noexcept;

  private:
    std::uint16_t port_;
    std::uint16_t queue_;
};

}  // namespace dpdk
