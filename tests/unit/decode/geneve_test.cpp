#include "sensor/decode/layers/geneve.h"

#include "tests/unit/decode/decoding.h"

namespace sensor::decode {
namespace {

using namespace test;

constexpr auto kAppTag = "ff01 01 01 0000002a"_hex;  // one option of 4 bytes, RFC 8926 §3.5

PacketBuilder outer() {
    return packet()
        .ethernet()
        .ipv4({.source = "192.0.2.10", .destination = "192.0.2.20", .protocol = 17})
        .udp({.source = 51820, .destination = 6081});
}
PacketBuilder tunnelled(const PacketBuilder::Geneve& header) {
    return outer().geneve(header).ethernet().ipv4({}).tcp().text("hello");
}

TEST(Geneve, YieldsTheInnerPacketTheVniAndTheOptions) {
    const auto found = decoded(tunnelled({.vni = 0xc0ffee, .critical = true, .options = kAppTag}));

    ASSERT_EQ(found.packet.status, DecodeStatus::kOk);
    EXPECT_EQ(found.payload(), "hello");
    EXPECT_EQ(found.packet.tags.tunnel, TunnelKind::kGeneve);
    EXPECT_EQ(found.packet.tags.vni, Vni{0xc0ffee});
    EXPECT_EQ(found.packet.tags.depth, 1);
    EXPECT_TRUE(std::ranges::equal(found.packet.geneve_options, kAppTag));
    EXPECT_EQ(found.packet.geneve_options.data(), found.frame.data() + 14 + 20 + 8 + 8);
}

TEST(Geneve, TakesOptionsUpToTheLongest) {
    const Frame longest(252, 0);
    const auto found = decoded(tunnelled({.vni = 700, .options = longest}));

    ASSERT_EQ(found.packet.status, DecodeStatus::kOk);
    EXPECT_EQ(found.packet.geneve_options.size(), 252U);
    EXPECT_EQ(found.payload(), "hello");
}

TEST(Geneve, CarriesIpWithoutEthernet) {
    const auto four = outer().geneve({.vni = 700, .protocol = 0x0800}).ipv4({}).tcp().text("four");
    const auto six = outer().geneve({.vni = 700, .protocol = 0x86dd}).ipv6({}).tcp().text("six");

    EXPECT_EQ(decoded(four).payload(), "four");
    EXPECT_EQ(decoded(six).payload(), "six");
}

TEST(Geneve, OfAVersionItDoesNotSpeakIsPlainUdp) {
    auto frame = tunnelled({.vni = 700}).frame();
    frame[14 + 20 + 8] = 0x40;

    const auto found = decoded(frame);

    ASSERT_EQ(found.packet.status, DecodeStatus::kOk);
    EXPECT_EQ(found.packet.transport, Transport::kUdp);
    EXPECT_EQ(found.packet.destination.port, PortNumber{6081});
    EXPECT_EQ(found.packet.tags, Tags{});
}

TEST(Geneve, IsPlainUdpWhereTheDatagramIsTooShortForItsOptions) {
    const auto found = decoded(outer().bytes("3f 00 6558 0002bc 00 00000000"_hex));

    ASSERT_EQ(found.packet.status, DecodeStatus::kOk);
    EXPECT_EQ(found.packet.transport, Transport::kUdp);
    EXPECT_EQ(found.packet.payload.size(), 12U);
    EXPECT_EQ(found.packet.tags, Tags{});
}

TEST(Geneve, IsNotVxlanWithTheSameVni) {
    const auto vxlan = decoded(packet()
                                   .ethernet()
                                   .ipv4({.protocol = 17})
                                   .udp({.destination = 4789})
                                   .vxlan({.vni = 700})
                                   .ethernet()
                                   .ipv4({})
                                   .tcp());

    EXPECT_NE(decoded(tunnelled({.vni = 700})).key(), vxlan.key());
    EXPECT_NE(decoded(tunnelled({.vni = 700})).key(), decoded(tunnelled({.vni = 701})).key());
}

TEST(Geneve, IsTruncatedAnywhereBeforeTheInnerPayload) {
    expect_sound_at_every_cut(tunnelled({.vni = 700, .options = kAppTag}));
}

}  // namespace
}  // namespace sensor::decode
