// Frames that arrive at a constant rate in a receive queue of fixed length: what comes while the
// queue is full is lost.
//
// Nobody sends them: how many have arrived is a matter of time alone, so the sender is exact, costs
// the worker one reading of a clock a poll, and takes no CPU or cache of its own.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <ctime>

#include "sensor/bench/ticks.h"

namespace sensor::bench {

class Arrivals {
  public:
    /// `rate` is in frames per second, `queue` in frames.
    Arrivals(double rate, double ticks_per_second, std::uint64_t queue) noexcept
        : per_tick_{rate / ticks_per_second},
          nanoseconds_per_tick_{1e9 / ticks_per_second},
          patience_{static_cast<std::uint64_t>(ticks_per_second / kPatience)},
          queue_{queue} {}

    /// From now on frames arrive.
    void start() noexcept {
        begin_ = last_ = ticks();
        cpu_begin_ns_ = cpu_time_ns();
    }

    /// Takes up to `most` frames from the queue.
    [[nodiscard]] std::size_t take(std::size_t most) noexcept {
        const std::uint64_t now = ticks();
        if (now - last_ > patience_) [[unlikely]]
            leave_out_interruption(now);
        last_ = now;
        return take_at(now - begin_ - interrupted_, most);
    }

    /// The same at a time of the caller's, in ticks since the start.
    [[nodiscard]] std::size_t take_at(std::uint64_t elapsed, std::size_t most) noexcept {
        const auto arrived = static_cast<std::uint64_t>(static_cast<double>(elapsed) * per_tick_);
        // An interruption may be found out about only after frames of its time were taken.
        if (arrived <= taken_ + lost_) return 0;
        const std::uint64_t waiting = arrived - taken_ - lost_;
        if (waiting > queue_) lost_ += waiting - queue_;
        const std::size_t count = std::min<std::uint64_t>({waiting, queue_, most});
        taken_ += count;
        return count;
    }

    [[nodiscard]] std::uint64_t taken() const noexcept { return taken_; }
    [[nodiscard]] std::uint64_t lost() const noexcept { return lost_; }
    /// Seconds in which the kernel ran something else on this CPU: nothing arrived meanwhile.
    [[nodiscard]] double interrupted_seconds() const noexcept {
        return static_cast<double>(interrupted_) * nanoseconds_per_tick_ / 1e9;
    }

  private:
    static constexpr double kPatience =
        10'000;  // polls further apart than 1/10000 s are looked into

    [[nodiscard]] static std::int64_t cpu_time_ns() noexcept {
        timespec time{};
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        constexpr std::int64_t kPerSecond = 1'000'000'000;
        return std::int64_t{time.tv_sec} * kPerSecond + time.tv_nsec;
    }

    /// What a poll took longer than the thread ran was taken by others. A worker has its CPU for
    /// itself, so that would not happen where it is deployed.
    void leave_out_interruption(std::uint64_t now) noexcept {
        const auto ran = static_cast<double>(cpu_time_ns() - cpu_begin_ns_) / nanoseconds_per_tick_;
        const auto elapsed = static_cast<double>(now - begin_);
        if (elapsed > ran) {
            interrupted_ = std::max(interrupted_, static_cast<std::uint64_t>(elapsed - ran));
        }
    }

    double per_tick_;
    double nanoseconds_per_tick_;
    std::uint64_t patience_;
    std::uint64_t queue_;
    std::uint64_t begin_ = 0;
    std::uint64_t last_ = 0;
    std::uint64_t interrupted_ = 0;  // ticks
    std::int64_t cpu_begin_ns_ = 0;
    std::uint64_t taken_ = 0;
    std::uint64_t lost_ = 0;
};

}  // namespace sensor::bench
