#include "sensor/pipeline/idle.h"

#include <algorithm>
#include <ctime>

#include <sched.h>

namespace sensor::pipeline {
namespace {

constexpr unsigned kSpins = 1024;  // turns before the first sleep

void pause() noexcept {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

}  // namespace

void Idle::rest() noexcept {
    if (manner_ == Manner::kYield) {
        ::sched_yield();
        return;
    }
    if (manner_ == Manner::kSpin || turns_ < kSpins) {
        ++turns_;
        pause();
        return;
    }
    constexpr unsigned kMostDoublings = 20;
    const unsigned doublings = std::min(turns_ - kSpins, kMostDoublings);
    turns_ = kSpins + std::min(doublings + 1, kMostDoublings);
    const auto sleep = std::min(std::chrono::microseconds{1} * (1U << doublings), longest_);
    const auto nanoseconds = std::chrono::nanoseconds{sleep}.count();
    constexpr long kPerSecond = 1'000'000'000;
    const timespec time{.tv_sec = nanoseconds / kPerSecond, .tv_nsec = nanoseconds % kPerSecond};
    ::nanosleep(&time, nullptr);
}

}  // namespace sensor::pipeline
