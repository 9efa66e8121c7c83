#include "sensor/decode/layers/udp.h"

#include "tests/unit/decode/decoding.h"

namespace sensor::decode {
namespace {

using namespace test;

PacketBuilder datagram(const PacketBuilder::Udp& header) {
    return packet().ethernet().ipv4({.protocol = 17}).udp(header);
}

TEST(Udp, YieldsPortsAndPayload) {
    const auto found = decoded(datagram({.source = 49152, .destination = 5353}).text("hello"));

    ASSERT_EQ(found.packet.status, DecodeStatus::kOk);
    EXPECT_EQ(found.packet.transport, Transport::kUdp);
    EXPECT_EQ(found.packet.source.port, PortNumber{49152});
    EXPECT_EQ(found.packet.destination.port, PortNumber{5353});
    EXPECT_EQ(found.packet.tcp_flags, 0);
    EXPECT_EQ(found.payload(), "hello");
    expect_sound_at_every_cut(datagram({}).text("hello"));
}

TEST(Udp, MayBeEmpty) {
    const auto found = decoded(datagram({}));

    EXPECT_EQ(found.packet.status, DecodeStatus::kOk);
    EXPECT_TRUE(found.packet.payload.empty());
}

TEST(Udp, EndsWhereItsOwnLengthSays) {
    const auto found = decoded(datagram({.length = std::uint16_t{10}}).text("ab-trailer"));

    EXPECT_EQ(found.payload(), "ab");
    EXPECT_EQ(found.packet.payload_length, 2U);
}

TEST(Udp, TakesALengthOfZeroForTheRestOfTheIpPacket) {
    EXPECT_EQ(decoded(datagram({.length = std::uint16_t{0}}).text("hello")).payload(), "hello");
}

TEST(Udp, RefusesLengthsThatContradictIps) {
    EXPECT_EQ(status_of(datagram({.length = std::uint16_t{7}}).text("hello")),
              DecodeStatus::kMalformed);
    EXPECT_EQ(status_of(datagram({.length = std::uint16_t{14}}).text("hello")),
              DecodeStatus::kMalformed);
    const auto short_ip =
        packet().ethernet().ipv4({.protocol = 17, .total = std::uint16_t{27}}).udp();
    EXPECT_EQ(status_of(short_ip), DecodeStatus::kMalformed);
}

}  // namespace
}  // namespace sensor::decode
