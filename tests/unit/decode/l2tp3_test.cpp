#include "sensor/decode/layers/l2tp3.h"

#include "tests/unit/decode/decoding.h"

namespace sensor::decode {
namespace {

using namespace test;

PacketBuilder over_udp() {
    return packet()
        .ethernet()
        .ipv4({.source = "192.0.2.10", .destination = "192.0.2.20", .protocol = 17})
        .udp({.source = 1701, .destination = 1701})
        .bytes("0003 0000 00000042"_hex);
}
PacketBuilder over_ip() {
    return packet()
        .ethernet()
        .ipv4({.source = "192.0.2.10", .destination = "192.0.2.20", .protocol = 115})
        .bytes("00000042"_hex);
}
/// `before` is a cookie and a sublayer.
PacketBuilder with_frame(PacketBuilder start, std::span<const std::uint8_t> before) {
    return start.bytes(before).ethernet().ipv4({}).tcp().text("hello, world");
}

constexpr auto kCookie4 = "c0ffee01"_hex;
constexpr auto kSublayer = "40000001"_hex;
constexpr auto kCookie8 = "c0ffee0112345678"_hex;
constexpr auto kBoth = "c0ffee0112345678 40000001"_hex;

TEST(L2tp3, CarriesEthernetBehindCookiesOfAllLengths) {
    const std::array<bytes::View, 5> starts{bytes::View{}, kCookie4, kSublayer, kCookie8, kBoth};
    for (const auto& start : {over_udp(), over_ip()}) {
        for (const auto before : starts) {
            const auto builder = with_frame(start, before);
            const auto found = decoded(builder);
            ASSERT_EQ(found.packet.status, DecodeStatus::kOk) << before.size();
            EXPECT_EQ(found.payload(), "hello, world");
            EXPECT_EQ(found.packet.tags.tunnel_key, 0x42U);
            EXPECT_TRUE(found.packet.tags.has_tag(kHasTunnelKey));
            EXPECT_EQ(found.packet.tags.depth, 1);
            EXPECT_EQ(found.packet.tags.outer_destination, address("192.0.2.20"));
            expect_sound_at_every_cut(builder);
        }
    }
    EXPECT_EQ(decoded(with_frame(over_udp(), {})).packet.tags.tunnel, TunnelKind::kL2tp);
    EXPECT_EQ(decoded(with_frame(over_ip(), {})).packet.tags.tunnel, TunnelKind::kL2tpOverIp);
}

TEST(L2tp3, CarriesTaggedFramesAndIpv6AndPpp) {
    const auto tagged =
        over_ip().ethernet(0x88a8).vlan(7, 0x8100).vlan(8).ipv4({}).tcp().text("hello, world");
    const auto six = over_ip().ethernet(0x86dd).ipv6({}).tcp().text("hello, world");
    const auto ppp = over_ip().bytes("c0ffee01 ff03 0021"_hex).ipv4({}).tcp().text("hello, world");
    const auto ppp6 = over_ip().bytes("0057"_hex).ipv6({}).tcp().text("hello, world");

    for (const auto& builder : {tagged, six, ppp, ppp6}) {
        EXPECT_EQ(decoded(builder).payload(), "hello, world");
        expect_sound_at_every_cut(builder);
    }
    EXPECT_EQ(decoded(tagged).packet.tags.vlan_count, 2);
}

TEST(L2tp3, TakesTheShortestFramesPadding) {
    const auto padded = over_ip().ethernet().ipv4({.total = 41}).tcp().text("!").zeros(5);
    const auto longer = over_ip().ethernet().ipv4({.total = 41}).tcp().text("!").zeros(6);

    EXPECT_EQ(decoded(padded).payload(), "!");
    EXPECT_EQ(status_of(longer), DecodeStatus::kUnknownTransport);
}

TEST(L2tp3, IsOneSessionInBothDirections) {
    const auto there = decoded(with_frame(over_ip(), kCookie4));
    const auto back =
        decoded(packet()
                    .ethernet()
                    .ipv4({.source = "192.0.2.20", .destination = "192.0.2.10", .protocol = 115})
                    .bytes("00000099"_hex)
                    .ethernet()
                    .ipv4({.source = "198.51.100.20", .destination = "10.20.1.14"})
                    .tcp({.source = 8088, .destination = 49152})
                    .zeros(20));

    ASSERT_EQ(back.packet.status, DecodeStatus::kOk);
    EXPECT_EQ(there.key(), back.key());
    EXPECT_NE(there.key(), decoded(packet().ethernet().ipv4({}).tcp()).key());
}

/// What is not certain is counted, or stays what it is without the tunnel.
void expect_no_tunnel(std::span<const std::uint8_t> message) {
    const auto in_udp = packet()
                            .ethernet()
                            .ipv4({.protocol = 17})
                            .udp({.source = 1701, .destination = 1701})
                            .bytes("0003 0000"_hex)
                            .bytes(message);
    const auto found = decoded(in_udp);
    ASSERT_EQ(found.packet.status, DecodeStatus::kOk);
    EXPECT_EQ(found.packet.transport, Transport::kUdp);
    EXPECT_EQ(found.packet.tags, Tags{});
    EXPECT_EQ(found.packet.scope, 0U);
    EXPECT_EQ(status_of(packet().ethernet().ipv4({.protocol = 115}).bytes(message)),
              DecodeStatus::kUnknownTransport);
}

TEST(L2tp3, EntersNothingElse) {
    const auto message = [] { return packet().bytes("00000042"_hex); };
    const auto ip = [] { return packet().ipv4({}).tcp().text("hello, world").frame(); };
    expect_no_tunnel(packet().bytes("00000000"_hex).ethernet().bytes(ip()).frame());  // control
    expect_no_tunnel(message().bytes("c0"_hex).ethernet().bytes(ip()).frame());       // odd cookie
    expect_no_tunnel(message().bytes(ip()).frame());                                  // no link
    expect_no_tunnel(message().ethernet(0x0806).zeros(40).frame());                   // ARP
    expect_no_tunnel(message().ethernet(0x86dd).bytes(ip()).frame());                 // no IPv6
    expect_no_tunnel(message().ethernet().bytes(ip()).zeros(1).frame());     // a byte too long
    expect_no_tunnel(message().bytes("ff03 c021"_hex).bytes(ip()).frame());  // link control
}

TEST(L2tp3, EntersNothingThatCanBeReadInTwoWays) {
    // PPP at the start, and behind 12 bytes an Ethernet frame whose packet ends at the same place.
    const auto inner = packet().ethernet().ipv4({}).tcp().text("hello, world").frame();
    const auto both = packet()
                          .bytes("00000042 ff03 0021"_hex)
                          .be(std::uint16_t{0x4500})
                          .be(static_cast<std::uint16_t>(8 + inner.size()))
                          .zeros(4)
                          .bytes(inner)
                          .frame();
    expect_no_tunnel(both);
}

TEST(L2tp3, IsNothingWhereItIsTooShort) {
    const auto whole =
        packet().bytes("00000042"_hex).ethernet().ipv4({.total = 52}).tcp().text("hello, world");
    const Frame bytes = whole.frame();
    for (std::size_t length = 4; length < bytes.size(); ++length)
        expect_no_tunnel(cut(bytes, length));
    EXPECT_EQ(status_of(packet().ethernet().ipv4({.protocol = 115}).zeros(3)),
              DecodeStatus::kMalformed);
}

TEST(L2tp3, NestsUpToTheLimit) {
    PacketBuilder builder = packet();
    for (std::size_t level = 0; level <= kMaxTunnels; ++level)
        builder.ethernet().ipv4({.protocol = 115}).bytes("00000042"_hex);
    builder.ethernet().ipv4({}).tcp().text("hello, world");

    EXPECT_EQ(status_of(builder), DecodeStatus::kTooDeep);
}

}  // namespace
}  // namespace sensor::decode
