#include "sensor/identify/ja4.h"

#include <vector>

#include <gtest/gtest.h>

#include "lib/digest/digest.h"
#include "tests/support/hex.h"

namespace {

using sensor::identify::ClientHello;
using sensor::identify::Ja4;
using test::operator""_hex;

constexpr auto kOneSuite = "1301"_hex;

ClientHello hello_of(std::uint16_t version, bytes::View suites, bytes::View extensions = {}) {
    ClientHello hello;
    hello.version = version;
    hello.cipher_suites = suites;
    hello.extensions = extensions;
    hello.is_whole = true;
    return hello;
}
std::string first_part(const ClientHello& hello) {
    return std::string{Ja4{hello, 't'}.text().substr(0, 10)};
}
std::string twelve_of(std::string_view text) {
    return digest::hexadecimal(digest::sha256(bytes::view_of(text))).substr(0, 12);
}

TEST(Ja4, WritesZerosForWhatIsNotThere) {
    const ClientHello hello = hello_of(0x0303, kOneSuite);

    EXPECT_EQ(Ja4(hello, 't').text(), "t12i010000_" + twelve_of("1301") + "_000000000000");
}

TEST(Ja4, LeavesGreaseOutEverywhere) {
    constexpr auto kSuites = "fafa 1301 0a0a"_hex;
    constexpr auto kExtensions =
        "8a8a 0000"
        "002b 0005 04 fafa 0303"
        "000d 0008 0006 0804 6a6a 0403"_hex;
    const ClientHello hello = hello_of(0x0303, kSuites, kExtensions);

    EXPECT_EQ(Ja4(hello, 'q').text(),
              "q12i010200_" + twelve_of("1301") + "_" + twelve_of("000d,002b_0804,0403"));
}

TEST(Ja4, HashesExtensionsAloneWithoutAlgorithms) {
    constexpr auto kExtensions = "0017 0000 000b 0002 0100 0000 0000"_hex;
    const ClientHello hello = hello_of(0x0301, kOneSuite, kExtensions);

    EXPECT_EQ(Ja4(hello, 't').text(),
              "t10d010300_" + twelve_of("1301") + "_" + twelve_of("000b,0017"));
}

TEST(Ja4, CountsToNinetyNine) {
    std::vector<std::uint8_t> suites;
    std::vector<std::uint8_t> extensions;
    for (std::uint8_t i = 0; i < 120; ++i) {
        suites.insert(suites.end(), {0xc0, i});
        extensions.insert(extensions.end(), {0x50, i, 0, 0});
    }
    const ClientHello hello = hello_of(0x0303, suites, extensions);

    EXPECT_EQ(first_part(hello), "t12i999900");
}

TEST(Ja4, TakesTheFirstNamesEnds) {
    const auto alpn = [](bytes::View extension) {
        const ClientHello hello = hello_of(0x0303, kOneSuite, extension);
        return first_part(hello).substr(8);
    };

    EXPECT_EQ(alpn("0010 000e 000c 0268 3208 6874 7470 2f31 2e31"_hex), "h2");
    EXPECT_EQ(alpn("0010 000b 0009 0868 7474 702f 312e 31"_hex), "h1");
    EXPECT_EQ(alpn("0010 0004 0002 01 61"_hex), "aa");
    EXPECT_EQ(alpn("0010 0005 0003 02 ab cd"_hex), "ad");
    EXPECT_EQ(alpn("0010 0005 0003 02 61 cd"_hex), "6d") << "one odd end makes both hexadecimal";
    EXPECT_EQ(alpn("0010 0004 0002 01 ab"_hex), "ab");
}

TEST(Ja4, TakesTheHighestVersionOffered) {
    const auto version = [](std::uint16_t legacy, bytes::View extension) {
        const ClientHello hello = hello_of(legacy, kOneSuite, extension);
        return first_part(hello).substr(1, 2);
    };

    EXPECT_EQ(version(0x0303, "002b 0005 04 0302 0304"_hex), "13");
    EXPECT_EQ(version(0x0303, "002b 0003 02 0302"_hex), "11");
    EXPECT_EQ(version(0x0303, "002b 0005 04 7f1c 0303"_hex), "00");
    EXPECT_EQ(version(0x0300, {}), "s3");
}

}  // namespace
