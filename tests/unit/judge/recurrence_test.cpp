#include "sensor/judge/recurrence.h"

#include <gtest/gtest.h>

namespace sensor::judge {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp kBase{1'790'000'000s};
constexpr double kTolerance = 0.2;
constexpr std::uint64_t kMinimum = 4;

SessionStarts starts_at(std::initializer_list<std::chrono::seconds> offsets) {
    SessionStarts starts;
    for (const auto offset : offsets)
        starts.add(kBase + offset);
    return starts;
}

TEST(Recurrence, StableWhenSessionsKeepTime) {
    const auto recurrence = starts_at({0s, 300s, 598s, 901s, 1200s}).measure(kTolerance, kMinimum);

    EXPECT_TRUE(recurrence.stable);
    EXPECT_EQ(recurrence.sessions, 5U);
    EXPECT_EQ(recurrence.median_interval, Duration{300s});
    EXPECT_LE(recurrence.spread, Duration{3s});
}

TEST(Recurrence, UnstableWhenIntervalsSpread) {
    const auto recurrence = starts_at({0s, 30s, 400s, 500s, 2000s}).measure(kTolerance, kMinimum);

    EXPECT_FALSE(recurrence.stable);
    EXPECT_GT(recurrence.spread, Duration{50s});
}

TEST(Recurrence, NeedsTheMinimumOfSessions) {
    const auto recurrence = starts_at({0s, 300s, 600s}).measure(kTolerance, kMinimum);

    EXPECT_FALSE(recurrence.stable);
    EXPECT_EQ(recurrence.median_interval, Duration{300s});
}

TEST(Recurrence, ParallelSessionsAreNotStable) {
    EXPECT_FALSE(starts_at({0s, 0s, 0s, 0s, 0s, 0s}).measure(kTolerance, kMinimum).stable);
}

TEST(Recurrence, OneMissedBeatDoesNotMatter) {
    EXPECT_TRUE(
        starts_at({0s, 300s, 600s, 1200s, 1500s, 1800s}).measure(kTolerance, kMinimum).stable);
}

TEST(Recurrence, OrderOfArrivalDoesNotMatter) {
    const auto sorted = starts_at({0s, 300s, 600s, 900s, 1200s}).measure(kTolerance, kMinimum);
    const auto mixed = starts_at({600s, 0s, 1200s, 300s, 900s}).measure(kTolerance, kMinimum);

    EXPECT_TRUE(mixed.stable);
    EXPECT_EQ(mixed.median_interval, sorted.median_interval);
    EXPECT_EQ(mixed.spread, sorted.spread);
}

TEST(Recurrence, ThatHalfOfTheIntervalsAgreeIsNotEnough) {
    EXPECT_FALSE(starts_at({0s, 10s, 2000s, 2010s, 6800s, 6810s, 6900s, 6910s})
                     .measure(kTolerance, kMinimum)
                     .stable);
}

TEST(Recurrence, JitterIsAllowedFor) {
    // 300 s, give or take a third.
    EXPECT_TRUE(starts_at({0s, 210s, 600s, 900s, 1290s, 1530s, 1830s, 2160s})
                    .measure(kTolerance, kMinimum)
                    .stable);
}

TEST(Recurrence, ForgetsOldIntervals) {
    SessionStarts starts;
    for (int i = 0; i < 200; ++i)
        starts.add(kBase + i * i * 1s);
    for (int i = 0; i < 70; ++i)
        starts.add(kBase + 100'000s + i * 60s);

    const auto recurrence = starts.measure(kTolerance, kMinimum);

    EXPECT_EQ(recurrence.sessions, 270U);
    EXPECT_TRUE(recurrence.stable);
    EXPECT_EQ(recurrence.median_interval, Duration{60s});
    EXPECT_EQ(recurrence.spread, Duration::zero());
}

TEST(Recurrence, OfOneSessionOrNoneIsEmpty) {
    EXPECT_EQ(SessionStarts{}.measure(kTolerance, kMinimum).sessions, 0U);
    const auto one = starts_at({0s}).measure(kTolerance, kMinimum);
    EXPECT_EQ(one.sessions, 1U);
    EXPECT_EQ(one.median_interval, Duration::zero());
    EXPECT_FALSE(one.stable);
}

}  // namespace
}  // namespace sensor::judge
