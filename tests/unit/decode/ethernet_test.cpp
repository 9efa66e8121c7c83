#include "sensor/decode/layers/ethernet.h"

#include "tests/unit/decode/decoding.h"

namespace sensor::decode {
namespace {

using namespace test;

TEST(Ethernet, LeadsToTheHeaderThatItsTypeNames) {
    const auto four = decoded(packet().ethernet(0x0800).ipv4({}).tcp().text("x"));
    const auto six = decoded(packet().ethernet(0x86dd).ipv6({}).tcp().text("x"));

    ASSERT_EQ(four.packet.status, DecodeStatus::kOk);
    EXPECT_TRUE(four.packet.source.address.is_ipv4());
    ASSERT_EQ(six.packet.status, DecodeStatus::kOk);
    EXPECT_FALSE(six.packet.source.address.is_ipv4());
}

TEST(Ethernet, ReadsTheTypeBehindLlcAndSnap) {
    const auto snap = packet().ethernet(48).bytes("aaaa 03 000000 0800"_hex).ipv4({}).tcp();

    EXPECT_EQ(status_of(PacketBuilder{snap}.text("hello")), DecodeStatus::kOk);
    EXPECT_EQ(decoded(PacketBuilder{snap}.text("hello")).payload(), "hello");
    expect_sound_at_every_cut(PacketBuilder{snap}.text("hello"));
}

TEST(Ethernet, TakesALengthForATypeOnlyBelow1536) {
    const auto llc = "aaaa 03 000000 0800"_hex;

    EXPECT_EQ(status_of(packet().ethernet(0x05ff).bytes(llc).ipv4({}).tcp()), DecodeStatus::kOk);
    EXPECT_EQ(status_of(packet().ethernet(0x0600).bytes(llc).ipv4({}).tcp()),
              DecodeStatus::kUnknownEtherType);
}

TEST(Ethernet, LeavesWhatIsNotIpAlone) {
    const auto arp = packet().ethernet(0x0806).bytes("0001 0800 06 04 0001"_hex).zeros(20);
    const auto spanning_tree = packet().ethernet(38).bytes("4242 03 0000 00 00 00"_hex).zeros(30);
    const auto vendor_snap = packet().ethernet(38).bytes("aaaa 03 00000c 2000"_hex).zeros(30);

    EXPECT_EQ(status_of(arp), DecodeStatus::kUnknownEtherType);
    EXPECT_EQ(status_of(spanning_tree), DecodeStatus::kUnknownEtherType);
    EXPECT_EQ(status_of(vendor_snap), DecodeStatus::kUnknownEtherType);
}

TEST(Ethernet, IsTruncatedAnywhereBeforeItsPayload) {
    expect_sound_at_every_cut(packet().ethernet().ipv4({}).tcp().text("payload"));
    EXPECT_EQ(status_of(packet()), DecodeStatus::kTruncated);
}

}  // namespace
}  // namespace sensor::decode
