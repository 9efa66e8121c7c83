#include "sensor/pipeline/idle.h"

#include <chrono>

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace sensor::pipeline {
namespace {

using namespace std::chrono_literals;

/// How often this thread gave its CPU up of its own accord during `turns` turns without packets.
long sleeps_in(Idle& idle, int turns) {
    rusage before{};
    rusage after{};
    ::getrusage(RUSAGE_THREAD, &before);
    for (int i = 0; i < turns; ++i)
        idle.rest();
    ::getrusage(RUSAGE_THREAD, &after);
    return after.ru_nvcsw - before.ru_nvcsw;
}

TEST(Idle, SleepsOnlyAfterManyTurnsWithoutPackets) {
    Idle idle = Idle::sleeping(1ms);
    EXPECT_EQ(sleeps_in(idle, 1024), 0);
    EXPECT_GE(sleeps_in(idle, 30), 20) << "the first are so short that they may be over at once";
    idle.wake();
    EXPECT_EQ(sleeps_in(idle, 1024), 0) << "spins again";
}

TEST(Idle, SleepsLongerEachTimeAndNoLongerThanAllowed) {
    Idle idle = Idle::sleeping(4ms);
    static_cast<void>(sleeps_in(idle, 1024));
    const auto begun = std::chrono::steady_clock::now();
    static_cast<void>(sleeps_in(idle, 12));  // 1, 2, 4 .. 2048 us
    const auto middle = std::chrono::steady_clock::now();
    static_cast<void>(sleeps_in(idle, 100));
    const auto end = std::chrono::steady_clock::now();
    EXPECT_GE(middle - begun, 4ms);
    EXPECT_GE(end - middle, 400ms);
    EXPECT_LT(end - middle, 10s) << "unbounded, the last alone would take longer";
}

TEST(Idle, NeverSleepsWithoutLeave) {
    Idle idle = Idle::spinning();
    EXPECT_EQ(sleeps_in(idle, 100'000), 0);
}

}  // namespace
}  // namespace sensor::pipeline
