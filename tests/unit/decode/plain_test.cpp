// The short way through the common frames says what the walk through their headers says.
#include "sensor/decode/plain.h"

#include <random>
#include <vector>

#include "tests/support/same_packet.h"
#include "tests/unit/decode/decoding.h"

namespace test {
namespace {

using sensor::decode::Options;

std::vector<Frame> common_frames() {
    return {
        PacketBuilder{}.ethernet().ipv4({.protocol = 6}).tcp().text("payload").frame(),
        PacketBuilder{}.ethernet().ipv4({.protocol = 6}).tcp().zeros(40).frame(),
        PacketBuilder{}.ethernet().ipv4({.protocol = 17}).udp().text("payload").frame(),
        PacketBuilder{}.ethernet(0x86dd).ipv6({.next = 6}).tcp().text("payload").frame(),
        PacketBuilder{}.ethernet(0x86dd).ipv6({.next = 17}).udp().text("payload").frame(),
        PacketBuilder{}.ethernet(0x8100).vlan(0x6065).ipv4({.protocol = 6}).tcp().text("p").frame(),
        PacketBuilder{}.ethernet(0x8100).vlan(0, 0x86dd).ipv6({.next = 17}).udp().text("p").frame(),
    };
}

void expect_same(const Frame& frame, const Options& options = {}) {
    DecodedPacket quick;
    DecodedPacket walked;
    sensor::decode::decode(frame, LinkType::kEthernet, options, quick);
    sensor::decode::decode_by_walk(frame, LinkType::kEthernet, options, walked);
    EXPECT_TRUE(same_packet(quick, walked)) << testing::PrintToString(frame);
}

TEST(Plain, ReadsTheCommonFrames) {
    for (const Frame& frame : common_frames()) {
        DecodedPacket packet;
        EXPECT_TRUE(sensor::decode::read_plain(frame, LinkType::kEthernet, true, packet))
            << testing::PrintToString(frame);
        expect_same(frame);
        expect_same(frame, {.vlan_in_scope = false});
    }
}

TEST(Plain, SaysTheSameWhereverTheFrameIsCut) {
    for (const Frame& frame : common_frames()) {
        for (std::size_t length = 0; length < frame.size(); ++length)
            expect_same(cut(frame, length));
    }
}

TEST(Plain, SaysTheSameWhateverBytesTheHeadersHold) {
    std::mt19937 random{7};
    for (const Frame& frame : common_frames()) {
        for (std::size_t at = 12; at < frame.size(); ++at) {
            for (int value = 0; value < 256; ++value) {
                Frame changed = frame;
                changed[at] = static_cast<std::uint8_t>(value);
                expect_same(changed);
            }
        }
        for (int i = 0; i < 20'000; ++i) {
            Frame changed = frame;
            for (int j = 0; j < 3; ++j)
                changed[12 + random() % (changed.size() - 12)] =
                    static_cast<std::uint8_t>(random());
            expect_same(changed);
        }
    }
}

TEST(Plain, LeavesTunnelsAndOptionsToTheWalk) {
    const auto is_plain = [](const PacketBuilder& builder) {
        DecodedPacket packet;
        return sensor::decode::read_plain(builder.frame(), LinkType::kEthernet, true, packet);
    };
    EXPECT_FALSE(is_plain(
        PacketBuilder{}.ethernet().ipv4({.protocol = 17}).udp({.destination = 4789}).text("x")));
    EXPECT_FALSE(is_plain(PacketBuilder{}.ethernet().ipv4({.protocol = 47}).zeros(40)));
    EXPECT_FALSE(is_plain(PacketBuilder{}.ethernet(0x88a8).vlan(1).ipv4({.protocol = 6}).tcp()));
}

}  // namespace
}  // namespace test
