#include "sensor/decode/layers/gre.h"

#include "tests/unit/decode/decoding.h"

namespace sensor::decode {
namespace {

using namespace test;

/// `header` is a whole GRE header.
PacketBuilder gre(std::span<const std::uint8_t> header,
                  std::string_view destination = "192.0.2.20") {
    return packet()
        .ethernet()
        .ipv4({.source = "192.0.2.10", .destination = destination, .protocol = 47})
        .bytes(header);
}
PacketBuilder with_ipv4(std::span<const std::uint8_t> header,
                        std::string_view destination = "192.0.2.20") {
    return gre(header, destination).ipv4({}).tcp().text("hello");
}

TEST(Gre, CarriesIpAndFrames) {
    const auto four = decoded(with_ipv4("0000 0800"_hex));
    const auto six = decoded(gre("0000 86dd"_hex).ipv6({}).tcp().text("six"));
    const auto frame = decoded(gre("0000 6558"_hex).ethernet().ipv4({}).tcp().text("frame"));
    const auto labelled = decoded(gre("0000 8847 00010140"_hex).ipv4({}).tcp().text("mpls"));

    ASSERT_EQ(four.packet.status, DecodeStatus::kOk);
    EXPECT_EQ(four.payload(), "hello");
    EXPECT_EQ(four.packet.tags.tunnel, TunnelKind::kGre);
    EXPECT_EQ(four.packet.tags.depth, 1);
    EXPECT_EQ(four.packet.tags.outer_source, address("192.0.2.10"));
    EXPECT_EQ(six.payload(), "six");
    EXPECT_EQ(frame.payload(), "frame");
    EXPECT_EQ(labelled.payload(), "mpls");
}

TEST(Gre, RunsOverIpv6AndOverUdp) {
    const auto six = packet().ethernet(0x86dd).ipv6({.next = 47}).bytes("0000 0800"_hex);
    const auto udp = packet()
                         .ethernet()
                         .ipv4({.protocol = 17})
                         .udp({.destination = 4754})
                         .bytes("0000 0800"_hex);

    EXPECT_EQ(decoded(PacketBuilder{six}.ipv4({}).tcp().text("six")).payload(), "six");
    const auto found = decoded(PacketBuilder{udp}.ipv4({}).tcp().text("udp"));
    EXPECT_EQ(found.payload(), "udp");
    EXPECT_EQ(found.packet.tags.depth, 1);
    EXPECT_EQ(found.packet.transport, Transport::kTcp);
}

TEST(Gre, SkipsChecksumKeyAndSequenceNumber) {
    EXPECT_EQ(decoded(with_ipv4("8000 0800 abcd 0000"_hex)).payload(), "hello");
    EXPECT_EQ(decoded(with_ipv4("2000 0800 0000002a"_hex)).payload(), "hello");
    EXPECT_EQ(decoded(with_ipv4("1000 0800 00000001"_hex)).payload(), "hello");
    const auto all = with_ipv4("b000 0800 abcd 0000 0000002a 00000001"_hex);
    EXPECT_EQ(decoded(all).payload(), "hello");
    EXPECT_EQ(decoded(all).packet.tags.tunnel_key, 42U);
    EXPECT_TRUE(decoded(all).packet.tags.has_tag(kHasTunnelKey));
    expect_sound_at_every_cut(all);
}

TEST(Gre, TellsAKeyOfZeroFromNone) {
    EXPECT_TRUE(decoded(with_ipv4("2000 0800 00000000"_hex)).packet.tags.has_tag(kHasTunnelKey));
    EXPECT_FALSE(decoded(with_ipv4("0000 0800"_hex)).packet.tags.has_tag(kHasTunnelKey));
    const auto inside = decoded(gre("2000 0800 0000002a"_hex)
                                    .ipv4({.source = "192.0.2.30", .protocol = 47})
                                    .bytes("0000 0800"_hex)
                                    .ipv4({})
                                    .tcp());
    EXPECT_FALSE(inside.packet.tags.has_tag(kHasTunnelKey)) << "the outer tunnel's is not its own";
    EXPECT_EQ(inside.packet.tags.tunnel_key, 0U);
}

TEST(Gre, TellsTunnelsApartByKeyElseByTheirEnds) {
    const auto keyed = decoded(with_ipv4("2000 0800 0000002a"_hex));
    EXPECT_EQ(keyed.key(), decoded(with_ipv4("2000 0800 0000002a"_hex, "192.0.2.21")).key());
    EXPECT_NE(keyed.key(), decoded(with_ipv4("2000 0800 0000002b"_hex)).key());
    const auto bare = decoded(with_ipv4("0000 0800"_hex));
    EXPECT_NE(bare.key(), keyed.key());
    EXPECT_NE(bare.key(), decoded(with_ipv4("0000 0800"_hex, "192.0.2.21")).key());
    EXPECT_EQ(bare.key(), decoded(with_ipv4("1000 0800 00000007"_hex)).key());
}

TEST(Gre, LeavesTheFlowIdOfNvgreOutOfTheScope) {
    const auto nvgre = [](std::span<const std::uint8_t> header) {
        return decoded(gre(header).ethernet().ipv4({}).tcp()).key();
    };

    EXPECT_EQ(nvgre("2000 6558 001000 01"_hex), nvgre("2000 6558 001000 02"_hex));
    EXPECT_NE(nvgre("2000 6558 001000 01"_hex), nvgre("2000 6558 001001 01"_hex));
    EXPECT_NE(nvgre("2000 6558 000000 01"_hex), nvgre("2000 6558 000000 02"_hex));
}

TEST(Gre, RefusesWhatItDoesNotSpeak) {
    EXPECT_EQ(status_of(with_ipv4("4000 0800 00000000"_hex)), DecodeStatus::kUnknownVersion);
    EXPECT_EQ(status_of(with_ipv4("0800 0800"_hex)), DecodeStatus::kUnknownVersion);
    EXPECT_EQ(status_of(with_ipv4("0400 0800"_hex)), DecodeStatus::kUnknownVersion);
    EXPECT_EQ(status_of(with_ipv4("0002 0800"_hex)), DecodeStatus::kUnknownVersion);
    EXPECT_EQ(status_of(with_ipv4("0000 0806"_hex)), DecodeStatus::kUnknownEtherType);
}

TEST(Gre, IsMalformedWhereItsHeaderDoesNotFit) {
    EXPECT_EQ(status_of(gre("0000"_hex)), DecodeStatus::kMalformed);
    EXPECT_EQ(status_of(gre("b000 0800 abcd 0000 0000002a 0000"_hex)), DecodeStatus::kMalformed);
}

TEST(Gre, OverUdpIsPlainUdpIfItIsNone) {
    const auto found = decoded(packet()
                                   .ethernet()
                                   .ipv4({.protocol = 17})
                                   .udp({.destination = 4754})
                                   .text("something else"));

    ASSERT_EQ(found.packet.status, DecodeStatus::kOk);
    EXPECT_EQ(found.payload(), "something else");
    EXPECT_EQ(found.packet.tags, Tags{});
}

// RFC 2637 §4.1: K, S, version 1; payload length 49, call 7, sequence number 1.
TEST(Pptp, CarriesPppFrames) {
    const auto framed = with_ipv4("3001 880b 0031 0007 00000001 ff03 0021"_hex);
    const auto compressed = with_ipv4("3001 880b 002e 0007 00000001 21"_hex);
    const auto acknowledging = with_ipv4("3081 880b 0031 0007 00000001 00000005 ff03 0021"_hex);

    for (const auto& builder : {framed, compressed, acknowledging}) {
        const auto found = decoded(builder);
        ASSERT_EQ(found.packet.status, DecodeStatus::kOk);
        EXPECT_EQ(found.payload(), "hello");
        EXPECT_EQ(found.packet.tags.tunnel, TunnelKind::kPptp);
        EXPECT_EQ(found.packet.tags.tunnel_key, 7U);
        EXPECT_TRUE(found.packet.tags.has_tag(kHasTunnelKey));
    }
    expect_sound_at_every_cut(framed);
}

TEST(Pptp, IsOneSessionAlthoughEachDirectionHasItsCallId) {
    const auto there = decoded(with_ipv4("3001 880b 0031 0007 00000001 ff03 0021"_hex));
    const auto back = decoded(with_ipv4("3001 880b 0031 0009 00000001 ff03 0021"_hex));

    EXPECT_EQ(there.key(), back.key());
}

TEST(Pptp, RefusesWhatCarriesNothing) {
    EXPECT_EQ(status_of(gre("2081 880b 0000 0007 00000005"_hex)), DecodeStatus::kUnknownTransport);
    EXPECT_EQ(status_of(with_ipv4("3001 0800 0031 0007 00000001"_hex)),
              DecodeStatus::kUnknownVersion);
    EXPECT_EQ(status_of(with_ipv4("1001 880b 0031 0007 00000001"_hex)),
              DecodeStatus::kUnknownVersion);
    EXPECT_EQ(status_of(with_ipv4("3001 880b 0031 0007 00000001 ff02 0021"_hex)),
              DecodeStatus::kUnknownEtherType);
    EXPECT_EQ(status_of(gre("3001 880b 000a 0007 00000001 c021 01 01 0006 0000"_hex)),
              DecodeStatus::kUnknownEtherType);
}

TEST(Gre, IsTruncatedAnywhereBeforeTheInnerPayload) {
    expect_sound_at_every_cut(with_ipv4("0000 0800"_hex));
    expect_sound_at_every_cut(gre("0000 6558"_hex).ethernet().ipv4({}).tcp().text("frame"));
}

}  // namespace
}  // namespace sensor::decode
