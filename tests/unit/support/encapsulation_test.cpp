#include "tests/support/traffic/encapsulation.h"

#include <gtest/gtest.h>

#include "sensor/decode/decoder.h"
#include "tests/support/hex.h"

namespace traffic {
namespace {

using test::operator""_hex;

sensor::Endpoint endpoint(std::string_view address, std::uint16_t port) {
    return {sensor::parse_address(address).value(), sensor::PortNumber{port}};
}

const sensor::Endpoint kClient4 = endpoint("10.20.1.14", 40001);
const sensor::Endpoint kServer4 = endpoint("198.51.100.20", 8088);
const sensor::Endpoint kClient6 = endpoint("2001:db8::14", 40001);
const sensor::Endpoint kServer6 = endpoint("2001:db8:1::20", 8088);
const TunnelEnds kEnds{endpoint("192.0.2.21", 0).address, endpoint("192.0.2.10", 0).address};
const Bytes kOdd{'o', 'd', 'd'};

/// What it returns borrows from `frame`.
sensor::DecodedPacket decoded(bytes::View frame, sensor::LinkType link) {
    sensor::DecodedPacket packet;
    sensor::decode::decode(frame, link, {}, packet);
    return packet;
}

/// Pseudo header, segment and stored checksum sum up to nothing, RFC 1071 §1.
std::uint16_t residue(bytes::View ip_packet, std::size_t addresses_at, std::size_t addresses,
                      std::size_t segment_at, std::uint8_t protocol) {
    const bytes::View segment = ip_packet.subspan(segment_at);
    ByteWriter sum;
    sum.bytes(ip_packet.subspan(addresses_at, addresses)).u32(segment.size()).u32(protocol);
    return internet_checksum(sum.bytes(segment).view());
}

TEST(Encapsulation, ComputesTheChecksumOfRfc1071) {
    EXPECT_EQ(internet_checksum("0001 f203 f4f5 f6f7"_hex), 0x220d);  // §3: ~ddf2
    EXPECT_EQ(internet_checksum("ff"_hex), 0x00ff);
}

TEST(Encapsulation, FillsInChecksumsOfIpv4) {
    const Bytes tcp = tcp_packet({.source = kClient4, .destination = kServer4}, kOdd);
    const Bytes udp = udp_packet(kClient4, kServer4, kOdd);

    EXPECT_EQ(internet_checksum(bytes::View{tcp}.first(20)), 0);
    EXPECT_EQ(internet_checksum(bytes::View{udp}.first(20)), 0);
    EXPECT_EQ(residue(tcp, 12, 8, 20, 6), 0);
    EXPECT_EQ(residue(udp, 12, 8, 20, 17), 0);
}

TEST(Encapsulation, FillsInChecksumsOfIpv6) {
    const Bytes tcp = tcp_packet({.source = kClient6, .destination = kServer6}, kOdd);
    const Bytes udp = udp_packet(kClient6, kServer6, kOdd);

    EXPECT_EQ(residue(tcp, 8, 32, 40, 6), 0);
    EXPECT_EQ(residue(udp, 8, 32, 40, 17), 0);
}

TEST(Encapsulation, OfNothingIsRawIp) {
    const auto packet =
        decoded(frame({}, udp_packet(kClient6, kServer6, kOdd)), sensor::LinkType::kRawIp);

    EXPECT_EQ(packet.status, sensor::DecodeStatus::kOk);
    EXPECT_EQ(packet.source, kClient6);
    EXPECT_EQ(packet.destination, kServer6);
}

TEST(Encapsulation, StacksVlanTagsOutermostFirst) {
    const Bytes ip = tcp_packet({.source = kClient4, .destination = kServer4}, kOdd);
    const Bytes whole = frame(in_qinq(200, 31), ip);
    const auto packet = decoded(whole, sensor::LinkType::kEthernet);

    ASSERT_EQ(packet.status, sensor::DecodeStatus::kOk);
    EXPECT_EQ(packet.tags.vlan_count, 2);
    EXPECT_EQ(packet.tags.vlans, (std::array<std::uint16_t, 2>{200, 31}));
    EXPECT_EQ(bytes::text_of(packet.payload), "odd");
}

TEST(Encapsulation, CarriesTheGroupPolicyOfVxlan) {
    const Bytes ip = tcp_packet({.source = kClient4, .destination = kServer4}, kOdd);
    const auto layers = in_vxlan({.ends = kEnds, .vni = 5010, .group_policy = 310});
    const Bytes whole = frame(layers, ip);
    const auto packet = decoded(whole, sensor::LinkType::kEthernet);

    ASSERT_EQ(packet.status, sensor::DecodeStatus::kOk);
    EXPECT_EQ(packet.tags.tunnel, sensor::TunnelKind::kVxlan);
    EXPECT_EQ(packet.tags.vni, sensor::Vni{5010});
    EXPECT_EQ(packet.tags.group_policy, 310);
    EXPECT_EQ(packet.tags.outer_source, kEnds.source);
    EXPECT_EQ(packet.source, kClient4);
}

TEST(Encapsulation, CarriesTheOptionsOfGeneve) {
    const Bytes ip = udp_packet(kClient4, kServer4, kOdd);
    const auto layers =
        in_geneve({.ends = kEnds,
                   .vni = 700,
                   .options = {{.option_class = 0xff01, .type = 1, .value = {0, 0, 0, 0x2a}}}});
    const Bytes whole = frame(layers, ip);
    const auto packet = decoded(whole, sensor::LinkType::kEthernet);

    ASSERT_EQ(packet.status, sensor::DecodeStatus::kOk);
    EXPECT_EQ(packet.tags.vni, sensor::Vni{700});
    EXPECT_TRUE(std::ranges::equal(packet.geneve_options, "ff01 01 01 0000002a"_hex));
}

TEST(Encapsulation, TurnsRoundForTheAnswer) {
    const Bytes ip = udp_packet(kServer4, kClient4, kOdd);
    const auto layers = reversed(in_vxlan({.ends = kEnds, .vni = 1}));
    const Bytes whole = frame(layers, ip);
    const auto packet = decoded(whole, sensor::LinkType::kEthernet);

    EXPECT_EQ(packet.tags.outer_source, kEnds.destination);
    EXPECT_EQ(packet.tags.outer_destination, kEnds.source);
    EXPECT_EQ(whole[5], Ethernet{}.source[5]);
}

}  // namespace
}  // namespace traffic
