#include <vector>

#include <gtest/gtest.h>

#include "lib/bytes/byte_cursor.h"
#include "tests/support/hex.h"

namespace bytes {
namespace {

using namespace test;

TEST(ByteCursor, ReadsBigEndianIntegersOfAnyWidth) {
    constexpr auto kBytes = "01 0203 040506 0708090a 0b0c0d0e0f101112"_hex;
    ByteCursor in{kBytes};

    EXPECT_EQ(in.read<std::uint8_t>(), 0x01);
    EXPECT_EQ(in.read<std::uint16_t>(), 0x0203);
    EXPECT_EQ((in.read<std::uint32_t, 3>()), 0x040506U);
    EXPECT_EQ(in.read<std::uint32_t>(), 0x0708090aU);
    EXPECT_EQ(in.read<std::uint64_t>(), 0x0b0c0d0e0f101112U);
    EXPECT_TRUE(in.ok());
    EXPECT_TRUE(in.empty());
}

TEST(ByteCursor, ReadsAtCompileTime) {
    constexpr auto kBytes = "c0ffee"_hex;
    static_assert(ByteCursor{kBytes}.read<std::uint32_t, 3>() == 0xc0ffee);
    static_assert(ByteCursor{kBytes}.read<std::uint16_t>() == 0xc0ff);
}

TEST(ByteCursor, FailsOnceAndStaysFailed) {
    const std::vector<std::uint8_t> bytes{1, 2, 3};
    ByteCursor in{bytes};

    EXPECT_EQ(in.read<std::uint32_t>(), 0U);
    EXPECT_FALSE(in.ok());
    EXPECT_TRUE(in.rest().empty());
    EXPECT_EQ(in.read<std::uint8_t>(), 0U);
    EXPECT_TRUE(in.take(1).empty());
    EXPECT_FALSE(in.ok());
}

TEST(ByteCursor, BorrowsWhatItTakes) {
    const std::vector<std::uint8_t> bytes{1, 2, 3, 4};
    ByteCursor in{bytes};
    in.skip(1);

    const View taken = in.take(2);

    EXPECT_EQ(taken.data(), bytes.data() + 1);
    EXPECT_EQ(taken.size(), 2U);
    EXPECT_EQ(in.rest().size(), 1U);
}

TEST(ByteCursor, TakesAllAndNothing) {
    const std::vector<std::uint8_t> bytes{1, 2};
    ByteCursor in{bytes};

    EXPECT_TRUE(in.take(0).empty());
    EXPECT_EQ(in.take(2).size(), 2U);
    EXPECT_TRUE(in.take(0).empty());
    EXPECT_TRUE(in.ok());
    EXPECT_TRUE(in.take(~std::size_t{0}).empty());
    EXPECT_FALSE(in.ok());
}

TEST(ByteCursor, PeeksWithoutConsumingOrFailing) {
    const std::vector<std::uint8_t> bytes{7};
    ByteCursor in{bytes};

    EXPECT_EQ(in.peek(), 7);
    EXPECT_EQ(in.rest().size(), 1U);
    in.skip(1);
    EXPECT_EQ(in.peek(), 0);
    EXPECT_TRUE(in.ok());
}

TEST(Bytes, AreCharactersAndBack) {
    EXPECT_EQ(text_of(view_of("SSH-2.0-")), "SSH-2.0-");
    EXPECT_EQ(text_of(View{}), "");
}

}  // namespace
}  // namespace bytes
