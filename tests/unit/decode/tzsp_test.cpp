#include "sensor/decode/layers/tzsp.h"

#include "tests/unit/decode/decoding.h"

namespace sensor::decode {
namespace {

using namespace test;

PacketBuilder outer(std::uint16_t port = 37008) {
    return packet()
        .ethernet()
        .ipv4({.source = "192.0.2.10", .destination = "192.0.2.20", .protocol = 17})
        .udp({.source = 41000, .destination = port});
}
PacketBuilder with_ethernet(std::span<const std::uint8_t> header) {
    return outer().bytes(header).ethernet().ipv4({}).tcp().text("hello");
}
constexpr auto kWireless = "0801 0000 02005e000001 02005e000002 02005e000003 1000"_hex;

TEST(Tzsp, CarriesFramesOfSeveralLinks) {
    const auto ethernet = with_ethernet("01 00 0001 01"_hex);
    const auto sent = with_ethernet("01 01 0001 01"_hex);
    const auto tagged = with_ethernet("01 00 0001 00 0a 01 c8 29 02 003b 00 01"_hex);
    const auto raw = outer().bytes("01 00 0007 01"_hex).ipv4({}).tcp().text("hello");
    const auto wireless = outer()
                              .bytes("01 00 0012 01"_hex)
                              .bytes(kWireless)
                              .bytes("aaaa03 000000 0800"_hex)
                              .ipv4({})
                              .tcp()
                              .text("hello");
    const auto radiotap = outer()
                              .bytes("01 00 007e 01 00 00 0900 02000000 10"_hex)
                              .bytes(kWireless)
                              .bytes("aaaa03 000000 0800"_hex)
                              .ipv4({})
                              .tcp()
                              .text("hello");

    for (const auto& builder : {ethernet, sent, tagged, raw, wireless, radiotap}) {
        const auto found = decoded(builder);
        ASSERT_EQ(found.packet.status, DecodeStatus::kOk);
        EXPECT_EQ(found.payload(), "hello");
        EXPECT_EQ(found.packet.tags.tunnel, TunnelKind::kTzsp);
        EXPECT_EQ(found.packet.tags.depth, 1);
        EXPECT_EQ(found.packet.tags.outer_source, address("192.0.2.10"));
        expect_sound_at_every_cut(builder);
    }
}

TEST(Tzsp, ShowsTheSameSessionAsSeenAnywhereElse) {
    EXPECT_EQ(decoded(with_ethernet("01 00 0001 01"_hex)).key(),
              decoded(packet().ethernet().ipv4({}).tcp()).key());
}

TEST(Tzsp, LeavesEverythingElsePlainUdp) {
    PacketBuilder padded = outer().bytes("01 00 0001"_hex).zeros(tzsp::kMaxTags);
    for (const auto& builder :
         {with_ethernet("02 00 0001 01"_hex), with_ethernet("01 04 0001 01"_hex),
          with_ethernet("01 00 0002 01"_hex), with_ethernet("01 00 0077 01"_hex),
          outer().bytes("01 00 0001 0a 09 c8 01"_hex), outer().bytes("01 00 0001 01"_hex),
          outer().bytes("01 00 0001"_hex), outer().bytes("01"_hex), outer(),
          padded.bytes("01"_hex).ethernet().ipv4({}).tcp()}) {
        const auto found = decoded(builder);
        ASSERT_EQ(found.packet.status, DecodeStatus::kOk);
        EXPECT_EQ(found.packet.transport, Transport::kUdp);
        EXPECT_EQ(found.packet.tags, Tags{});
    }
    const auto elsewhere = outer(37009).bytes("01 00 0001 01"_hex).ethernet().ipv4({}).tcp();
    EXPECT_EQ(decoded(elsewhere).packet.transport, Transport::kUdp);
}

}  // namespace
}  // namespace sensor::decode
