#include "sensor/decode/layers/linux_cooked.h"

#include "tests/unit/decode/decoding.h"

namespace sensor::decode {
namespace {

using namespace test;

PacketBuilder cooked(std::uint16_t protocol) {
    return packet().bytes("0000 0001 0006 02005e0000010000"_hex).be(protocol);
}
PacketBuilder cooked2(std::uint16_t protocol) {
    return packet().be(protocol).bytes("0000 00000002 0001 00 06 02005e0000010000"_hex);
}

TEST(LinuxCooked, LeadsToTheHeaderThatItsProtocolNames) {
    const auto four = cooked(0x0800).ipv4({}).tcp().text("hello");
    const auto six = cooked(0x86dd).ipv6({}).tcp().text("hello");

    EXPECT_EQ(decoded(four, LinkType::kLinuxCooked).payload(), "hello");
    EXPECT_EQ(decoded(six, LinkType::kLinuxCooked).payload(), "hello");
    expect_sound_at_every_cut(four, LinkType::kLinuxCooked);
}

TEST(LinuxCooked, MayCarryAVlanTag) {
    const auto tagged = cooked(0x8100).vlan(110).ipv4({}).tcp();

    EXPECT_EQ(decoded(tagged, LinkType::kLinuxCooked).packet.tags.vlans[0], 110);
}

TEST(LinuxCooked, LeavesWhatIsNotIpAlone) {
    EXPECT_EQ(status_of(cooked(0x0004).zeros(20), LinkType::kLinuxCooked),
              DecodeStatus::kUnknownEtherType);
}

TEST(LinuxCooked2, LeadsToTheHeaderThatItsProtocolNames) {
    const auto four = cooked2(0x0800).ipv4({}).tcp().text("hello");
    const auto six = cooked2(0x86dd).ipv6({}).tcp().text("hello");

    EXPECT_EQ(decoded(four, LinkType::kLinuxCooked2).payload(), "hello");
    EXPECT_EQ(decoded(six, LinkType::kLinuxCooked2).payload(), "hello");
    expect_sound_at_every_cut(four, LinkType::kLinuxCooked2);
}

TEST(LinuxCooked, IsTheSameSessionAsOnEthernet) {
    const auto ethernet = decoded(packet().ethernet().ipv4({}).tcp());

    EXPECT_EQ(decoded(cooked(0x0800).ipv4({}).tcp(), LinkType::kLinuxCooked).key(), ethernet.key());
    EXPECT_EQ(decoded(cooked2(0x0800).ipv4({}).tcp(), LinkType::kLinuxCooked2).key(),
              ethernet.key());
}

}  // namespace
}  // namespace sensor::decode
