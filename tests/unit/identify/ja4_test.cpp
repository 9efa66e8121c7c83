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

/// Extensions of these types, whose bodies are empty but for those that count: TLS 1.3, `alpn`,
/// `algorithms`.
std::vector<std::uint8_t> extensions_of(std::initializer_list<std::uint16_t> types,
                                        bytes::View alpn, bytes::View algorithms) {
    std::vector<std::uint8_t> list;
    const auto put = [&](std::size_t value) {
        list.push_back(static_cast<std::uint8_t>(value >> 8U));
        list.push_back(static_cast<std::uint8_t>(value & 0xffU));
    };
    const auto append = [&](bytes::View bytes) {
        list.insert(list.end(), bytes.begin(), bytes.end());
    };
    for (const std::uint16_t type : types) {
        put(type);
        switch (type) {
            case 0x000d:
                put(algorithms.size() + 2);
                put(algorithms.size());
                append(algorithms);
                break;
            case 0x0010:
                put(alpn.size());
                append(alpn);
                break;
            case 0x002b: append("0003 02 0304"_hex); break;
            default: put(0);
        }
    }
    return list;
}

constexpr auto kHttp2 = "0003 02 6832"_hex;
constexpr auto kHttp3 = "0003 02 6833"_hex;
constexpr auto kBrowserSuites =
    "1301 1302 1303 c02b c02f c02c c030 cca9 cca8 c013 c014 009c 009d 002f 0035"_hex;
constexpr auto kBrowserAlgorithms = "0403 0804 0401 0503 0805 0501 0806 0601"_hex;

TEST(Ja4, IsThatOfThePublishedExamples) {
    // The lists of JA4's own description, in the order sent, with and without the algorithms.
    const std::initializer_list<std::uint16_t> described{
        0x001b, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002d, 0x000d,
        0x0005, 0x0023, 0x0012, 0x002b, 0xff01, 0x000b, 0x000a, 0x0015};
    const auto whole = extensions_of(described, kHttp2, kBrowserAlgorithms);
    const auto bare = extensions_of(described, kHttp2, {});

    EXPECT_EQ(Ja4(hello_of(0x0303, kBrowserSuites, whole), 't').text(),
              "t13d1516h2_8daaf6152771_e5627efa2ab1");
    EXPECT_EQ(Ja4(hello_of(0x0303, kBrowserSuites, bare), 't').text(),
              "t13d1516h2_8daaf6152771_6d807ffa2a79");
}

TEST(Ja4, IsThatOfBrowsersOfTheDay) {
    // A browser that sends encrypted_client_hello, and one over QUIC.
    const auto with_ech =
        extensions_of({0x002d, 0x0033, 0x0010, 0xfe0d, 0x0017, 0x44cd, 0x0000, 0x000b, 0x000a,
                       0x002b, 0xff01, 0x0023, 0x0012, 0x0005, 0x000d, 0x001b},
                      kHttp2, kBrowserAlgorithms);
    const auto over_quic = extensions_of(
        {0x0039, 0x002b, 0x000d, 0x0033, 0x000a, 0x4469, 0x0010, 0x002d, 0x001b, 0x0000}, kHttp3,
        "0403 0804 0401 0503 0805 0501 0806 0601 0201"_hex);

    EXPECT_EQ(Ja4(hello_of(0x0303, kBrowserSuites, with_ech), 't').text(),
              "t13d1516h2_8daaf6152771_d8a2da3f94cd");
    EXPECT_EQ(Ja4(hello_of(0x0303, "1301 1302 1303"_hex, over_quic), 'q').text(),
              "q13d0310h3_55b375c5d22e_cd85d2d88918");
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
    EXPECT_EQ(alpn("0010 0005 0003 02 30 ab"_hex), "3b");
    EXPECT_EQ(alpn("0010 0007 0005 04 30 31 ab cd"_hex), "3d");
    EXPECT_EQ(alpn("0010 0007 0005 04 30 ab cd 31"_hex), "01");
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
