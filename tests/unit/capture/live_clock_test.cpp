#include "sensor/capture/live_clock.h"

#include <gtest/gtest.h>

namespace sensor::capture {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kEpoch = 1'790'000'000 * kSecond;

TEST(LiveClock, IsTheSystems) {
    LiveClock clock;
    EXPECT_EQ(clock.advance(5 * kSecond, kEpoch), kEpoch);
    EXPECT_EQ(clock.advance(6 * kSecond, kEpoch + kSecond), kEpoch + kSecond);
}

TEST(LiveClock, GoesForwardWithIt) {
    LiveClock clock;
    static_cast<void>(clock.advance(0, 0));
    EXPECT_EQ(clock.advance(kSecond, kEpoch), kEpoch) << "set right after start";
}

TEST(LiveClock, NeverGoesBackAndAgreesAfterAWhile) {
    LiveClock clock;
    std::int64_t last = clock.advance(0, kEpoch);
    constexpr std::int64_t kSetBack = 2 * kSecond;
    std::int64_t second = 1;
    for (; second <= 40; ++second) {
        const std::int64_t real = kEpoch - kSetBack + second * kSecond;
        const std::int64_t now = clock.advance(second * kSecond, real);
        EXPECT_GT(now, last);
        EXPECT_GE(now, real);
        EXPECT_LE(now - last, kSecond);
        last = now;
        if (now == real) break;
    }
    EXPECT_EQ(second, 32) << "two seconds, a sixteenth at a time";
}

TEST(LiveClock, SlowsDownHoweverOftenItIsAsked) {
    LiveClock clock;
    static_cast<void>(clock.advance(0, kEpoch));
    std::int64_t now = 0;
    for (std::int64_t elapsed = 7; elapsed <= 7'000'000; elapsed += 7)
        now = clock.advance(elapsed, kEpoch - kSecond + elapsed);
    EXPECT_NEAR(static_cast<double>(now - kEpoch), 7'000'000 * 15 / 16, 7'000'000 / 16.0);
    EXPECT_LT(now - kEpoch, 7'000'000);
}

}  // namespace
}  // namespace sensor::capture
