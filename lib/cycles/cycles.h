// The CPU's own counter, which runs at one rate whatever the core's clock does (invariant TSC;
// generic timer on arm64): cheaper to read than any clock of the kernel's.
#pragma once

#include <cstdint>

#if !defined(__x86_64__) && !defined(__aarch64__)
#include <chrono>
#endif

namespace cycles {

[[nodiscard]] inline std::uint64_t now() noexcept {
#if defined(__x86_64__)
    return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
    std::uint64_t count;
    asm volatile("mrs %0, cntvct_el0" : "=r"(count));
    return count;
#else
    return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
#endif
}

/// From cycles to time, by one multiplication.
class Rate {
  public:
    /// One cycle is one nanosecond: for whoever does not look at the result.
    constexpr Rate() noexcept = default;
    /// `cycles` take `nanoseconds`, both less than 2^40.
    constexpr Rate(std::uint64_t cycles, std::uint64_t nanoseconds) noexcept
        : multiplier_{(nanoseconds << kShift) / cycles} {}
    /// Measures it against CLOCK_MONOTONIC for 20 ms. DPDK's rte_get_tsc_hz() is rounded to 10 MHz.
    [[nodiscard]] static Rate measure();

    /// Off by a millionth; of spans of up to two hours.
    [[nodiscard]] constexpr std::uint64_t nanoseconds(std::uint64_t cycles) const noexcept {
        return (cycles * multiplier_) >> kShift;
    }

  private:
    static constexpr unsigned kShift = 20;
    std::uint64_t multiplier_ = std::uint64_t{1} << kShift;
};

}  // namespace cycles
