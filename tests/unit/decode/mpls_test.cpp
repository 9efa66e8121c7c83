#include "sensor/decode/layers/mpls.h"

#include "tests/unit/decode/decoding.h"

namespace sensor::decode {
namespace {

using namespace test;

// Label 16, bottom of stack, TTL 64; label 17 above it.
constexpr auto kBottom = "00010 1 40"_hex;
constexpr auto kAbove = "00011 0 40"_hex;

PacketBuilder labelled(std::uint16_t type = 0x8847) {
    return packet().ethernet(type).bytes(kAbove).bytes(kBottom);
}

TEST(Mpls, CarriesIpv4AndIpv6BelowTheStack) {
    for (const std::uint16_t type : std::array<std::uint16_t, 2>{0x8847, 0x8848}) {
        EXPECT_EQ(decoded(labelled(type).ipv4({}).tcp().text("four")).payload(), "four");
        EXPECT_EQ(decoded(labelled(type).ipv6({}).tcp().text("six")).payload(), "six");
    }
    const auto one = packet().ethernet(0x8847).bytes(kBottom).ipv4({}).tcp().text("one");
    EXPECT_EQ(decoded(one).payload(), "one");
}

TEST(Mpls, CarriesAPseudowireWithAndWithoutAControlWord) {
    const auto with = labelled().bytes("0000 0007"_hex).ethernet().ipv4({}).tcp().text("frame");
    const auto without = labelled().ethernet().ipv4({}).tcp().text("frame");
    const auto tagged = labelled().zeros(4).ethernet(0x8100).vlan(110).ipv4({}).tcp().text("vlan");

    EXPECT_EQ(decoded(with).payload(), "frame");
    EXPECT_EQ(decoded(without).payload(), "frame");
    EXPECT_EQ(decoded(tagged).payload(), "vlan");
    EXPECT_EQ(decoded(tagged).packet.tags.vlans[0], 110);
    expect_sound_at_every_cut(with);
}

TEST(Mpls, IsTheSameSessionWhateverTheLabels) {
    const auto there = decoded(labelled().ipv4({}).tcp());
    const auto popped = decoded(packet().ethernet().ipv4({}).tcp());

    EXPECT_EQ(there.key(), popped.key());
    EXPECT_EQ(there.packet.flow_hash, popped.packet.flow_hash);
    EXPECT_TRUE(there.packet.has_tags);
    EXPECT_FALSE(popped.packet.has_tags);
}

Tags tags_under(std::span<const std::uint8_t> stack) {
    const auto found = decoded(packet().ethernet(0x8847).bytes(stack).ipv4({}).tcp());
    EXPECT_EQ(found.packet.status, DecodeStatus::kOk);
    return found.packet.tags;
}

TEST(Mpls, YieldsTheLowestLabel) {
    const Tags tags = tags_under("00011 0 40 fffff 1 40"_hex);

    EXPECT_TRUE(tags.has_tag(kHasMplsLabel));
    EXPECT_EQ(tags.mpls_label, 0xfffffU);
    EXPECT_EQ(tags_under("00012 0 40 00011 0 40 00010 1 40"_hex), tags_under("00010 1 40"_hex))
        << "whatever the path to the last hop";
    EXPECT_EQ(tags.depth, 0) << "labels are no tunnel";
}

TEST(Mpls, PassesOverLabelsThatNameNoNetwork) {
    EXPECT_EQ(tags_under("00000 1 40"_hex), Tags{}) << "explicit null";
    EXPECT_EQ(tags_under("00011 0 40 00002 1 40"_hex), tags_under("00011 1 40"_hex));
    EXPECT_EQ(tags_under("00011 0 40 00007 0 40 0abcd 1 00"_hex), tags_under("00011 1 40"_hex))
        << "an entropy label, RFC 6790";
    EXPECT_EQ(tags_under("00007 0 40 0abcd 0 00 00011 1 40"_hex), tags_under("00011 1 40"_hex));
    EXPECT_EQ(tags_under("00011 0 40 0000f 0 40 00020 1 40"_hex), tags_under("00011 1 40"_hex))
        << "an extended special label, RFC 7274";
}

TEST(Mpls, YieldsTheLabelOfTheInnermostStack) {
    const auto two = decoded(labelled()
                                 .ipv4({.source = "192.0.2.10", .protocol = 47})
                                 .bytes("0000 8847 00064 1 40"_hex)
                                 .ipv4({})
                                 .tcp());

    EXPECT_EQ(two.packet.tags.mpls_label, 0x64U);
    EXPECT_EQ(two.packet.tags.tunnel, TunnelKind::kGre);
}

TEST(Mpls, EndsAtAStackWithoutABottom) {
    PacketBuilder builder = packet().ethernet(0x8847);
    for (int i = 0; i < 15; ++i)
        builder.bytes(kAbove);

    EXPECT_EQ(status_of(PacketBuilder{builder}.bytes(kBottom).ipv4({}).tcp()), DecodeStatus::kOk);
    EXPECT_EQ(status_of(builder.bytes(kAbove).bytes(kBottom).ipv4({}).tcp()),
              DecodeStatus::kTooDeep);
}

TEST(Mpls, LeavesAssociatedChannelsAlone) {
    EXPECT_EQ(status_of(labelled().bytes("1000 0021"_hex).ipv4({}).tcp()),
              DecodeStatus::kUnknownEtherType);
}

TEST(Mpls, CountsWhatIsNotIpInAPseudowire) {
    EXPECT_EQ(status_of(labelled().zeros(4).ethernet(0x0806).zeros(28)),
              DecodeStatus::kUnknownEtherType);
}

TEST(Mpls, IsTruncatedAnywhereBeforeItsPayload) {
    expect_sound_at_every_cut(labelled().ipv4({}).tcp().text("hello"));
    expect_sound_at_every_cut(labelled().ipv6({}).tcp().text("hello"));
}

}  // namespace
}  // namespace sensor::decode
