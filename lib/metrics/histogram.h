// A histogram of one thread: one writer, any reader, no locked instruction. For what happens on hot
// cores, as CounterBlock is.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace metrics {

/// Upper bounds 2^First, 2^(First+1), ... 2^Last. Finding the bucket takes the same few
/// instructions for any number of them.
template <unsigned First, unsigned Last>
struct PowersOfTwo {
    static_assert(First <= Last && Last < 64, "the bounds are 64-bit numbers and ascend");

    static constexpr std::size_t kCount = Last - First + 1;

    [[nodiscard]] static constexpr std::uint64_t upper_bound(std::size_t bucket) noexcept {
        return std::uint64_t{1} << (First + bucket);
    }
    /// The first bucket whose bound is not below `value`; kCount if there is none.
    [[nodiscard]] static constexpr std::size_t bucket_of(std::uint64_t value) noexcept {
        // 2^k is the last value of its bucket, not the first of the next, hence one less.
        const auto exponent = static_cast<unsigned>(std::bit_width(value - (value != 0 ? 1 : 0)));
        return std::min<std::size_t>(std::max(exponent, First) - First, kCount);
    }
};

/// The upper bounds given. Finding the bucket compares with each of them, so they should be few.
template <std::uint64_t... Bounds>
struct UpTo {
    static constexpr std::array<std::uint64_t, sizeof...(Bounds)> kBounds{Bounds...};
    static_assert(std::adjacent_find(kBounds.begin(), kBounds.end(), std::greater_equal{}) ==
                      kBounds.end(),
                  "the bounds ascend and differ");

    static constexpr std::size_t kCount = kBounds.size();

    [[nodiscard]] static constexpr std::uint64_t upper_bound(std::size_t bucket) noexcept {
        return kBounds[bucket];
    }
    [[nodiscard]] static constexpr std::size_t bucket_of(std::uint64_t value) noexcept {
        return (std::size_t{0} + ... + std::size_t{value > Bounds});
    }
};

/// `Bounds` is PowersOfTwo or UpTo. A value counts in the first bucket whose upper bound it does
/// not exceed; beyond the last bound there is one bucket more.
template <class Bounds>
class alignas(64) Histogram {
  public:
    using Counts = std::array<std::uint64_t, Bounds::kCount + 1>;

    /// The owning thread only. The sum of all values wraps at 2^64.
    void observe(std::uint64_t value) noexcept {
        add(counts_[Bounds::bucket_of(value)], 1);
        add(sum_, value);
    }
    /// Any thread. How many values each bucket holds by itself, not those below it; the last is
    /// that beyond the bounds. No count ever falls, but what is being observed meanwhile may be in
    /// it or not, and in sum() likewise.
    [[nodiscard]] Counts counts() const noexcept {
        Counts counts;
        std::transform(counts_.begin(), counts_.end(), counts.begin(),
                       [](const Cell& cell) { return cell.load(std::memory_order_relaxed); });
        return counts;
    }
    /// Any thread.
    [[nodiscard]] std::uint64_t sum() const noexcept {
        return sum_.load(std::memory_order_relaxed);
    }

  private:
    using Cell = std::atomic<std::uint64_t>;

    static void add(Cell& cell, std::uint64_t amount) noexcept {
        cell.store(cell.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
    }

    std::array<Cell, Bounds::kCount + 1> counts_{};
    Cell sum_{0};
};

}  // namespace metrics
