#include "sensor/decode/layers/vxlan_gpe.h"

#include "tests/unit/decode/decoding.h"

namespace sensor::decode {
namespace {

using namespace test;

PacketBuilder gpe(std::span<const std::uint8_t> header) {
    return packet()
        .ethernet()
        .ipv4({.source = "192.0.2.10", .destination = "192.0.2.20", .protocol = 17})
        .udp({.source = 51820, .destination = 4790})
        .bytes(header);
}
PacketBuilder with_ipv4(std::span<const std::uint8_t> header) {
    return gpe(header).ipv4({}).tcp().text("four");
}

TEST(VxlanGpe, CarriesWhatItSays) {
    const auto four = decoded(with_ipv4("0c 0000 01 001392 00"_hex));

    ASSERT_EQ(four.packet.status, DecodeStatus::kOk);
    EXPECT_EQ(four.payload(), "four");
    EXPECT_EQ(four.packet.tags.tunnel, TunnelKind::kVxlanGpe);
    EXPECT_EQ(four.packet.tags.vni, Vni{5010});
    EXPECT_EQ(decoded(gpe("0c 0000 02 001392 00"_hex).ipv6({}).tcp().text("six")).payload(), "six");
    const auto frame = gpe("0c 0000 03 001392 00"_hex).ethernet().ipv4({}).tcp().text("frame");
    EXPECT_EQ(decoded(frame).payload(), "frame");
    const auto silent = gpe("08 0000 00 001392 00"_hex).ethernet().ipv4({}).tcp().text("silent");
    EXPECT_EQ(decoded(silent).payload(), "silent");
    const auto labelled = gpe("0c 0000 05 001392 00 00010140"_hex).ipv4({}).tcp().text("mpls");
    EXPECT_EQ(decoded(labelled).payload(), "mpls");
}

TEST(VxlanGpe, TellsNetworksApart) {
    const auto one = decoded(with_ipv4("0c 0000 01 001392 00"_hex));
    const auto other = decoded(with_ipv4("0c 0000 01 001393 00"_hex));

    EXPECT_NE(one.key(), other.key());
}

TEST(VxlanGpe, IsPlainUdpIfItIsNone) {
    for (const auto& builder :
         {with_ipv4("04 0000 01 001392 00"_hex), with_ipv4("3c 0000 01 001392 00"_hex),
          with_ipv4("0d 0000 01 001392 00"_hex), with_ipv4("0c 0000 09 001392 00"_hex),
          gpe("0c 0000 01 001392"_hex)}) {
        const auto found = decoded(builder);
        ASSERT_EQ(found.packet.status, DecodeStatus::kOk);
        EXPECT_EQ(found.packet.transport, Transport::kUdp);
        EXPECT_EQ(found.packet.tags, Tags{});
    }
}

TEST(VxlanGpe, IsTruncatedAnywhereBeforeTheInnerPayload) {
    expect_sound_at_every_cut(with_ipv4("0c 0000 01 001392 00"_hex));
}

}  // namespace
}  // namespace sensor::decode
