#include "sensor/decode/layers/erspan.h"

#include "tests/unit/decode/decoding.h"

namespace sensor::decode {
namespace {

using namespace test;

/// `header` is the GRE header and ERSPAN's.
PacketBuilder mirrored(std::span<const std::uint8_t> header) {
    return packet()
        .ethernet()
        .ipv4({.source = "192.0.2.10", .destination = "192.0.2.20", .protocol = 47})
        .bytes(header);
}
PacketBuilder with_frame(std::span<const std::uint8_t> header) {
    return mirrored(header).ethernet().ipv4({}).tcp().text("hello");
}
constexpr auto kType1 = "0000 88be"_hex;
constexpr auto kType2 = "1000 88be 00000001 1 06e 0064 00000003"_hex;  // VLAN 110, session 100
constexpr auto kType3 =
    "1000 22eb 00000001 2 06e 0064 00112233 0136 0000"_hex;  // group 310, an Ethernet frame

TEST(Erspan, OfEachTypeCarriesAFrame) {
    for (const auto& builder : {with_frame(kType1), with_frame(kType2), with_frame(kType3)}) {
        const auto found = decoded(builder);
        ASSERT_EQ(found.packet.status, DecodeStatus::kOk);
        EXPECT_EQ(found.payload(), "hello");
        EXPECT_EQ(found.packet.tags.tunnel, TunnelKind::kErspan);
        EXPECT_EQ(found.packet.tags.depth, 1);
        expect_sound_at_every_cut(builder);
    }
}

TEST(Erspan, YieldsSessionVlanAndGroup) {
    const Tags one = decoded(with_frame(kType1)).packet.tags;
    const Tags two = decoded(with_frame(kType2)).packet.tags;
    const Tags three = decoded(with_frame(kType3)).packet.tags;

    EXPECT_EQ(one.vlan_count, 0);
    EXPECT_FALSE(one.has_tag(kHasTunnelKey)) << "type I has no session id";
    EXPECT_TRUE(two.has_tag(kHasTunnelKey));
    EXPECT_TRUE(three.has_tag(kHasTunnelKey));
    EXPECT_EQ(two.tunnel_key, 100U);
    EXPECT_EQ(two.vlans[0], 110);
    EXPECT_EQ(two.vlan_count, 1);
    EXPECT_EQ(three.tunnel_key, 100U);
    EXPECT_EQ(three.vlans[0], 110);
    EXPECT_EQ(three.has_group_policy, 1);
    EXPECT_EQ(three.group_policy, 310);
}

TEST(Erspan, CountsAVlanOnceIfTheFrameStillHasItsTag) {
    const auto found =
        decoded(mirrored(kType2).ethernet(0x8100).vlan(110).ipv4({}).tcp().text("hello"));

    EXPECT_EQ(found.packet.tags.vlan_count, 1);
    EXPECT_EQ(found.key(), decoded(with_frame(kType2)).key());
}

TEST(Erspan, IsTheSameSessionInWhicheverMirrorSession) {
    const auto one = decoded(with_frame("1000 88be 00000001 1000 0064 00000003"_hex));
    const auto other = decoded(with_frame("1000 88be 00000002 1000 0065 00000004"_hex));

    EXPECT_EQ(one.key(), other.key());
    EXPECT_EQ(one.key(), decoded(packet().ethernet().ipv4({}).tcp()).key());
}

TEST(Erspan3, SkipsThePlatformsHeader) {
    const auto builder =
        with_frame("1000 22eb 00000001 2000 0064 00112233 0000 0001 0102030405060708"_hex);

    EXPECT_EQ(decoded(builder).payload(), "hello");
    EXPECT_EQ(decoded(builder).packet.tags.has_group_policy, 0);
    expect_sound_at_every_cut(builder);
}

TEST(Erspan3, MayCarryIpAlone) {
    constexpr auto kIp = "1000 22eb 00000001 2000 0064 00112233 0000 0800"_hex;  // frame type 2
    constexpr auto kOther = "1000 22eb 00000001 2000 0064 00112233 0000 0c00"_hex;

    EXPECT_EQ(decoded(mirrored(kIp).ipv4({}).tcp().text("ip")).payload(), "ip");
    EXPECT_EQ(status_of(mirrored(kOther).ipv4({}).tcp()), DecodeStatus::kUnknownLink);
}

TEST(Erspan, RefusesAnotherVersion) {
    EXPECT_EQ(status_of(with_frame("1000 88be 00000001 206e 0064 00000003"_hex)),
              DecodeStatus::kUnknownVersion);
    EXPECT_EQ(status_of(with_frame("1000 22eb 00000001 106e 0064 00112233 0136 0000"_hex)),
              DecodeStatus::kUnknownVersion);
}

}  // namespace
}  // namespace sensor::decode
