#include "sensor/decode/layers/ip_in_ip.h"

#include "tests/unit/decode/decoding.h"

namespace sensor::decode {
namespace {

using namespace test;

PacketBuilder outer4(std::uint8_t protocol, std::string_view destination = "192.0.2.20") {
    return packet().ethernet().ipv4(
        {.source = "192.0.2.10", .destination = destination, .protocol = protocol});
}
PacketBuilder outer6(std::uint8_t next) {
    return packet().ethernet(0x86dd).ipv6(
        {.source = "2001:db8:f::1", .destination = "2001:db8:f::2", .next = next});
}

TEST(IpInIp, CarriesEitherVersionInEither) {
    for (const auto& outer : {outer4(4), outer6(4)}) {
        const auto found = decoded(PacketBuilder{outer}.ipv4({}).tcp().text("four"));
        ASSERT_EQ(found.packet.status, DecodeStatus::kOk);
        EXPECT_EQ(found.payload(), "four");
        EXPECT_EQ(found.packet.source.address, address("10.20.1.14"));
        EXPECT_EQ(found.packet.tags.tunnel, TunnelKind::kIpInIp);
        EXPECT_EQ(found.packet.tags.depth, 1);
    }
    for (const auto& outer : {outer4(41), outer6(41)}) {
        const auto found = decoded(PacketBuilder{outer}.ipv6({}).tcp().text("six"));
        ASSERT_EQ(found.packet.status, DecodeStatus::kOk);
        EXPECT_EQ(found.payload(), "six");
        EXPECT_EQ(found.packet.source.address, address("2001:db8::14"));
    }
}

TEST(IpInIp, TellsTheTunnelsEnds) {
    const auto found = decoded(outer6(4).ipv4({}).tcp());

    EXPECT_EQ(found.packet.tags.outer_source, address("2001:db8:f::1"));
    EXPECT_EQ(found.packet.tags.outer_destination, address("2001:db8:f::2"));
    EXPECT_EQ(found.packet.ip_length, 40U);
}

TEST(IpInIp, MakesEqualIpv4AddressesBetweenOtherEndsAnotherSession) {
    const auto one = decoded(outer4(4).ipv4({}).tcp());
    const auto other = decoded(outer4(4, "192.0.2.21").ipv4({}).tcp());
    const auto back =
        decoded(packet()
                    .ethernet()
                    .ipv4({.source = "192.0.2.20", .destination = "192.0.2.10", .protocol = 4})
                    .ipv4({.source = "198.51.100.20", .destination = "10.20.1.14"})
                    .tcp({.source = 8088, .destination = 49152}));

    EXPECT_NE(one.key(), other.key());
    EXPECT_NE(one.key(), decoded(packet().ethernet().ipv4({}).tcp()).key());
    EXPECT_EQ(one.key(), back.key());
    EXPECT_EQ(one.packet.flow_hash, back.packet.flow_hash);
}

TEST(IpInIp, TakesIpv6SessionsForTheSameWhateverTheRelay) {
    const auto one = decoded(outer4(41).ipv6({}).tcp());
    const auto other = decoded(outer4(41, "192.88.99.1").ipv6({}).tcp());

    EXPECT_EQ(one.key(), other.key());
    EXPECT_EQ(one.key(), decoded(packet().ethernet(0x86dd).ipv6({}).tcp()).key());
}

TEST(IpInIp, RefusesTheOtherVersionInside) {
    EXPECT_EQ(status_of(outer4(4).ipv6({}).tcp()), DecodeStatus::kUnknownVersion);
    EXPECT_EQ(status_of(outer4(41).ipv4({}).tcp().zeros(20)), DecodeStatus::kUnknownVersion);
}

TEST(IpInIp, NestsUpToTheLimit) {
    PacketBuilder builder = packet().ethernet();
    for (std::size_t level = 0; level < kMaxTunnels; ++level)
        builder.ipv4({.protocol = 4});

    EXPECT_EQ(status_of(PacketBuilder{builder}.ipv4({}).tcp()), DecodeStatus::kOk);
    EXPECT_EQ(status_of(builder.ipv4({.protocol = 4}).ipv4({}).tcp()), DecodeStatus::kTooDeep);
}

TEST(IpInIp, IsTruncatedAnywhereBeforeTheInnerPayload) {
    expect_sound_at_every_cut(outer4(4).ipv4({}).tcp().text("hello"));
    expect_sound_at_every_cut(outer4(41).ipv6({}).tcp().text("hello"));
    expect_sound_at_every_cut(outer6(41).ipv6({.next = 17}).udp().text("hello"));
}

}  // namespace
}  // namespace sensor::decode
