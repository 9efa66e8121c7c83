// The cheapest clock of the CPU: the TSC, or arm64's virtual counter.
#pragma once

#include <cstdint>

namespace sensor::bench {

/// Counts at a constant rate; see Machine::ticks_per_second.
[[nodiscard]] inline std::uint64_t ticks() noexcept {
#if defined(__x86_64__)
    return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
    std::uint64_t value = 0;
    asm volatile("mrs %0, cntvct_el0" : "=r"(value));
    return value;
#else
#error "no cycle counter is known for this CPU"
#endif
}

}  // namespace sensor::bench
