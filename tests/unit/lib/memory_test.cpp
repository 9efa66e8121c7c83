#include <cstdint>

#include <gtest/gtest.h>

#include "lib/memory/region.h"

namespace memory {
namespace {

TEST(Region, IsZeroAtFirst) {
    const Region<std::uint64_t> region{100'000};

    EXPECT_EQ(region.size(), 100'000U);
    EXPECT_EQ(region[0], 0U);
    EXPECT_EQ(region[99'999], 0U);
}

TEST(Region, KeepsWhatIsWrittenAlsoWhenMoved) {
    Region<std::uint32_t> region{5000};
    region[4999] = 7;

    Region<std::uint32_t> moved{std::move(region)};
    EXPECT_EQ(moved[4999], 7U);

    Region<std::uint32_t> other{10};
    other = std::move(moved);
    EXPECT_EQ(other.size(), 5000U);
    EXPECT_EQ(other[4999], 7U);
}

TEST(Region, LargerThanMemoryCostsNothingUntilTouched) {
    Region<std::uint64_t> huge{std::size_t{1} << 36U};

    huge[(std::size_t{1} << 36U) - 1] = 1;

    EXPECT_EQ(huge[0], 0U);
}

TEST(Region, ThatCannotBeThrows) {
    EXPECT_THROW(Region<std::uint64_t>{std::size_t{1} << 59U}, std::bad_alloc);
}

}  // namespace
}  // namespace memory
