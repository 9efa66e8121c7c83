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
    EXPECT_EQ(there.packet.tags, Tags{});
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
