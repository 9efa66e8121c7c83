#include "sensor/decode/layers/tcp.h"

#include "tests/unit/decode/decoding.h"

namespace sensor::decode {
namespace {

using namespace test;

PacketBuilder segment(const PacketBuilder::Tcp& header) {
    return packet().ethernet().ipv4({}).tcp(header);
}

TEST(Tcp, YieldsPortsNumbersAndFlags) {
    const auto found = decoded(segment({.source = 49152,
                                        .destination = 8088,
                                        .sequence = 0xfffffff0,
                                        .acknowledgement = 7,
                                        .flags = kTcpSyn | kTcpAck}));

    ASSERT_EQ(found.packet.status, DecodeStatus::kOk);
    EXPECT_EQ(found.packet.transport, Transport::kTcp);
    EXPECT_EQ(found.packet.source.port, PortNumber{49152});
    EXPECT_EQ(found.packet.destination.port, PortNumber{8088});
    EXPECT_EQ(found.packet.tcp_sequence, 0xfffffff0U);
    EXPECT_EQ(found.packet.tcp_acknowledgement, 7U);
    EXPECT_EQ(found.packet.tcp_flags, kTcpSyn | kTcpAck);
    EXPECT_EQ(found.packet.payload_length, 0U);
    EXPECT_TRUE(found.packet.payload.empty());
}

TEST(Tcp, SkipsOptions) {
    const auto options =
        "020405b4 01010402 0101080a 00000001 00000000 01030307 01010101 01010101 01010101 01010101"_hex;
    const auto builder = segment({.options = options}).text("hello");

    EXPECT_EQ(decoded(builder).payload(), "hello");
    EXPECT_EQ(decoded(builder).packet.payload_length, 5U);
    expect_sound_at_every_cut(builder);
}

TEST(Tcp, RefusesAHeaderLengthThatCannotBe) {
    auto too_short = segment({}).frame();
    too_short[46] = 0x40;
    auto too_long = segment({}).frame();
    too_long[46] = 0x60;

    EXPECT_EQ(decoded(too_short).packet.status, DecodeStatus::kMalformed);
    EXPECT_EQ(decoded(too_long).packet.status, DecodeStatus::kMalformed);
}

TEST(Tcp, IsMalformedWhereTheIpPacketIsTooShortForIt) {
    const auto builder = packet().ethernet().ipv4({.total = std::uint16_t{39}}).tcp();

    EXPECT_EQ(status_of(builder), DecodeStatus::kMalformed);
}

TEST(Tcp, HasOneHashForBothDirections) {
    const auto there = decoded(packet()
                                   .ethernet()
                                   .ipv4({.source = "10.20.1.14", .destination = "198.51.100.20"})
                                   .tcp({.source = 49152, .destination = 8088}));
    const auto back = decoded(packet()
                                  .ethernet()
                                  .ipv4({.source = "198.51.100.20", .destination = "10.20.1.14"})
                                  .tcp({.source = 8088, .destination = 49152}));
    const auto ports_swapped =
        decoded(packet()
                    .ethernet()
                    .ipv4({.source = "10.20.1.14", .destination = "198.51.100.20"})
                    .tcp({.source = 8088, .destination = 49152}));

    EXPECT_EQ(there.packet.flow_hash, back.packet.flow_hash);
    EXPECT_EQ(there.key(), back.key());
    EXPECT_NE(there.packet.flow_hash, ports_swapped.packet.flow_hash);
    EXPECT_NE(there.key(), ports_swapped.key());
}

}  // namespace
}  // namespace sensor::decode
