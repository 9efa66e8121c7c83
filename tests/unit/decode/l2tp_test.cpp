#include "sensor/decode/layers/l2tp.h"

#include "tests/unit/decode/decoding.h"

namespace sensor::decode {
namespace {

using namespace test;

PacketBuilder outer(std::uint16_t source = 1701, std::uint16_t destination = 1701) {
    return packet()
        .ethernet()
        .ipv4({.source = "192.0.2.10", .destination = "192.0.2.20", .protocol = 17})
        .udp({.source = source, .destination = destination});
}
/// `header` is all of it, with PPP's protocol.
PacketBuilder with_ipv4(std::span<const std::uint8_t> header) {
    return outer().bytes(header).ipv4({}).tcp().text("hello");
}
constexpr auto kPlain = "0002 0011 0042 ff03 0021"_hex;

void expect_plain(const PacketBuilder& builder) {
    const auto found = decoded(builder);
    ASSERT_EQ(found.packet.status, DecodeStatus::kOk);
    EXPECT_EQ(found.packet.transport, Transport::kUdp);
    EXPECT_EQ(found.packet.destination.port, PortNumber{1701});
    EXPECT_EQ(found.packet.tags, Tags{});
    EXPECT_EQ(found.packet.scope, 0U);
}

TEST(L2tp, CarriesIp) {
    const auto four = decoded(with_ipv4(kPlain));
    const auto six =
        decoded(outer().bytes("0002 0011 0042 ff03 0057"_hex).ipv6({}).tcp().text("hello"));

    ASSERT_EQ(four.packet.status, DecodeStatus::kOk);
    EXPECT_EQ(four.payload(), "hello");
    EXPECT_EQ(four.packet.transport, Transport::kTcp);
    EXPECT_EQ(four.packet.tags.tunnel, TunnelKind::kL2tp);
    EXPECT_EQ(four.packet.tags.tunnel_key, 0x42U);
    EXPECT_TRUE(four.packet.tags.has_tag(kHasTunnelKey));
    EXPECT_EQ(four.packet.tags.depth, 1);
    EXPECT_EQ(four.packet.tags.outer_source, address("192.0.2.10"));
    EXPECT_EQ(six.payload(), "hello");
}

TEST(L2tp, SkipsItsOptionalFieldsAndPppsOwn) {
    // 45 (0x2d) bytes of IP; each length counts from the flags on.
    const auto length = with_ipv4("4002 0039 0011 0042 ff03 0021"_hex);
    const auto sequence = with_ipv4("0802 0011 0042 0001 0000 ff03 0021"_hex);
    const auto offset = with_ipv4("0202 0011 0042 0003 000000 ff03 0021"_hex);
    const auto all = with_ipv4("4b02 003f 0011 0042 0001 0000 0000 ff03 0021"_hex);
    const auto compressed = with_ipv4("0002 0011 0042 21"_hex);
    const auto reserved = with_ipv4("34f2 0011 0042 0021"_hex);

    for (const auto& builder : {length, sequence, offset, all, compressed, reserved}) {
        EXPECT_EQ(decoded(builder).payload(), "hello");
        EXPECT_EQ(decoded(builder).packet.transport, Transport::kTcp);
        expect_sound_at_every_cut(builder);
    }
}

TEST(L2tp, IsOneSessionAlthoughEachEndHasIdsOfItsOwn) {
    const auto there = decoded(with_ipv4(kPlain));
    const auto back =
        decoded(packet()
                    .ethernet()
                    .ipv4({.source = "192.0.2.20", .destination = "192.0.2.10", .protocol = 17})
                    .udp({.source = 1701, .destination = 1701})
                    .bytes("0002 0077 0099 0021"_hex)
                    .ipv4({.source = "198.51.100.20", .destination = "10.20.1.14"})
                    .tcp({.source = 8088, .destination = 49152}));

    EXPECT_EQ(there.key(), back.key());
    EXPECT_EQ(there.packet.flow_hash, back.packet.flow_hash);
    EXPECT_NE(there.key(), decoded(packet().ethernet().ipv4({}).tcp()).key());
}

TEST(L2tp, IsKnownByItsServersPortInBothDirections) {
    EXPECT_EQ(decoded(outer(1701, 40000).bytes(kPlain).ipv4({}).tcp().text("hello")).payload(),
              "hello");
    EXPECT_EQ(decoded(outer(40000, 1701).bytes(kPlain).ipv4({}).tcp().text("hello")).payload(),
              "hello");
    const auto elsewhere = decoded(outer(1702, 40000).bytes(kPlain).ipv4({}).tcp().text("hello"));
    EXPECT_EQ(elsewhere.packet.transport, Transport::kUdp);
}

TEST(L2tp, LeavesEverythingButIpPlainUdp) {
    expect_plain(outer().bytes("c802 000c 0011 0000 0000 0000"_hex));  // bare acknowledgement
    expect_plain(with_ipv4("8002 0011 0042 ff03 0021"_hex));           // control
    expect_plain(with_ipv4("0001 0011 0042 ff03 0021"_hex));           // L2F
    expect_plain(with_ipv4("0002 0000 0042 ff03 0021"_hex));           // no tunnel
    expect_plain(with_ipv4("0002 0011 0000 ff03 0021"_hex));           // no session
    expect_plain(with_ipv4("4002 003a 0011 0042 ff03 0021"_hex));      // longer than it is
    expect_plain(with_ipv4("4002 0038 0011 0042 ff03 0021"_hex));      // shorter than the IP
    expect_plain(with_ipv4("4002 0004 0011 0042 ff03 0021"_hex));      // than its header
    expect_plain(with_ipv4("0002 0011 0042 ff03 0057"_hex));           // no IPv6
    expect_plain(with_ipv4("0002 0011 0042 ff05 0021"_hex));           // another control field
    expect_plain(outer().bytes("0002 0011 0042 ff03 c021 01 01 0004"_hex));      // link control
    expect_plain(outer().bytes("0002 0011 0042 ff03 00fd 9001"_hex).zeros(40));  // compressed
    expect_plain(outer().bytes(kPlain).ipv4({.total = 60}).tcp().text("hello"));
    expect_plain(outer().bytes(kPlain).ipv4({.total = 19}).tcp().text("hello"));
    expect_plain(outer().bytes(kPlain).ipv4({.total = 0}).tcp().text("hello"));
}

TEST(L2tp, MayPad) {
    const auto padded = outer().bytes(kPlain).ipv4({.total = 45}).tcp().text("hello...");

    EXPECT_EQ(decoded(padded).payload(), "hello");
}

TEST(L2tp, IsPlainUdpWhereTheDatagramIsTooShortForIt) {
    const Frame whole = packet().bytes(kPlain).ipv4({.total = 45}).tcp().text("hello").frame();
    for (std::size_t length = 0; length < whole.size(); ++length)
        expect_plain(outer().bytes(cut(whole, length)));
}

TEST(L2tp, IsTruncatedAnywhereBeforeTheInnerPayload) {
    expect_sound_at_every_cut(with_ipv4(kPlain));
    expect_sound_at_every_cut(
        outer().bytes("0002 0011 0042 57"_hex).ipv6({.next = 17}).udp().text("hello"));
}

}  // namespace
}  // namespace sensor::decode
