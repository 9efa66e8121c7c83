// Sending frames that somebody else goes on looking at.
#pragma once

#include <cstddef>
#include <cstdint>

#include "lib/dpdk/frames.h"

namespace dpdk {

/// What became of frames that were to be sent.
struct Sent {
    std::size_t accepted = 0;  ///< the driver has them
    std::size_t refused = 0;   ///< it had no room for them, however often it was asked
    std::size_t too_long = 0;  ///< for the port
};

/// Sends on one queue of one port. A value: copying it copies the numbers.
class TxQueue {
  public:
    constexpr TxQueue(std::uint16_t port, std::uint16_t queue) noexcept
        : port_{port}, queue_{queue} {}

    /// Sends the frames of `batch` that have up to `longest` bytes, an 802.1Q tag not counted.
    /// Nothing is copied: the batch and the driver share each frame, and nobody may write to it any
    /// more. Asks a driver without room a bounded number of times.
    [[nodiscard]] Sent send(const FrameBatch& batch, std::uint32_t longest) noexcept;

  private:
    std::uint16_t port_;
    std::uint16_t queue_;
};

}  // namespace dpdk
