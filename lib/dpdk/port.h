// A DPDK port of one receive queue, and the queue itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

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
    /// `timestamp_offset` and `timestamp_flag` locate the driver's time in a frame; an offset below
    /// zero says it gives none.
    constexpr RxQueue(std::uint16_t port, std::uint16_t queue, int timestamp_offset,
                      std::uint64_t timestamp_flag) noexcept
        : port_{port},
          queue_{queue},
          timestamp_offset_{timestamp_offset},
          timestamp_flag_{timestamp_flag} {}

    /// Up to `most` frames, itself up to FrameBatch::kCapacity; none if nothing has arrived.
    [[nodiscard]] FrameBatch poll(std::size_t most = FrameBatch::kCapacity) noexcept;
    /// Nanoseconds since the Unix epoch as the driver noted them, if it did; the nearest that 64
    /// bits can say.
    [[nodiscard]] std::optional<std::int64_t> time_of(const FrameBatch& batch,
                                                      std::size_t index) const noexcept;

  private:
    std::uint16_t port_;
    std::uint16_t queue_;
    int timestamp_offset_;
    std::uint64_t timestamp_flag_;
};

/// A virtual port that reads a trace file once (net_pcap). Closed and unplugged when it dies.
class TracePort {
  public:
    /// How many DPDK can have open at a time.
    [[nodiscard]] static std::size_t most_open() noexcept;
    /// Opens `path` as device net_pcap<number>; frames come from `pool`. Needs a started Eal.
    [[nodiscard]] static result::Result<TracePort> open(const std::string& path, unsigned number,
                                                        const FramePool& pool);
    TracePort(TracePort&& other) noexcept;
    TracePort& operator=(TracePort&& other) noexcept;
    TracePort(const TracePort&) = delete;
    TracePort& operator=(const TracePort&) = delete;
    ~TracePort();

    [[nodiscard]] RxQueue queue() const noexcept;
    [[nodiscard]] PortCounters counters() const noexcept;

  private:
    TracePort(std::string device, int file, std::uint16_t port) noexcept
        : device_{std::move(device)}, file_{file}, port_{port} {}
    void close() noexcept;

    std::string device_;  // empty once moved from
    int file_ = -1;       // keeps /proc/self/fd/N valid for the driver
    std::uint16_t port_ = 0;
};

}  // namespace dpdk
