#include "lib/pcapng/pcapng.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"

namespace pcapng {
namespace {

using namespace test;

std::string text(const auto& bytes) {
    return std::string{bytes::text_of(bytes::View{bytes})};
}

TEST(Pcapng, ASectionSaysItsByteOrderItsVersionAndWhoWroteIt) {
    constexpr auto kExpected = R"(
        0a0d0d0a 2c000000
        4d3c2b1a 0100 0000 ffffffffffffffff
        0400 0500 6f6666 7074 000000
        0000 0000
        2c000000)"_hex;
    std::string out;

    append_section(out, "offpt");

    EXPECT_EQ(out, text(kExpected));
}

TEST(Pcapng, AnInterfaceHasALinkTypeANameAndNanoseconds) {
    constexpr auto kExpected = R"(
        01000000 28000000
        7100 0000 00010000
        0200 0400 65746831
        0900 0100 09 000000
        0000 0000
        28000000)"_hex;
    std::string out;

    append_interface(out, {.link_type = 113, .snap_bytes = 256, .name = "eth1"});

    EXPECT_EQ(out, text(kExpected));
}

TEST(Pcapng, AnInterfaceNeedsNoName) {
    std::string out;

    append_interface(out, {});

    EXPECT_EQ(out.size(), 32U);
    EXPECT_EQ(out.substr(16, 5), std::string("\x09\x00\x01\x00\x09", 5));
}

TEST(Pcapng, APacketHasItsTimeBothLengthsItsBytesAndAComment) {
    constexpr auto kExpected = R"(
        06000000 38000000
        02000000 44332211 88776655
        05000000 dc050000
        0102030405 000000
        0100 0600 66 20 c3a9 20 31 0000
        0000 0000
        38000000)"_hex;
    constexpr auto kBytes = "01 02 03 04 05"_hex;
    std::string out;

    append_packet(out, {.interface = 2,
                        .time_ns = 0x1122334455667788,
                        .original_bytes = 1500,
                        .data = kBytes,
                        .comment = "f \xc3\xa9 1"});

    EXPECT_EQ(out, text(kExpected));
}

TEST(Pcapng, APacketWithoutACommentHasNoOptions) {
    constexpr auto kExpected = R"(
        06000000 20000000
        00000000 00000000 00000000
        00000000 3c000000
        20000000)"_hex;
    std::string out;

    append_packet(out, {.original_bytes = 60});

    EXPECT_EQ(out, text(kExpected));
}

TEST(Pcapng, BlocksAreAsLongAsTheySayWhateverTheyHold) {
    for (std::size_t length = 0; length < 9; ++length) {
        const std::vector<std::uint8_t> bytes(length, 0xaa);
        const std::string comment(length, 'c');
        std::string out = "before";
        append_packet(out, {.data = bytes, .comment = comment});

        const std::string block = out.substr(6);
        EXPECT_EQ(block.size() % 4, 0U) << length;
        EXPECT_EQ(block.substr(4, 4), block.substr(block.size() - 4)) << length;
        EXPECT_EQ(static_cast<unsigned char>(block[4]), block.size()) << length;
    }
}

TEST(Pcapng, ALongCommentIsCutBetweenCharacters) {
    std::string out;
    const std::string comment = std::string(kMostText - 1, 'c') + "\xc3\xa9";

    append_packet(out, {.comment = comment});

    const auto length =
        static_cast<unsigned char>(out[30]) + 256U * static_cast<unsigned char>(out[31]);
    EXPECT_EQ(length, kMostText - 1);
}

}  // namespace
}  // namespace pcapng
