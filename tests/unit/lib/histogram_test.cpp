#include "lib/metrics/histogram.h"

#include <limits>
#include <numeric>
#include <thread>

#include <gtest/gtest.h>

namespace metrics {
namespace {

constexpr std::uint64_t kGreatest = std::numeric_limits<std::uint64_t>::max();

TEST(PowersOfTwo, TakesABoundIntoTheBucketItEnds) {
    using Bounds = PowersOfTwo<0, 5>;

    EXPECT_EQ(Bounds::kCount, 6U);
    for (std::size_t bucket = 0; bucket < Bounds::kCount; ++bucket) {
        EXPECT_EQ(Bounds::upper_bound(bucket), 1U << bucket);
        EXPECT_EQ(Bounds::bucket_of(1U << bucket), bucket);
        EXPECT_EQ(Bounds::bucket_of((1U << bucket) + 1), bucket + 1);
    }
    EXPECT_EQ(Bounds::bucket_of(0), 0U);
    EXPECT_EQ(Bounds::bucket_of(kGreatest), Bounds::kCount);
}

TEST(PowersOfTwo, PutsAllBelowItsFirstBoundIntoOneBucket) {
    using Bounds = PowersOfTwo<10, 63>;

    EXPECT_EQ(Bounds::bucket_of(0), 0U);
    EXPECT_EQ(Bounds::bucket_of(1), 0U);
    EXPECT_EQ(Bounds::bucket_of(1024), 0U);
    EXPECT_EQ(Bounds::bucket_of(1025), 1U);
    EXPECT_EQ(Bounds::upper_bound(53), std::uint64_t{1} << 63);
    EXPECT_EQ(Bounds::bucket_of(std::uint64_t{1} << 63), 53U);
    EXPECT_EQ(Bounds::bucket_of((std::uint64_t{1} << 63) + 1), 54U);
}

TEST(PowersOfTwo, CountsEachValueWhereASearchWould) {
    using Bounds = PowersOfTwo<2, 9>;

    for (std::uint64_t value = 0; value < 2048; ++value) {
        std::size_t expected = 0;
        while (expected < Bounds::kCount && value > Bounds::upper_bound(expected))
            ++expected;
        ASSERT_EQ(Bounds::bucket_of(value), expected) << value;
    }
}

TEST(UpTo, TakesABoundIntoTheBucketItEnds) {
    using Bounds = UpTo<0, 10, 250>;

    EXPECT_EQ(Bounds::kCount, 3U);
    EXPECT_EQ(Bounds::upper_bound(2), 250U);
    EXPECT_EQ(Bounds::bucket_of(0), 0U);
    EXPECT_EQ(Bounds::bucket_of(1), 1U);
    EXPECT_EQ(Bounds::bucket_of(10), 1U);
    EXPECT_EQ(Bounds::bucket_of(11), 2U);
    EXPECT_EQ(Bounds::bucket_of(250), 2U);
    EXPECT_EQ(Bounds::bucket_of(251), 3U);
    EXPECT_EQ(Bounds::bucket_of(kGreatest), 3U);
}

TEST(Histogram, IsEmptyAtFirst) {
    const Histogram<UpTo<8>> histogram;

    EXPECT_EQ(histogram.counts(), (Histogram<UpTo<8>>::Counts{0, 0}));
    EXPECT_EQ(histogram.sum(), 0U);
}

TEST(Histogram, CountsEachValueOnceAndAddsItUp) {
    Histogram<PowersOfTwo<0, 2>> histogram;

    for (const std::uint64_t value : {0U, 1U, 3U, 4U, 4U, 5U, 1000U})
        histogram.observe(value);

    EXPECT_EQ(histogram.counts(), (Histogram<PowersOfTwo<0, 2>>::Counts{2, 0, 3, 2}));
    EXPECT_EQ(histogram.sum(), 1017U);
}

TEST(Histogram, NeverGoesBackwardsForAReaderElsewhere) {
    constexpr std::uint64_t kValues = 100'000;
    Histogram<PowersOfTwo<0, 4>> histogram;
    std::jthread writer{[&] {
        for (std::uint64_t i = 0; i < kValues; ++i)
            histogram.observe(i % 64);
    }};

    auto last = histogram.counts();
    std::uint64_t total = 0;
    while (total < kValues) {
        const auto now = histogram.counts();
        for (std::size_t i = 0; i < now.size(); ++i)
            ASSERT_GE(now[i], last[i]);
        last = now;
        total = std::accumulate(now.begin(), now.end(), std::uint64_t{0});
    }
    EXPECT_EQ(total, kValues);
}

}  // namespace
}  // namespace metrics
