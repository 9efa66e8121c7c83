#include "sensor/pipeline/idle.h"

#include <algorithm>
#include <chrono>
#include <ctime>

#include <gtest/gtest.h>

namespace sensor::pipeline {
namespace {

using namespace std::chrono_literals;

/// How long `turns` turns without packets take.
std::chrono::nanoseconds time_of(Idle& idle, int turns) {
    const auto begun = std::chrono::steady_clock::now();
    for (int i = 0; i < turns; ++i)
        idle.rest();
    return std::chrono::steady_clock::now() - begun;
}

TEST(Idle, SleepsOnlyAfterManyTurnsWithoutPackets) {
    Idle idle = Idle::sleeping(1ms);
    static_cast<void>(time_of(idle, 1024));  // spins
    EXPECT_GE(time_of(idle, 30), 10ms);

    idle.wake();
    auto shortest = 1'000'000'000ns;
    for (int attempt = 0; attempt < 20; ++attempt) {
        idle.wake();
        shortest = std::min(shortest, time_of(idle, 20));
    }
    EXPECT_LT(shortest, 1ms) << "spins again";
}

TEST(Idle, NeverSleepsWithoutLeave) {
    Idle idle = Idle::spinning();
    timespec before{};
    timespec after{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
    const auto elapsed = time_of(idle, 200'000);
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
    EXPECT_GT(elapsed, 0ns);
    EXPECT_GT(after.tv_sec * 1'000'000'000 + after.tv_nsec,
              before.tv_sec * 1'000'000'000 + before.tv_nsec);
}

}  // namespace
}  // namespace sensor::pipeline
