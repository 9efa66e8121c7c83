#include "sensor/flow/timer_wheel.h"

#include <algorithm>
#include <map>
#include <random>

#include <gtest/gtest.h>

namespace sensor::flow {
namespace {

constexpr std::int64_t kTick = std::int64_t{1} << TimerWheel::kTickShift;  // ns

class Wheel : public testing::Test {
  protected:
    std::vector<std::uint32_t> due(std::int64_t now) {
        std::vector<std::uint32_t> entries;
        for (auto entry = wheel_.take_due(now); entry != kNoEntry; entry = wheel_.take_due(now))
            entries.push_back(entry);
        std::ranges::sort(entries);
        return entries;
    }
    using Entries = std::vector<std::uint32_t>;
    memory::Region<Session> pool_{1000};
    TimerWheel wheel_{pool_};
};

TEST_F(Wheel, GivesWhatIsDueOnceItsSlotHasEnded) {
    wheel_.start(100 * kTick);
    wheel_.insert(1, 103 * kTick + 5);
    wheel_.insert(2, 103 * kTick + 9);
    wheel_.insert(3, 104 * kTick);

    EXPECT_EQ(due(103 * kTick + kTick - 1), Entries{});
    EXPECT_EQ(due(104 * kTick), (Entries{1, 2}));
    EXPECT_FALSE(wheel_.empty());
    EXPECT_EQ(due(200 * kTick), Entries{3});
    EXPECT_TRUE(wheel_.empty());
}

TEST_F(Wheel, TakesADeadlineInThePastForNow) {
    wheel_.start(100 * kTick);
    wheel_.insert(1, 7);

    EXPECT_EQ(due(101 * kTick), Entries{1});
}

TEST_F(Wheel, LooksTwiceAtDeadlinesBeyondItsReach) {
    constexpr auto kReach = static_cast<std::int64_t>(TimerWheel::kSlots);
    wheel_.start(0);
    wheel_.insert(1, (kReach + 100) * kTick);

    EXPECT_EQ(due((kReach - 1) * kTick), Entries{});
    EXPECT_EQ(due(kReach * kTick), Entries{1});
    wheel_.insert(1, (kReach + 100) * kTick);
    EXPECT_EQ(due((kReach + 100) * kTick), Entries{});
    EXPECT_EQ(due((kReach + 101) * kTick), Entries{1});
}

TEST_F(Wheel, KnowsItsEarliest) {
    wheel_.start(0);
    EXPECT_EQ(wheel_.earliest(), kNoEntry);
    wheel_.insert(1, 500 * kTick);
    wheel_.insert(2, 20 * kTick);

    EXPECT_EQ(wheel_.earliest(), 2U);
    wheel_.remove(2);
    EXPECT_EQ(wheel_.earliest(), 1U);
}

TEST_F(Wheel, TheFirstOfASlotIsItsOldest) {
    wheel_.start(0);
    for (const std::uint32_t entry : {3U, 1U, 2U})
        wheel_.insert(entry, 20 * kTick);

    EXPECT_EQ(wheel_.earliest(), 3U);
    wheel_.remove(1);
    wheel_.remove(3);
    EXPECT_EQ(wheel_.earliest(), 2U);
    EXPECT_EQ(due(21 * kTick), Entries{2});
}

TEST_F(Wheel, HandFollowsTimeAndNeverGoesBack) {
    wheel_.start(5 * kTick);
    EXPECT_EQ(due(9 * kTick), Entries{});
    EXPECT_EQ(wheel_.hand(), 9);
    EXPECT_EQ(due(7 * kTick), Entries{});
    EXPECT_EQ(wheel_.hand(), 9);
}

TEST_F(Wheel, LosesAndInventsNothingUnderRandomOperations) {
    std::mt19937 random{1};
    std::map<std::uint32_t, std::int64_t> deadlines;
    std::int64_t now = 1'000'000 * kTick;
    wheel_.start(now);
    for (int step = 0; step < 20'000; ++step) {
        const auto entry = static_cast<std::uint32_t>(1 + random() % 999);
        if (deadlines.contains(entry)) {
            wheel_.remove(entry);
            deadlines.erase(entry);
        } else {
            deadlines[entry] = now + static_cast<std::int64_t>(random() % 3000) * (kTick / 7);
            wheel_.insert(entry, deadlines[entry]);
        }
        if (step % 10 != 0) continue;
        now += static_cast<std::int64_t>(random() % 5) * (kTick / 2);
        for (const std::uint32_t over : due(now)) {
            ASSERT_TRUE(deadlines.contains(over));
            ASSERT_LT(deadlines[over], now);
            deadlines.erase(over);
        }
        for (const auto& [left, deadline] : deadlines)
            ASSERT_GE(TimerWheel::tick_of(deadline), TimerWheel::tick_of(now)) << left;
        ASSERT_EQ(wheel_.empty(), deadlines.empty());
    }
}

}  // namespace
}  // namespace sensor::flow
