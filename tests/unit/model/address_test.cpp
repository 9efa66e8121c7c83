#include "sensor/model/address.h"

#include <random>

#include <arpa/inet.h>
#include <gtest/gtest.h>

namespace sensor {
namespace {

Address address(std::string_view text) {
    return parse_address(text).value();
}

TEST(Address, IsReadAndWrittenInEitherForm) {
    for (const auto* text : {"10.20.1.14", "0.0.0.0", "255.255.255.255", "::", "::1",
                             "2001:db8::1:0:0:1", "ff02::fb"}) {
        EXPECT_EQ(to_string(address(text)), text);
    }
    EXPECT_EQ(to_string(address("2001:DB8:0:0:0:0:0:1")), "2001:db8::1");
    EXPECT_EQ(address("::ffff:10.20.1.14"), address("10.20.1.14"));
    EXPECT_EQ(address("10.20.1.14"), ipv4_address(0x0a14010e));
}

/// Of addresses with all kinds of runs of zeros.
TEST(Address, IsWrittenAsInetNtopDoes) {
    std::mt19937 random{1};
    for (int i = 0; i < 20'000; ++i) {
        Address one;
        for (std::size_t word = 0; word < 8; ++word) {
            const auto choice = random();
            const auto value = (choice & 3U) != 0 ? 0 : random() >> (choice >> 2U & 15U);
            one.bytes[2 * word] = static_cast<std::uint8_t>(value >> 8U);
            one.bytes[2 * word + 1] = static_cast<std::uint8_t>(value);
        }
        if (one.is_ipv4()) continue;
        std::array<char, INET6_ADDRSTRLEN> expected{};
        ::inet_ntop(AF_INET6, one.bytes.data(), expected.data(), expected.size());
        ASSERT_EQ(to_string(one), expected.data());
    }
}

TEST(Address, IsWrittenInIpv4sForm) {
    for (unsigned octet = 0; octet < 256; ++octet) {
        const std::string text = std::to_string(octet);
        EXPECT_EQ(to_string(ipv4_address(octet << 24U | octet)), text + ".0.0." + text);
    }
}

TEST(Address, RefusesWhatIsNone) {
    for (const auto* text : {"", "10.20.1", "10.20.1.256", "10.20.1.14 ", "2001:db8::g", "host",
                             "10.20.1.14/32", "1.2.3.4.5", "::1::"}) {
        EXPECT_FALSE(parse_address(text).has_value()) << text;
    }
    EXPECT_FALSE(parse_address(std::string_view{"10.20.1.14\0x", 12}).has_value());
}

TEST(Address, KnowsMulticast) {
    for (const auto* text : {"224.0.0.251", "239.255.255.250", "255.255.255.255", "ff02::fb"})
        EXPECT_TRUE(address(text).is_multicast()) << text;
    for (const auto* text : {"223.255.255.255", "240.0.0.1", "10.0.0.255", "fe80::1", "::"})
        EXPECT_FALSE(address(text).is_multicast()) << text;
}

TEST(Address, KnowsItsVersion) {
    EXPECT_TRUE(address("0.0.0.0").is_ipv4());
    EXPECT_FALSE(address("::").is_ipv4());
    EXPECT_FALSE(address("::10.20.1.14").is_ipv4());
}

TEST(Prefix, ContainsWhatSharesItsBits) {
    const auto contains = [](std::string_view prefix, std::string_view text) {
        return parse_prefix(prefix).value().contains(address(text));
    };

    EXPECT_TRUE(contains("10.60.0.0/16", "10.60.4.51"));
    EXPECT_FALSE(contains("10.60.0.0/16", "10.61.0.0"));
    EXPECT_TRUE(contains("142.250.0.0/15", "142.251.255.255"));
    EXPECT_FALSE(contains("142.250.0.0/15", "142.252.0.0"));
    EXPECT_TRUE(contains("10.0.0.1", "10.0.0.1"));
    EXPECT_FALSE(contains("10.0.0.1/32", "10.0.0.2"));
    EXPECT_TRUE(contains("0.0.0.0/0", "255.1.2.3"));
    EXPECT_FALSE(contains("0.0.0.0/0", "2001:db8::1"));
    EXPECT_TRUE(contains("2001:db8::/33", "2001:db8:7fff::1"));
    EXPECT_FALSE(contains("2001:db8::/33", "2001:db8:8000::1"));
    EXPECT_TRUE(contains("::/0", "10.0.0.1"));
    EXPECT_TRUE(contains("2001:db8::1", "2001:db8::1"));
}

TEST(Prefix, CountsBitsOfTheLongForm) {
    EXPECT_EQ(parse_prefix("10.0.0.0/8")->length, 104);
    EXPECT_EQ(parse_prefix("10.0.0.1")->length, 128);
    EXPECT_EQ(parse_prefix("2001:db8::/32")->length, 32);
}

TEST(Prefix, IsWrittenAsItIsRead) {
    for (const auto* text : {"10.60.0.0/16", "10.0.0.1/32", "0.0.0.0/0", "2001:db8::/32", "::/0"})
        EXPECT_EQ(to_string(parse_prefix(text).value()), text);
}

TEST(Prefix, RefusesWhatIsNone) {
    for (const auto* text : {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x",
                             "10.0.0/8", "2001:db8::/129", "10.0.0.0/8/8", "10.0.0.0/999999999999"})
        EXPECT_FALSE(parse_prefix(text).has_value()) << text;
}

}  // namespace
}  // namespace sensor
