#include "sensor/bench/arrivals.h"

#include <gtest/gtest.h>

namespace sensor::bench {
namespace {

constexpr double kTicksPerSecond = 1e9;
constexpr std::uint64_t kMicrosecond = 1000;  // ticks

Arrivals million_a_second(std::uint64_t queue) {
    return Arrivals{1e6, kTicksPerSecond, queue};
}

TEST(Arrivals, GivesWhatHasArrivedAndNoMore) {
    Arrivals arrivals = million_a_second(64);

    EXPECT_EQ(arrivals.take_at(0, 64), 0U);
    EXPECT_EQ(arrivals.take_at(5 * kMicrosecond, 64), 5U);
    EXPECT_EQ(arrivals.take_at(5 * kMicrosecond, 64), 0U);
    EXPECT_EQ(arrivals.lost(), 0U);
}

TEST(Arrivals, KeepsWhatWasNotTaken) {
    Arrivals arrivals = million_a_second(64);

    EXPECT_EQ(arrivals.take_at(50 * kMicrosecond, 32), 32U);
    EXPECT_EQ(arrivals.take_at(50 * kMicrosecond, 32), 18U);
    EXPECT_EQ(arrivals.lost(), 0U);
}

TEST(Arrivals, LosesWhatFindsTheQueueFull) {
    Arrivals arrivals = million_a_second(64);

    EXPECT_EQ(arrivals.take_at(100 * kMicrosecond, 32), 32U);
    EXPECT_EQ(arrivals.lost(), 36U);
    EXPECT_EQ(arrivals.take_at(100 * kMicrosecond, 64), 32U);
    EXPECT_EQ(arrivals.taken() + arrivals.lost(), 100U);
}

TEST(Arrivals, GivesNothingWhenTimeGoesBack) {
    Arrivals arrivals = million_a_second(64);

    EXPECT_EQ(arrivals.take_at(10 * kMicrosecond, 64), 10U);
    EXPECT_EQ(arrivals.take_at(4 * kMicrosecond, 64), 0U);
    EXPECT_EQ(arrivals.take_at(11 * kMicrosecond, 64), 1U);
    EXPECT_EQ(arrivals.lost(), 0U);
}

}  // namespace
}  // namespace sensor::bench
