#include "lib/gzip/gzip.h"

#include <vector>

#include <gtest/gtest.h>

#include "lib/bytes/byte_cursor.h"
#include "tests/support/hex.h"

namespace gzip {
namespace {

using namespace test;

constexpr std::string_view kText = "hello, hello, hello";
constexpr auto kPacked = "1f8b0800000000000203 cb48cdc9c9d751c840a200 9fa1ca09 13000000"_hex;
constexpr auto kMark = "1f8b0800000000000203 530400 d3ff6b9e 01000000"_hex;   // "!"
constexpr auto kNothing = "1f8b0800000000000203 0300 00000000 00000000"_hex;  // ""

Outcome unpack(bytes::View packed, std::size_t most, std::string& text) {
    text.clear();
    return gzip::unpack(bytes::text_of(packed), most, text);
}

TEST(Gzip, UnpacksAFile) {
    std::string text;
    EXPECT_EQ(unpack(kPacked, 100, text), Outcome::kWhole);
    EXPECT_EQ(text, kText);
    EXPECT_EQ(unpack(kPacked, kText.size(), text), Outcome::kWhole);
    EXPECT_EQ(text, kText);
    EXPECT_EQ(unpack(kNothing, 0, text), Outcome::kWhole);
    EXPECT_EQ(text, "");
}

TEST(Gzip, UnpacksOneMemberAfterAnother) {
    std::vector<std::uint8_t> both{kPacked.begin(), kPacked.end()};
    both.insert(both.end(), kMark.begin(), kMark.end());
    std::string text;
    EXPECT_EQ(unpack(both, 100, text), Outcome::kWhole);
    EXPECT_EQ(text, "hello, hello, hello!");
    EXPECT_EQ(unpack(both, kText.size(), text), Outcome::kTooLarge);
}

TEST(Gzip, UnpacksNoMoreThanAskedFor) {
    std::string text;
    EXPECT_EQ(unpack(kPacked, kText.size() - 1, text), Outcome::kTooLarge);
    EXPECT_LT(text.size(), kText.size());
    EXPECT_EQ(unpack(kMark, 0, text), Outcome::kTooLarge);
}

TEST(Gzip, RefusesAFileThatIsCutOrNone) {
    std::string text;
    for (std::size_t length = 0; length < kPacked.size(); ++length) {
        const std::vector<std::uint8_t> cut(kPacked.begin(),
                                            kPacked.begin() + static_cast<std::ptrdiff_t>(length));
        EXPECT_EQ(unpack(cut, 100, text), Outcome::kBroken) << length;
    }
    for (std::size_t at = 0; at < kPacked.size(); ++at) {
        std::vector<std::uint8_t> changed{kPacked.begin(), kPacked.end()};
        changed[at] ^= 0xffU;
        if (at >= 4 && at <= 9) continue;  // its time, its maker's haste and system
        EXPECT_NE(unpack(changed, 100, text), Outcome::kWhole) << at;
    }
    std::vector<std::uint8_t> more{kPacked.begin(), kPacked.end()};
    more.push_back(0);
    EXPECT_EQ(unpack(more, 100, text), Outcome::kBroken);
    constexpr auto kZlib = "789c cb48cdc9c9d751c840a200 44f1 06dd"_hex;
    EXPECT_EQ(unpack(kZlib, 100, text), Outcome::kBroken);
}

}  // namespace
}  // namespace gzip
