#include "lib/cycles/cycles.h"

#include <chrono>
#include <thread>

#include <gtest/gtest.h>

namespace cycles {
namespace {

TEST(Cycles, BecomeNanosecondsByTheRate) {
    constexpr Rate kTwoGigahertz{2'000'000'000, 1'000'000'000};

    EXPECT_EQ(kTwoGigahertz.nanoseconds(0), 0U);
    EXPECT_EQ(kTwoGigahertz.nanoseconds(2'000), 1'000U);
    EXPECT_EQ(kTwoGigahertz.nanoseconds(2'000'000'000'000), 1'000'000'000'000U);
    EXPECT_EQ(Rate{}.nanoseconds(7), 7U);
}

TEST(Cycles, TheMeasuredRateAgreesWithTheClock) {
    const Rate rate = Rate::measure();
    const auto time = std::chrono::steady_clock::now();
    const std::uint64_t begun = now();
    std::this_thread::sleep_for(std::chrono::milliseconds{300});
    const auto by_cycles = static_cast<double>(rate.nanoseconds(now() - begun));
    const std::chrono::duration<double, std::nano> by_clock =
        std::chrono::steady_clock::now() - time;

    // Whoever else has the CPU may come between the two clocks.
    EXPECT_NEAR(by_cycles / by_clock.count(), 1.0, 0.2);
}

}  // namespace
}  // namespace cycles
