#include "sensor/decode/layers/ipv4.h"

#include "tests/unit/decode/decoding.h"

namespace sensor::decode {
namespace {

using namespace test;

PacketBuilder ip(const PacketBuilder::Ipv4& header) {
    return packet().ethernet().ipv4(header);
}

TEST(Ipv4, YieldsAddressesAndLengths) {
    const auto found =
        decoded(ip({.source = "10.20.1.14", .destination = "198.51.100.20"}).tcp().text("hello"));

    ASSERT_EQ(found.packet.status, DecodeStatus::kOk);
    EXPECT_EQ(found.packet.source.address, address("10.20.1.14"));
    EXPECT_EQ(found.packet.destination.address, address("198.51.100.20"));
    EXPECT_EQ(found.packet.ip_length, 45U);
    EXPECT_EQ(found.packet.payload_length, 5U);
}

TEST(Ipv4, SkipsOptions) {
    const auto options =
        "94040000 01010101 01010101 01010101 01010101 01010101 01010101 01010101 01010101 01010100"_hex;
    const auto builder = ip({.options = options}).tcp().text("hello");

    EXPECT_EQ(decoded(builder).payload(), "hello");
    expect_sound_at_every_cut(builder);
}

TEST(Ipv4, LeavesEthernetPaddingOut) {
    const auto total = static_cast<std::uint16_t>(20 + 20 + 2);
    const auto found = decoded(ip({.total = total}).tcp().text("ab").zeros(4));

    EXPECT_EQ(found.payload(), "ab");
    EXPECT_EQ(found.packet.payload_length, 2U);
}

TEST(Ipv4, TakesALengthOfZeroForAllThatWasCaptured) {
    const auto found = decoded(ip({.total = std::uint16_t{0}}).tcp().text("offloaded"));

    ASSERT_EQ(found.packet.status, DecodeStatus::kOk);
    EXPECT_EQ(found.payload(), "offloaded");
    EXPECT_EQ(found.packet.payload_length, 9U);
    EXPECT_EQ(found.packet.ip_length, 49U);
}

TEST(Ipv4, TellsWhatWasNotCaptured) {
    const auto found = decoded(ip({.total = std::uint16_t{1500}}).tcp().text("start"));

    ASSERT_EQ(found.packet.status, DecodeStatus::kOk);
    EXPECT_EQ(found.packet.payload_length, 1460U);
    EXPECT_EQ(found.payload(), "start");
}

TEST(Ipv4, RefusesFragments) {
    constexpr std::uint16_t kMore = 0x2000;
    constexpr std::uint16_t kReserved = 0x8000;

    EXPECT_EQ(status_of(ip({.fragment = kMore}).tcp()), DecodeStatus::kFragment);
    EXPECT_EQ(status_of(ip({.fragment = 1}).tcp()), DecodeStatus::kFragment);
    EXPECT_EQ(status_of(ip({.fragment = 0x1fff}).tcp()), DecodeStatus::kFragment);
    EXPECT_EQ(status_of(ip({.fragment = 0}).tcp()), DecodeStatus::kOk);
    EXPECT_EQ(status_of(ip({.fragment = kReserved}).tcp()), DecodeStatus::kOk);
}

TEST(Ipv4, RefusesLengthsThatContradictEachOther) {
    EXPECT_EQ(status_of(ip({.total = std::uint16_t{19}}).tcp()), DecodeStatus::kMalformed);
    EXPECT_EQ(status_of(ip({.total = std::uint16_t{39}}).tcp()), DecodeStatus::kMalformed);
    auto short_header = ip({}).tcp().frame();
    short_header[14] = 0x44;
    EXPECT_EQ(decoded(short_header).packet.status, DecodeStatus::kMalformed);
}

TEST(Ipv4, RefusesAnotherVersion) {
    auto frame = ip({}).tcp().frame();
    frame[14] = 0x65;

    EXPECT_EQ(decoded(frame).packet.status, DecodeStatus::kUnknownVersion);
}

TEST(Ipv4, CountsOtherTransportsApart) {
    EXPECT_EQ(status_of(ip({.protocol = 1}).zeros(8)), DecodeStatus::kUnknownTransport);
    EXPECT_EQ(status_of(ip({.protocol = 50}).zeros(40)), DecodeStatus::kEncrypted);
}

TEST(Ipv4, ReadsThroughAnAuthenticationHeader) {
    const auto builder = ip({.protocol = 51})
                             .bytes("06 04 0000 00000001 00000001 0102030405060708 090a0b0c"_hex)
                             .tcp()
                             .text("hello");

    EXPECT_EQ(decoded(builder).payload(), "hello");
    expect_sound_at_every_cut(builder);
}

}  // namespace
}  // namespace sensor::decode
