#include "sensor/decode/layers/gtp_u.h"

#include "tests/unit/decode/decoding.h"

namespace sensor::decode {
namespace {

using namespace test;

PacketBuilder outer(std::uint16_t port = 2152) {
    return packet()
        .ethernet()
        .ipv4({.source = "192.0.2.10", .destination = "192.0.2.20", .protocol = 17})
        .udp({.source = 2152, .destination = port});
}
/// The inner packet is 45 (0x2d) bytes long.
PacketBuilder with_ipv4(std::span<const std::uint8_t> header) {
    return outer().bytes(header).ipv4({}).tcp().text("hello");
}
constexpr auto kPlain = "30 ff 002d 0000beef"_hex;

void expect_plain(std::span<const std::uint8_t> header) {
    const auto found = decoded(with_ipv4(header));
    ASSERT_EQ(found.packet.status, DecodeStatus::kOk);
    EXPECT_EQ(found.packet.transport, Transport::kUdp);
    EXPECT_EQ(found.packet.destination.port, PortNumber{2152});
    EXPECT_EQ(found.packet.tags, Tags{});
    EXPECT_EQ(found.packet.scope, 0U);
}

TEST(GtpU, CarriesIp) {
    const auto four = decoded(with_ipv4(kPlain));
    const auto six = decoded(outer().bytes("30 ff 0041 0000beef"_hex).ipv6({}).tcp().text("hello"));

    ASSERT_EQ(four.packet.status, DecodeStatus::kOk);
    EXPECT_EQ(four.payload(), "hello");
    EXPECT_EQ(four.packet.transport, Transport::kTcp);
    EXPECT_EQ(four.packet.tags.tunnel, TunnelKind::kGtp);
    EXPECT_EQ(four.packet.tags.tunnel_key, 0xbeefU);
    EXPECT_TRUE(four.packet.tags.has_tag(kHasTunnelKey));
    EXPECT_EQ(four.packet.tags.depth, 1);
    EXPECT_EQ(six.payload(), "hello");
}

TEST(GtpU, SkipsItsOptionalFields) {
    const auto sequence = with_ipv4("32 ff 0031 0000beef 0001 00 00"_hex);
    const auto n_pdu = with_ipv4("31 ff 0031 0000beef 0000 07 00"_hex);
    const auto extended = with_ipv4("34 ff 0039 0000beef 0000 00 85 01 0009 40 01 1234 00"_hex);
    const auto long_one = with_ipv4("37 ff 0039 0000beef 0001 07 85 02 000102030405 00"_hex);
    const auto spare = with_ipv4("38 ff 002d 0000beef"_hex);

    for (const auto& builder : {sequence, n_pdu, extended, long_one, spare}) {
        EXPECT_EQ(decoded(builder).payload(), "hello");
        EXPECT_EQ(decoded(builder).packet.transport, Transport::kTcp);
        expect_sound_at_every_cut(builder);
    }
}

TEST(GtpU, DoesNotReadAnExtensionThatIsNotAnnounced) {
    EXPECT_EQ(decoded(with_ipv4("32 ff 0031 0000beef 0001 00 85"_hex)).payload(), "hello");
}

TEST(GtpU, IsOneSessionAlthoughEachDirectionHasItsEndpointId) {
    const auto there = decoded(with_ipv4(kPlain));
    const auto back = decoded(outer()
                                  .bytes("30 ff 002d 0000cafe"_hex)
                                  .ipv4({.source = "198.51.100.20", .destination = "10.20.1.14"})
                                  .tcp({.source = 8088, .destination = 49152})
                                  .text("hello"));

    EXPECT_EQ(there.key(), back.key());
    EXPECT_NE(there.packet.tags, back.packet.tags);
    EXPECT_NE(there.key(), decoded(packet().ethernet().ipv4({}).tcp()).key());
}

TEST(GtpU, LeavesEverythingButUserPacketsPlainUdp) {
    expect_plain("30 01 002d 00000000"_hex);                       // echo request
    expect_plain("30 fe 002d 0000beef"_hex);                       // end marker
    expect_plain("20 ff 002d 0000beef"_hex);                       // GTP'
    expect_plain("50 ff 002d 0000beef"_hex);                       // version 2
    expect_plain("30 ff 002c 0000beef"_hex);                       // a byte too short
    expect_plain("30 ff 002e 0000beef"_hex);                       // a byte too long
    expect_plain("34 ff 0035 0000beef 0000 00 85 00 000000"_hex);  // an extension of no length
    const auto ethernet = outer().bytes("30 ff 0022 0000beef"_hex).ethernet().zeros(20);
    EXPECT_EQ(decoded(ethernet).packet.destination.port, PortNumber{2152});
}

TEST(GtpU, IsPlainUdpWhereTheDatagramIsTooShortForIt) {
    for (const auto& builder :
         {outer().bytes("30 ff 0000"_hex), outer().bytes("30 ff 0000 0000beef"_hex),
          outer().bytes("32 ff 0002 0000beef 0001"_hex)}) {
        const auto found = decoded(builder);
        ASSERT_EQ(found.packet.status, DecodeStatus::kOk);
        EXPECT_EQ(found.packet.transport, Transport::kUdp);
    }
}

TEST(GtpU, OnAnotherPortIsPlainUdp) {
    const auto found = decoded(outer(2153).bytes(kPlain).ipv4({}).tcp().text("hello"));

    EXPECT_EQ(found.packet.destination.port, PortNumber{2153});
}

TEST(GtpU, IsTruncatedAnywhereBeforeTheInnerPayload) {
    expect_sound_at_every_cut(with_ipv4(kPlain));
}

}  // namespace
}  // namespace sensor::decode
