// When the sessions of one behaviour began: do they keep time? Fixed memory, whatever their number.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "sensor/model/finding.h"

namespace sensor::judge {

class SessionStarts {
  public:
    static constexpr std::size_t kIntervals = 64;  // the newest; older ones are forgotten

    /// Sessions may come in any order: one is often told of long after it began.
    void add(Timestamp start) noexcept;
    /// One that was added turns out to be another behaviour's.
    void remove(Timestamp start) noexcept;
    /// That many more of which only the number is known.
    void add_forgotten(std::uint64_t count) noexcept { sessions_ += count; }
    /// Those that are remembered, ascending.
    [[nodiscard]] std::span<const std::int64_t> kept() const noexcept {
        return {starts_ns_.data(), kept_};
    }
    [[nodiscard]] std::uint64_t sessions() const noexcept { return sessions_; }

    /// Stable means: at least `minimum` sessions, a median interval of a second or more, a spread
    /// of at most `tolerance` times the median, and three quarters of the intervals within twice
    /// that. Bursts of parallel sessions have a median near zero and are never stable.
    [[nodiscard]] Recurrence measure(double tolerance, std::uint64_t minimum) const noexcept;

  private:
    std::uint64_t sessions_ = 0;
    std::size_t kept_ = 0;
    std::array<std::int64_t, kIntervals + 1> starts_ns_{};  // ascending
};

}  // namespace sensor::judge
