// The time at which live packets are seen: the system's, but never going back.
#pragma once

#include <algorithm>
#include <cstdint>
#include <ctime>

namespace sensor::capture {

class LiveClock {
  public:
    /// Nanoseconds since the Unix epoch. Call it once a burst: through the vDSO it costs no system
    /// call.
    [[nodiscard]] std::int64_t now_ns() noexcept {
        return advance(read(CLOCK_MONOTONIC), read(CLOCK_REALTIME));
    }

    /// The time for these two readings. If the system's clock was set forward, time jumps with it;
    /// if it was set back, time runs slower by a sixteenth until both agree again.
    [[nodiscard]] std::int64_t advance(std::int64_t monotonic_ns, std::int64_t real_ns) noexcept {
        constexpr std::int64_t kSlew = 16;
        const std::int64_t wanted = real_ns - monotonic_ns;
        if (!is_set_ || wanted >= offset_ns_) {
            offset_ns_ = wanted;
        } else {
            const std::int64_t elapsed = monotonic_ns - slewed_ns_;
            if (elapsed < kSlew) return monotonic_ns + offset_ns_;
            offset_ns_ = std::max(wanted, offset_ns_ - elapsed / kSlew);
        }
        slewed_ns_ = monotonic_ns;
        is_set_ = true;
        return monotonic_ns + offset_ns_;
    }

  private:
    static std::int64_t read(clockid_t clock) noexcept {
        constexpr std::int64_t kPerSecond = 1'000'000'000;
        timespec time{};
        ::clock_gettime(clock, &time);
        return time.tv_sec * kPerSecond + time.tv_nsec;
    }

    bool is_set_ = false;
    std::int64_t offset_ns_ = 0;  // from the monotonic clock to this one
    std::int64_t slewed_ns_ = 0;  // monotonic time at which that was last looked at
};

}  // namespace sensor::capture
