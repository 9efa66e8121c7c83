#include "sensor/decode/layers/security_group.h"

#include "tests/unit/decode/decoding.h"

namespace sensor::decode {
namespace {

using namespace test;

/// `metadata` is all from the version on, with the type of what follows.
PacketBuilder tagged(std::span<const std::uint8_t> metadata) {
    return packet().ethernet(0x8909).bytes(metadata).ipv4({}).tcp().text("hello");
}

TEST(SecurityGroup, YieldsTheGroupOfTheSender) {
    const auto found = decoded(tagged("01 01 0001 0136 0800"_hex));

    ASSERT_EQ(found.packet.status, DecodeStatus::kOk);
    EXPECT_EQ(found.payload(), "hello");
    EXPECT_EQ(found.packet.tags.has_group_policy, 1);
    EXPECT_EQ(found.packet.tags.group_policy, 310);
    EXPECT_EQ(found.key(), decoded(packet().ethernet().ipv4({}).tcp()).key());
}

TEST(SecurityGroup, StandsBehindAVlanTag) {
    const auto found = decoded(packet()
                                   .ethernet(0x8100)
                                   .vlan(110, 0x8909)
                                   .bytes("01 01 0001 0136 0800"_hex)
                                   .ipv4({})
                                   .tcp());

    EXPECT_EQ(found.packet.status, DecodeStatus::kOk);
    EXPECT_EQ(found.packet.tags.group_policy, 310);
    EXPECT_EQ(found.packet.tags.vlans[0], 110);
}

TEST(SecurityGroup, SkipsOtherOptionsAndTheUnknownGroup) {
    const auto other = decoded(tagged("01 02 0002 0007 0001 0136 0800"_hex));
    const auto unknown = decoded(tagged("01 01 0001 0000 0800"_hex));
    const auto sized = decoded(tagged("01 01 2001 0136 0800"_hex));  // with an option length

    EXPECT_EQ(other.payload(), "hello");
    EXPECT_EQ(other.packet.tags.group_policy, 310);
    EXPECT_EQ(unknown.payload(), "hello");
    EXPECT_EQ(unknown.packet.tags.has_group_policy, 0);
    EXPECT_EQ(sized.packet.tags.group_policy, 310);
}

TEST(SecurityGroup, RefusesAnotherVersion) {
    EXPECT_EQ(status_of(tagged("02 01 0001 0136 0800"_hex)), DecodeStatus::kUnknownVersion);
}

TEST(SecurityGroup, IsTruncatedAnywhereBeforeThePayload) {
    expect_sound_at_every_cut(tagged("01 01 0001 0136 0800"_hex));
}

TEST(Macsec, IsCountedAsEncrypted) {
    EXPECT_EQ(status_of(packet().ethernet(0x88e5).bytes("2c 00 00000001"_hex).zeros(60)),
              DecodeStatus::kEncrypted);
}

}  // namespace
}  // namespace sensor::decode
