#include "sensor/decode/layers/vlan.h"

#include "tests/unit/decode/decoding.h"

namespace sensor::decode {
namespace {

using namespace test;
using Vlans = std::array<std::uint16_t, 2>;

PacketBuilder tagged(std::uint16_t control) {
    return packet().ethernet(0x8100).vlan(control).ipv4({}).tcp().text("hello");
}
PacketBuilder stacked(std::uint16_t type, std::uint16_t outer, std::uint16_t inner) {
    return packet().ethernet(type).vlan(outer, 0x8100).vlan(inner).ipv4({}).tcp().text("hello");
}

TEST(Vlan, KeepsTheIdAndNotThePriority) {
    const auto found = decoded(tagged(0xe000 | 110));

    ASSERT_EQ(found.packet.status, DecodeStatus::kOk);
    EXPECT_EQ(found.packet.tags.vlan_count, 1);
    EXPECT_EQ(found.packet.tags.vlans, (Vlans{110, 0}));
    EXPECT_EQ(found.payload(), "hello");
}

TEST(Vlan, KeepsAStackOutermostFirst) {
    for (const std::uint16_t type : std::array<std::uint16_t, 3>{0x88a8, 0x9100, 0x8100}) {
        const auto found = decoded(stacked(type, 200, 31));

        ASSERT_EQ(found.packet.status, DecodeStatus::kOk);
        EXPECT_EQ(found.packet.tags.vlan_count, 2);
        EXPECT_EQ(found.packet.tags.vlans, (Vlans{200, 31}));
    }
}

TEST(Vlan, KeepsTwoTagsOfThreeButTellsAllApart) {
    const auto three = [](std::uint16_t last) {
        return decoded(
            packet().ethernet(0x88a8).vlan(1, 0x8100).vlan(2, 0x8100).vlan(last).ipv4({}).tcp());
    };

    EXPECT_EQ(three(3).packet.tags.vlans, (Vlans{1, 2}));
    EXPECT_EQ(three(3).packet.tags.vlan_count, 2);
    EXPECT_NE(three(3).key(), three(4).key());
}

TEST(Vlan, CountsAPriorityTagAsNone) {
    const auto untagged = decoded(packet().ethernet().ipv4({}).tcp().text("hello"));
    const auto priority = decoded(tagged(0xa000));

    ASSERT_EQ(priority.packet.status, DecodeStatus::kOk);
    EXPECT_EQ(priority.packet.tags, Tags{});
    EXPECT_EQ(priority.key(), untagged.key());
}

TEST(Vlan, MakesEqualAddressesTwoSessionsUnlessToldNotTo) {
    const Options mixed{.vlan_in_scope = false};

    EXPECT_NE(decoded(tagged(110)).key(), decoded(tagged(111)).key());
    EXPECT_NE(decoded(tagged(110)).packet.flow_hash, decoded(tagged(111)).packet.flow_hash);
    EXPECT_NE(decoded(stacked(0x88a8, 1, 2)).key(), decoded(stacked(0x88a8, 2, 1)).key());
    const auto one = decoded(tagged(110), LinkType::kEthernet, mixed);
    const auto other = decoded(tagged(111), LinkType::kEthernet, mixed);
    EXPECT_EQ(one.key(), other.key());
    EXPECT_NE(one.packet.tags, other.packet.tags);
}

TEST(Vlan, MayCarryLlcAndSnap) {
    const auto snap = packet().ethernet(0x8100).vlan(110, 48).bytes("aaaa 03 000000 0800"_hex);

    EXPECT_EQ(status_of(PacketBuilder{snap}.ipv4({}).tcp()), DecodeStatus::kOk);
}

TEST(Vlan, IsTruncatedAnywhereBeforeItsPayload) {
    expect_sound_at_every_cut(tagged(110));
    expect_sound_at_every_cut(stacked(0x88a8, 200, 31));
}

TEST(Vlan, EndsAtTooManyTags) {
    PacketBuilder builder = packet().ethernet(0x8100);
    for (int i = 0; i < 100; ++i)
        builder.vlan(1, 0x8100);

    EXPECT_EQ(status_of(builder), DecodeStatus::kTooDeep);
}

}  // namespace
}  // namespace sensor::decode
