#include "lib/cycles/cycles.h"

#include <chrono>
#include <limits>
#include <thread>

namespace cycles {
namespace {

struct Reading {
    std::uint64_t cycles;
    std::uint64_t nanoseconds;
};

/// Both clocks at one moment: of several attempts, the one that was interrupted least.
Reading read_both() {
    constexpr int kAttempts = 32;
    Reading best{};
    std::uint64_t shortest = std::numeric_limits<std::uint64_t>::max();
    for (int i = 0; i < kAttempts; ++i) {
        const std::uint64_t before = now();
        const auto time = std::chrono::steady_clock::now().time_since_epoch();
        const std::uint64_t took = now() - before;
        if (took >= shortest) continue;
        shortest = took;
        best = {.cycles = before + took / 2,
                .nanoseconds = static_cast<std::uint64_t>(std::chrono::nanoseconds{time}.count())};
    }
    return best;
}

}  // namespace

Rate Rate::measure() {
    const Reading first = read_both();
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
    const Reading last = read_both();
    return {last.cycles - first.cycles, last.nanoseconds - first.nanoseconds};
}

}  // namespace cycles
