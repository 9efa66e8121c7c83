#include "sensor/capture/backlog.h"

#include <gtest/gtest.h>

namespace sensor::capture {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp kStart{std::chrono::hours{1}};

TEST(Backlog, GivesWayWhenFramesHaveWaitedForLongerThanAllowed) {
    Backlog backlog;

    EXPECT_FALSE(backlog.must_give_way(true, kStart, 1ms));
    EXPECT_FALSE(backlog.must_give_way(true, kStart + 1ms, 1ms));
    EXPECT_TRUE(backlog.must_give_way(true, kStart + 1001us, 1ms));
    EXPECT_TRUE(backlog.must_give_way(true, kStart + 5ms, 1ms));
}

TEST(Backlog, IsOverWhenAPollReachesTheEnd) {
    Backlog backlog;
    EXPECT_FALSE(backlog.must_give_way(true, kStart, 1ms));
    EXPECT_TRUE(backlog.must_give_way(true, kStart + 2ms, 1ms));

    EXPECT_FALSE(backlog.must_give_way(false, kStart + 3ms, 1ms));
    EXPECT_FALSE(backlog.must_give_way(true, kStart + 4ms, 1ms));
}

TEST(Backlog, WithoutPatienceLooksAtTheFirstFullBurstAlone) {
    Backlog backlog;

    EXPECT_FALSE(backlog.must_give_way(true, kStart, 0ms));
    EXPECT_TRUE(backlog.must_give_way(true, kStart + 1ns, 0ms));
}

}  // namespace
}  // namespace sensor::capture
