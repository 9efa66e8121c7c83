#include "sensor/decode/layers/ipv6.h"

#include "tests/unit/decode/decoding.h"

namespace sensor::decode {
namespace {

using namespace test;

PacketBuilder ip(std::uint8_t next) {
    return packet().ethernet(0x86dd).ipv6({.next = next});
}

TEST(Ipv6, YieldsAddressesAndLengths) {
    const auto found = decoded(ip(6).tcp().text("hello"));

    ASSERT_EQ(found.packet.status, DecodeStatus::kOk);
    EXPECT_EQ(found.packet.source.address, address("2001:db8::14"));
    EXPECT_EQ(found.packet.destination.address, address("2001:db8:1::20"));
    EXPECT_EQ(found.packet.ip_length, 65U);
    EXPECT_EQ(found.packet.payload_length, 5U);
    expect_sound_at_every_cut(ip(6).tcp().text("hello"));
}

TEST(Ipv6, LeavesPaddingOut) {
    const auto builder = packet().ethernet(0x86dd).ipv6({.payload = std::uint16_t{22}});

    EXPECT_EQ(decoded(PacketBuilder{builder}.tcp().text("ab").zeros(6)).payload(), "ab");
}

TEST(Ipv6, TakesALengthOfZeroForAllThatWasCaptured) {
    const auto builder = packet().ethernet(0x86dd).ipv6({.payload = std::uint16_t{0}});
    const auto found = decoded(PacketBuilder{builder}.tcp().text("offloaded"));

    EXPECT_EQ(found.payload(), "offloaded");
    EXPECT_EQ(found.packet.ip_length, 69U);
}

TEST(Ipv6, RefusesAnotherVersion) {
    auto frame = ip(6).tcp().frame();
    frame[14] = 0x45;

    EXPECT_EQ(decoded(frame).packet.status, DecodeStatus::kUnknownVersion);
}

class Ipv6Extension : public testing::TestWithParam<int> {};

TEST_P(Ipv6Extension, OfEightBytesIsSkipped) {
    const auto number = static_cast<std::uint8_t>(GetParam());
    const auto builder = ip(number).bytes("06 00 0104 00000000"_hex).tcp().text("hello");

    const auto found = decoded(builder);

    ASSERT_EQ(found.packet.status, DecodeStatus::kOk);
    EXPECT_EQ(found.payload(), "hello");
    EXPECT_EQ(found.packet.payload_length, 5U);
    expect_sound_at_every_cut(builder);
}

TEST_P(Ipv6Extension, CountsItsLengthInEightBytes) {
    const auto number = static_cast<std::uint8_t>(GetParam());
    const auto longest = ip(number).bytes("06 ff"_hex).zeros(2046).tcp().text("hello");
    const auto overlong = ip(number).bytes("06 ff"_hex).zeros(2045);

    EXPECT_EQ(decoded(longest).payload(), "hello");
    EXPECT_EQ(status_of(overlong), DecodeStatus::kMalformed);
}

INSTANTIATE_TEST_SUITE_P(HopByHopRoutingDestinationMobility, Ipv6Extension,
                         testing::Values(0, 43, 60, 135));

TEST(Ipv6Extensions, FollowOneAnother) {
    const auto chain = ip(0)
                           .bytes("2b 00 0104 00000000"_hex)
                           .bytes("3c 00 0000 00000000"_hex)
                           .bytes("33 01 0104 00000000 00000000 00000000"_hex)
                           .bytes("2c 04 0000 00000001 00000001 00000000"_hex)
                           .zeros(8)
                           .bytes("11 00 0000 00000007"_hex)
                           .udp()
                           .text("hello");

    const auto found = decoded(chain);

    ASSERT_EQ(found.packet.status, DecodeStatus::kOk);
    EXPECT_EQ(found.packet.transport, Transport::kUdp);
    EXPECT_EQ(found.payload(), "hello");
    expect_sound_at_every_cut(chain);
}

TEST(Ipv6Extensions, EndAtTooMany) {
    PacketBuilder builder = ip(60);
    for (int i = 0; i < 100; ++i)
        builder.bytes("3c 00 0104 00000000"_hex);

    EXPECT_EQ(status_of(builder), DecodeStatus::kTooDeep);
}

TEST(Ipv6Fragment, IsReadOnlyWhenItIsTheWholePacket) {
    const auto with = [](std::uint16_t offset_and_more) {
        return ip(44).bytes("06 00"_hex).be(offset_and_more).zeros(4).tcp().text("hello");
    };

    EXPECT_EQ(decoded(with(0x0000)).payload(), "hello");
    EXPECT_EQ(decoded(with(0x0006)).payload(), "hello");  // reserved bits, RFC 8200 §4.5
    EXPECT_EQ(status_of(with(0x0001)), DecodeStatus::kFragment);
    EXPECT_EQ(status_of(with(0x0008)), DecodeStatus::kFragment);
    EXPECT_EQ(status_of(with(0xfff8)), DecodeStatus::kFragment);
    expect_sound_at_every_cut(with(0));
}

TEST(Ipv6Esp, IsOpaque) {
    EXPECT_EQ(status_of(ip(50).zeros(64)), DecodeStatus::kEncrypted);
}

TEST(Ipv6, CountsOtherTransportsApart) {
    EXPECT_EQ(status_of(ip(58).zeros(8)), DecodeStatus::kUnknownTransport);  // ICMPv6
    EXPECT_EQ(status_of(ip(59)), DecodeStatus::kUnknownTransport);           // no next header
}

}  // namespace
}  // namespace sensor::decode
