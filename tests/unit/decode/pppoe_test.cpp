#include "sensor/decode/layers/pppoe.h"

#include "tests/unit/decode/decoding.h"

namespace sensor::decode {
namespace {

using namespace test;

/// `header` is all from the version on, with the protocol; lengths of 48 fit "hello!" over IPv4.
PacketBuilder session(std::span<const std::uint8_t> header) {
    return packet().ethernet(0x8864).bytes(header);
}
PacketBuilder with_ipv4(std::span<const std::uint8_t> header) {
    return session(header).ipv4({}).tcp().text("hello!");
}

TEST(Pppoe, CarriesIpv4AndIpv6) {
    const auto four = decoded(with_ipv4("11 00 0a01 0030 0021"_hex));
    const auto six = decoded(session("11 00 0a01 0044 0057"_hex).ipv6({}).tcp().text("hello!"));

    ASSERT_EQ(four.packet.status, DecodeStatus::kOk);
    EXPECT_EQ(four.payload(), "hello!");
    EXPECT_TRUE(four.packet.source.address.is_ipv4());
    ASSERT_EQ(six.packet.status, DecodeStatus::kOk);
    EXPECT_EQ(six.payload(), "hello!");
    EXPECT_FALSE(six.packet.source.address.is_ipv4());
}

TEST(Pppoe, TakesACompressedProtocolField) {
    EXPECT_EQ(decoded(with_ipv4("11 00 0a01 002f 21"_hex)).payload(), "hello!");
    const auto six = session("11 00 0a01 0043 57"_hex).ipv6({}).tcp().text("hello!");
    EXPECT_EQ(decoded(six).payload(), "hello!");
    expect_sound_at_every_cut(with_ipv4("11 00 0a01 002f 21"_hex));
}

TEST(Pppoe, LeavesPaddingOut) {
    constexpr std::uint16_t kTotal = 20 + 20 + 6;
    const auto padded =
        session("11 00 0a01 0030 0021"_hex).ipv4({.total = kTotal}).tcp().text("hello!").zeros(8);

    EXPECT_EQ(decoded(padded).payload(), "hello!");
    EXPECT_EQ(decoded(padded).packet.payload_length, 6U);
}

TEST(Pppoe, TellsSessionsApartAndNotDirections) {
    const auto one = decoded(with_ipv4("11 00 0a01 0030 0021"_hex));
    const auto other = decoded(with_ipv4("11 00 0a02 0030 0021"_hex));
    const auto bare = decoded(packet().ethernet().ipv4({}).tcp().text("hello!"));
    const auto back = decoded(session("11 00 0a01 0030 0021"_hex)
                                  .ipv4({.source = "198.51.100.20", .destination = "10.20.1.14"})
                                  .tcp({.source = 8088, .destination = 49152})
                                  .text("hello!"));

    EXPECT_NE(one.key(), other.key());
    EXPECT_NE(one.key(), bare.key());
    EXPECT_EQ(one.key(), back.key());
    EXPECT_EQ(one.packet.tags, Tags{});
}

TEST(Pppoe, RefusesWhatIsNoSessionPacket) {
    EXPECT_EQ(status_of(with_ipv4("21 00 0a01 0030 0021"_hex)), DecodeStatus::kUnknownVersion);
    EXPECT_EQ(status_of(with_ipv4("12 00 0a01 0030 0021"_hex)), DecodeStatus::kUnknownVersion);
    EXPECT_EQ(status_of(with_ipv4("11 a7 0a01 0030 0021"_hex)), DecodeStatus::kMalformed);
    EXPECT_EQ(status_of(with_ipv4("11 00 0a01 0000 0021"_hex)), DecodeStatus::kMalformed);
    EXPECT_EQ(status_of(with_ipv4("11 00 0a01 0001 0021"_hex)), DecodeStatus::kMalformed);
}

TEST(Pppoe, CountsLinkControlAsNotIp) {
    EXPECT_EQ(status_of(session("11 00 0a01 000a c021 09 01 0008 00000000"_hex)),
              DecodeStatus::kUnknownEtherType);
    EXPECT_EQ(status_of(with_ipv4("11 00 0a01 0030 0023"_hex)), DecodeStatus::kUnknownEtherType);
}

TEST(Pppoe, IsTruncatedAnywhereBeforeItsPayload) {
    expect_sound_at_every_cut(with_ipv4("11 00 0a01 0030 0021"_hex));
}

}  // namespace
}  // namespace sensor::decode
