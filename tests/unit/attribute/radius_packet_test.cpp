#include "sensor/attribute/feeds/radius_packet.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/attribute/radius_requests.h"

namespace sensor::attribute::feeds::radius {
namespace {

using namespace test;

// Start of session 0A at 192.0.2.1: 10.20.1.14, A1-B2-C3-D4-E5-F6. The secret is xyzzy5461.
constexpr auto kStartPacket =
    "04 07 003d d863db2373840baf4e256d3cbbb101ec 2806 00000001 2c04 3041 0406 c0000201"
    "0806 0a14010e 1f13 41312d42322d43332d44342d45352d4636"_hex;
// The same with a Message-Authenticator.
constexpr auto kProtectedPacket =
    "04 08 004f b0fd048578c0ba2db3184f7c2c3ef46c 2806 00000001 2c04 3041 0406 c0000201"
    "0806 0a14010e 1f13 41312d42322d43332d44342d45352d4636"
    "5012 4e71b3ac96f55986163d02c4871339bb"_hex;
// Two Proxy-State attributes, "ab" and "c".
constexpr auto kProxiedPacket =
    "04 09 0025 26d4c44414f4af74654de0b1a64c51fd 2806 00000001 2c04 3041 2104 6162 2103 63"_hex;

template <std::size_t N>
Packet packet_of(const std::array<std::uint8_t, N>& bytes) {
    const auto packet = parse_packet(bytes);
    EXPECT_TRUE(packet.has_value());
    return packet.value_or(Packet{});
}

TEST(RadiusPacket, IsParsed) {
    const Packet packet = packet_of(kStartPacket);

    EXPECT_EQ(packet.code, Code::kAccountingRequest);
    EXPECT_EQ(packet.identifier, 7);
    EXPECT_EQ(digest::hexadecimal(packet.authenticator), "d863db2373840baf4e256d3cbbb101ec");
    bytes::ByteCursor cursor{packet.attributes};
    const Attribute status = next_attribute(cursor);
    EXPECT_EQ(status.type, 40);
    EXPECT_EQ(digest::hexadecimal(status.value), "00000001");
}

TEST(RadiusPacket, PaddingBeyondItsLengthIsIgnored) {
    Bytes padded{kStartPacket.begin(), kStartPacket.end()};
    padded.resize(padded.size() + 5, 0xee);

    const auto packet = parse_packet(padded);
    ASSERT_TRUE(packet.has_value());
    EXPECT_TRUE(is_genuine(*packet, kSecret));
}

TEST(RadiusPacket, CutAnywhereIsNone) {
    for (std::size_t size = 0; size < kProtectedPacket.size(); ++size) {
        const Bytes cut{kProtectedPacket.begin(),
                        kProtectedPacket.begin() + static_cast<std::ptrdiff_t>(size)};
        EXPECT_FALSE(parse_packet(cut).has_value()) << size;
    }
}

TEST(RadiusPacket, AttributesMustAddUp) {
    for (const int length : {0, 1, 5, 7, 255}) {
        Bytes packet = request({kStart});
        packet[21] = static_cast<std::uint8_t>(length);  // of Acct-Status-Type
        EXPECT_FALSE(parse_packet(packet).has_value()) << length;
    }
    EXPECT_TRUE(parse_packet(request({})).has_value());
}

TEST(RadiusPacket, LengthHasBounds) {
    Bytes packet = request({kStart});
    packet[3] = 19;
    EXPECT_FALSE(parse_packet(packet).has_value());
    Bytes longest(4097, 0);
    longest[0] = 4;
    for (std::size_t at = 20; at + 1 < longest.size(); at += 2)
        longest[at + 1] = 2;
    longest[2] = 0x10;
    longest[3] = 0x00;  // 4096
    EXPECT_TRUE(parse_packet(longest).has_value());
    longest[3] = 0x01;
    EXPECT_FALSE(parse_packet(longest).has_value());
}

TEST(RadiusPacket, IsGenuineWithItsSecretOnly) {
    EXPECT_TRUE(is_genuine(packet_of(kStartPacket), kSecret));
    EXPECT_FALSE(is_genuine(packet_of(kStartPacket), "xyzzy5462"));
    EXPECT_FALSE(is_genuine(packet_of(kStartPacket), ""));
}

TEST(RadiusPacket, IsNotGenuineWithAnyBitChanged) {
    for (std::size_t byte = 0; byte < kStartPacket.size(); ++byte) {
        auto changed = kStartPacket;
        changed[byte] ^= 0x10U;
        const auto packet = parse_packet(changed);
        EXPECT_FALSE(packet && is_genuine(*packet, kSecret)) << byte;
    }
}

TEST(RadiusPacket, MessageAuthenticatorIsVerifiedToo) {
    EXPECT_TRUE(is_genuine(packet_of(kProtectedPacket), kSecret));

    // A wrong one under a right Request Authenticator, and one of a wrong length.
    const Bytes wrong(16, 0xaa);
    const Bytes forged = request({kStart, tlv(80, bytes::View{wrong})});
    EXPECT_FALSE(is_genuine(*parse_packet(forged), kSecret));
    const Bytes cut = request({kStart, tlv(80, bytes::View{wrong}.first(15))});
    EXPECT_FALSE(is_genuine(*parse_packet(cut), kSecret));
}

TEST(RadiusPacket, IsAnsweredWithItsProxyStates) {
    constexpr auto kAnswer = "05 07 0014 815b13f0b1b5e19532e59684d3b2ed5e"_hex;
    EXPECT_EQ(digest::hexadecimal(response_to(packet_of(kStartPacket), kSecret)),
              digest::hexadecimal(kAnswer));
    constexpr auto kProxiedAnswer =
        "05 09 001b d0575a49519309dd14de740340554c95 2104 6162 2103 63"_hex;
    EXPECT_EQ(digest::hexadecimal(response_to(packet_of(kProxiedPacket), kSecret)),
              digest::hexadecimal(kProxiedAnswer));
}

}  // namespace
}  // namespace sensor::attribute::feeds::radius
