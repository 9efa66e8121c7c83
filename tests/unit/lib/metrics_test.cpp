#include <thread>

#include <gtest/gtest.h>

#include "lib/metrics/counter_block.h"

namespace metrics {
namespace {

enum class Name : std::uint8_t { kFirst, kSecond, kCount };

TEST(CounterBlock, CountsEachNameApart) {
    CounterBlock<Name> counters;

    counters.add(Name::kSecond);
    counters.add(Name::kSecond, 41);

    EXPECT_EQ(counters[Name::kFirst], 0U);
    EXPECT_EQ(counters[Name::kSecond], 42U);
}

TEST(CounterBlock, NeverGoesBackwardsForAReaderElsewhere) {
    constexpr std::uint64_t kTotal = 100'000;
    CounterBlock<Name> counters;
    std::jthread writer{[&] {
        for (std::uint64_t i = 0; i < kTotal; ++i)
            counters.add(Name::kFirst);
    }};

    std::uint64_t last = 0;
    while (last < kTotal) {
        const std::uint64_t now = counters[Name::kFirst];
        ASSERT_GE(now, last);
        last = now;
    }
    EXPECT_EQ(last, kTotal);
}

}  // namespace
}  // namespace metrics
