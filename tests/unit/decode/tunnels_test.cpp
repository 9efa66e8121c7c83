// Tunnels inside tunnels, and the limits of that.
#include <memory>

#include "sensor/model/flow_hash.h"
#include "tests/unit/decode/decoding.h"

namespace sensor::decode {
namespace {

using namespace test;

PacketBuilder& enter_vxlan(PacketBuilder& builder, std::uint32_t vni) {
    return builder.ipv4({.protocol = 17}).udp({.destination = 4789}).vxlan({.vni = vni}).ethernet();
}
PacketBuilder nested(int depth) {
    PacketBuilder builder = packet().ethernet();
    for (int level = 1; level <= depth; ++level)
        enter_vxlan(builder, static_cast<std::uint32_t>(level));
    return builder.ipv4({}).tcp().text("hello");
}

TEST(Tunnels, NestUpToTheLimit) {
    for (int depth = 0; depth <= static_cast<int>(kMaxTunnels); ++depth) {
        const auto found = decoded(nested(depth));

        ASSERT_EQ(found.packet.status, DecodeStatus::kOk) << depth;
        EXPECT_EQ(found.packet.tags.depth, depth);
        EXPECT_EQ(found.packet.tags.vni, Vni{static_cast<std::uint32_t>(depth)});
        EXPECT_EQ(found.payload(), "hello");
    }
    EXPECT_EQ(status_of(nested(kMaxTunnels + 1)), DecodeStatus::kTooDeep);
}

TEST(Tunnels, EachWithATagStillFit) {
    PacketBuilder builder = packet().ethernet(0x8100).vlan(100);
    for (std::size_t level = 0; level < kMaxTunnels; ++level) {
        builder.ipv4({.protocol = 17}).udp({.destination = 4789}).vxlan({.vni = 9});
        builder.ethernet(0x8100).vlan(101);
    }
    builder.ipv4({}).tcp().text("hello");

    EXPECT_EQ(decoded(builder).payload(), "hello");
}

TEST(Tunnels, KeepTheInnermostTunnelsTags) {
    PacketBuilder builder = packet().ethernet(0x8100).vlan(110);
    builder.ipv4({.source = "192.0.2.1", .destination = "192.0.2.2", .protocol = 17});
    builder.udp({.destination = 4789}).vxlan({.vni = 5010, .flags = 0x88, .group_policy = 310});
    builder.ethernet(0x8100).vlan(31);
    builder.ipv4({.source = "192.0.2.3", .destination = "192.0.2.4", .protocol = 17});
    builder.udp({.destination = 6081}).geneve({.vni = 700}).ethernet().ipv4({}).tcp();

    const Tags tags = decoded(builder).packet.tags;

    EXPECT_EQ(tags.tunnel, TunnelKind::kGeneve);
    EXPECT_EQ(tags.vni, Vni{700});
    EXPECT_EQ(tags.has_group_policy, 0);
    EXPECT_EQ(tags.group_policy, 0);
    EXPECT_EQ(tags.outer_source, address("192.0.2.3"));
    EXPECT_EQ(tags.vlan_count, 2);
    EXPECT_EQ(tags.vlans[0], 110);
    EXPECT_EQ(tags.vlans[1], 31);
    EXPECT_EQ(tags.depth, 2);
}

TEST(Tunnels, LeaveNoGeneveOptionsToAVxlanInside) {
    constexpr auto kOption = "ff01 01 01 0000002a"_hex;
    PacketBuilder builder = packet().ethernet().ipv4({.protocol = 17}).udp({.destination = 6081});
    builder.geneve({.vni = 700, .options = kOption}).ethernet();
    enter_vxlan(builder, 5010).ipv4({}).tcp();

    const auto found = decoded(builder);

    EXPECT_EQ(found.packet.tags.tunnel, TunnelKind::kVxlan);
    // They are those of the innermost GENEVE header, which stands further out here.
    EXPECT_EQ(found.packet.geneve_options.size(), kOption.size());
}

TEST(Tunnels, TellTheOrderOfTheirTagsApart) {
    PacketBuilder one = packet().ethernet();
    enter_vxlan(enter_vxlan(one, 1), 2).ipv4({}).tcp();
    PacketBuilder other = packet().ethernet();
    enter_vxlan(enter_vxlan(other, 2), 1).ipv4({}).tcp();

    EXPECT_NE(decoded(one).key(), decoded(other).key());
}

TEST(Tunnels, AreTruncatedAnywhereBeforeTheInnermostPayload) {
    expect_sound_at_every_cut(nested(2));
    expect_sound_at_every_cut(nested(kMaxTunnels));
}

TEST(Tunnels, LeaveNothingOfAPacketThatWasDecodedBefore) {
    const auto first = decoded(nested(2));
    DecodedPacket packet = first.packet;
    const auto plain = test::packet().ethernet().ipv4({.protocol = 17}).udp().text("x").frame();

    decode(plain, LinkType::kEthernet, Options{}, packet);

    EXPECT_EQ(packet.tags, Tags{});
    EXPECT_EQ(packet.scope, 0U);
    EXPECT_EQ(packet.tcp_flags, 0);
}

TEST(DecodeStage, FillsTheColumnOfPackets) {
    const auto good = packet().ethernet().ipv4({}).tcp().text("hello").frame();
    const auto raw = packet().ipv6({}).tcp().text("hello").frame();
    const auto bad = cut(good, 20);
    auto burst = std::make_unique<Burst>();
    burst->size = 3;
    burst->views[0] = {.frame = good};
    burst->views[1] = {.frame = raw, .link = LinkType::kRawIp};
    burst->views[2] = {.frame = bad};

    Reassembler reassembler{{}};
    run(*burst, Options{}, reassembler);

    EXPECT_EQ(burst->packets[0].status, DecodeStatus::kOk);
    EXPECT_EQ(burst->packets[1].status, DecodeStatus::kOk);
    EXPECT_EQ(burst->packets[2].status, DecodeStatus::kTruncated);
}

TEST(DecodeStage, SpreadsHashes) {
    // 4096 clients of one server: with a good hash about 1024 * e^-4 = 19 of 1024 buckets stay
    // empty.
    std::array<int, 1024> low{};
    std::array<int, 1024> high{};
    for (std::uint32_t client = 0; client < 4096; ++client) {
        const Endpoint from{ipv4_address(0x0a000000 + client), PortNumber{123}};
        const Endpoint to{ipv4_address(0xc6336414), PortNumber{123}};
        const std::uint64_t hash = symmetric_hash(from, to, Transport::kUdp, 0);
        ++low[hash % 1024];
        ++high[hash >> 54U];
    }

    EXPECT_LT(std::ranges::count(low, 0), 60);
    EXPECT_LT(std::ranges::count(high, 0), 60);
}

}  // namespace
}  // namespace sensor::decode
