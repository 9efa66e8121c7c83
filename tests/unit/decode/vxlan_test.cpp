#include "sensor/decode/layers/vxlan.h"

#include "tests/unit/decode/decoding.h"

namespace sensor::decode {
namespace {

using namespace test;

PacketBuilder outer(std::uint16_t port = 4789) {
    return packet()
        .ethernet()
        .ipv4({.source = "192.0.2.10", .destination = "192.0.2.20", .protocol = 17})
        .udp({.source = 51820, .destination = port});
}
PacketBuilder tunnelled(const PacketBuilder::Vxlan& header) {
    return outer().vxlan(header).ethernet().ipv4({}).tcp().text("hello");
}

TEST(Vxlan, YieldsTheInnerPacketAndTheVni) {
    const auto found = decoded(tunnelled({.vni = 0xfedcba}));

    ASSERT_EQ(found.packet.status, DecodeStatus::kOk);
    EXPECT_EQ(found.packet.transport, Transport::kTcp);
    EXPECT_EQ(found.packet.source.address, address("10.20.1.14"));
    EXPECT_EQ(found.payload(), "hello");
    EXPECT_EQ(found.packet.tags.tunnel, TunnelKind::kVxlan);
    EXPECT_EQ(found.packet.tags.vni, Vni{0xfedcba});
    EXPECT_EQ(found.packet.tags.depth, 1);
    EXPECT_EQ(found.packet.tags.outer_source, address("192.0.2.10"));
    EXPECT_EQ(found.packet.tags.outer_destination, address("192.0.2.20"));
    EXPECT_EQ(found.packet.ip_length, 45U);
}

TEST(Vxlan, YieldsTheGroupPolicyOnlyWhenItsFlagIsSet) {
    const auto with = decoded(tunnelled({.vni = 5010, .flags = 0x88, .group_policy = 310}));
    const auto without = decoded(tunnelled({.vni = 5010, .flags = 0x08, .group_policy = 310}));

    EXPECT_EQ(with.packet.tags.has_group_policy, 1);
    EXPECT_EQ(with.packet.tags.group_policy, 310);
    EXPECT_EQ(without.packet.tags.has_group_policy, 0);
    EXPECT_EQ(without.packet.tags.group_policy, 0);
    EXPECT_EQ(with.key(), without.key());
}

TEST(Vxlan, IgnoresReservedBits) {
    auto frame = tunnelled({.vni = 5010, .flags = 0x7f}).frame();
    frame[14 + 20 + 8 + 1] = 0xff;
    frame[14 + 20 + 8 + 7] = 0xff;

    const auto found = decoded(frame);

    ASSERT_EQ(found.packet.status, DecodeStatus::kOk);
    EXPECT_EQ(found.packet.tags.vni, Vni{5010});
    EXPECT_EQ(found.payload(), "hello");
}

TEST(Vxlan, MakesEqualInnerAddressesInTwoVnisTwoSessions) {
    const auto one = decoded(tunnelled({.vni = 1}));
    const auto other = decoded(tunnelled({.vni = 2}));
    const auto bare = decoded(packet().ethernet().ipv4({}).tcp().text("hello"));

    EXPECT_NE(one.packet.scope, other.packet.scope);
    EXPECT_NE(one.key(), other.key());
    EXPECT_NE(one.packet.flow_hash, other.packet.flow_hash);
    EXPECT_NE(one.key(), bare.key());
    EXPECT_NE(decoded(tunnelled({.vni = 0})).key(), bare.key());
}

TEST(Vxlan, HasOneKeyForBothDirections) {
    const auto there = decoded(tunnelled({.vni = 5010}));
    const auto back =
        decoded(packet()
                    .ethernet()
                    .ipv4({.source = "192.0.2.20", .destination = "192.0.2.10", .protocol = 17})
                    .udp({.source = 40000, .destination = 4789})
                    .vxlan({.vni = 5010})
                    .ethernet()
                    .ipv4({.source = "198.51.100.20", .destination = "10.20.1.14"})
                    .tcp({.source = 8088, .destination = 49152}));

    EXPECT_EQ(there.key(), back.key());
    EXPECT_EQ(there.packet.flow_hash, back.packet.flow_hash);
}

TEST(Vxlan, WithoutItsFlagIsPlainUdp) {
    const auto found = decoded(tunnelled({.vni = 5010, .flags = 0xf7}));

    ASSERT_EQ(found.packet.status, DecodeStatus::kOk);
    EXPECT_EQ(found.packet.transport, Transport::kUdp);
    EXPECT_EQ(found.packet.destination.port, PortNumber{4789});
    EXPECT_EQ(found.packet.tags, Tags{});
    EXPECT_EQ(found.packet.scope, 0U);
}

TEST(Vxlan, IsPlainUdpWhereTheDatagramIsTooShortForIt) {
    const auto found = decoded(outer().text("\x08tiny"));

    ASSERT_EQ(found.packet.status, DecodeStatus::kOk);
    EXPECT_EQ(found.packet.transport, Transport::kUdp);
    EXPECT_EQ(found.payload(), "\x08tiny");
}

TEST(Vxlan, OnAnotherPortIsPlainUdp) {
    const auto found = decoded(outer(4791).vxlan({.vni = 1}).ethernet().ipv4({}).tcp());

    EXPECT_EQ(found.packet.transport, Transport::kUdp);
    EXPECT_EQ(found.packet.tags.depth, 0);
}

TEST(Vxlan, CountsWhatIsNotIpInside) {
    EXPECT_EQ(status_of(outer().vxlan({.vni = 1}).ethernet(0x0806).zeros(28)),
              DecodeStatus::kUnknownEtherType);
}

TEST(Vxlan, IsTruncatedAnywhereBeforeTheInnerPayload) {
    expect_sound_at_every_cut(tunnelled({.vni = 5010}));
}

}  // namespace
}  // namespace sensor::decode
