#include "sensor/judge/recurrence.h"

#include <algorithm>
#include <span>

namespace sensor::judge {
namespace {

/// The upper one of two middle values. Reorders `values`, which must not be empty.
std::int64_t median_of(std::span<std::int64_t> values) noexcept {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

}  // namespace

void SessionStarts::add(Timestamp start) noexcept {
    ++sessions_;
    const std::int64_t start_ns = nanoseconds_of(start);
    if (kept_ == starts_ns_.size()) {
        if (start_ns <= starts_ns_.front()) return;
        std::shift_left(starts_ns_.begin(), starts_ns_.end(), 1);
        --kept_;
    }
    const std::span kept{starts_ns_.data(), kept_ + 1};  // with room for this one
    const auto at = std::upper_bound(kept.begin(), kept.end() - 1, start_ns);
    std::copy_backward(at, kept.end() - 1, kept.end());
    *at = start_ns;
    ++kept_;
}

void SessionStarts::remove(Timestamp start) noexcept {
    if (sessions_ == 0) return;
    --sessions_;
    const std::span kept{starts_ns_.data(), kept_};
    const auto at = std::ranges::lower_bound(kept, nanoseconds_of(start));
    if (at == kept.end() || *at != nanoseconds_of(start)) return;  // older than all that are kept
    std::copy(at + 1, kept.end(), at);
    --kept_;
}

Recurrence SessionStarts::measure(double tolerance, std::uint64_t minimum) const noexcept {
    Recurrence recurrence{.sessions = sessions_};
    if (kept_ < 2) return recurrence;
    std::array<std::int64_t, kIntervals> room{};
    const std::span intervals{room.data(), kept_ - 1};
    for (std::size_t i = 0; i < intervals.size(); ++i)
        intervals[i] = starts_ns_[i + 1] - starts_ns_[i];
    const std::int64_t median = median_of(intervals);
    for (std::int64_t& interval : intervals)
        interval = interval > median ? interval - median : median - interval;
    const std::int64_t spread = median_of(intervals);
    recurrence.median_interval = Duration{median};
    recurrence.spread = Duration{spread};
    const double most = tolerance * static_cast<double>(median);
    // Half of them agree soon by chance, or by a burst of retries.
    const auto regular = std::ranges::count_if(intervals, [most](std::int64_t difference) {
        return static_cast<double>(difference) <= 2 * most;
    });
    recurrence.stable = sessions_ >= minimum &&
                        recurrence.median_interval >= std::chrono::seconds{1} &&
                        static_cast<double>(spread) <= most &&
                        4 * static_cast<std::size_t>(regular) >= 3 * intervals.size();
    return recurrence;
}

}  // namespace sensor::judge
