#include "sensor/identify/protocols/vxlan.h"

#include <gtest/gtest.h>

#include "tests/unit/identify/inner_packets.h"

namespace sensor::identify {
namespace {

using namespace test;

constexpr auto kHeader = "08 00 0000 00007b 00"_hex;  // VNI 123
constexpr auto kPolicy = "88 48 0064 00007b 00"_hex;  // group 100, applied, not to be learnt

Payload tunnelled(bytes::View header, bytes::View frame) {
    return concatenated({header, frame});
}

TEST(Vxlan, RecognisesEveryFrame) {
    for (const Payload& frame : frames()) {
        EXPECT_EQ(recognised_as(datagram(tunnelled(kHeader, frame))), "vxlan") << frame.size();
        EXPECT_EQ(recognised_as(reply(tunnelled(kPolicy, frame))), "vxlan") << frame.size();
    }
}

TEST(Vxlan, RecognisesOtherInnerProtocols) {
    const std::vector<Payload> datagrams{
        tunnelled("0c 00 0001 00007b 00"_hex, kIpv4Packet),
        tunnelled("0c 00 0002 00007b 00"_hex, kIpv6Packet),
        tunnelled("0c 00 0003 00007b 00"_hex, ipv4_frame()),
    };
    for (const Payload& payload : datagrams) {
        EXPECT_EQ(recognised_as(datagram(payload)), "vxlan") << int{payload[3]};
    }
    const auto crossed = tunnelled("0c 00 0002 00007b 00"_hex, kIpv4Packet);
    EXPECT_EQ(ask(vxlan::validate, datagram(crossed)).match, Match::kNo);
}

TEST(Vxlan, RefusesWhatIsNoFrame) {
    for (const auto& [what, frame] : illegal_frames()) {
        EXPECT_EQ(ask(vxlan::validate, datagram(tunnelled(kHeader, frame))).match, Match::kNo)
            << what;
    }
}

TEST(Vxlan, ChecksEveryBitOfTheHeader) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"no VNI", changed(kHeader, 0, {0x00})},
        {"a reserved bit", changed(kHeader, 0, {0x0a})},
        {"a version of the typed form", changed(kHeader, 0, {0x1c, 0, 0, 3})},
        {"type 0", changed(kHeader, 0, {0x0c})},
        {"type 4", changed(kHeader, 0, {0x0c, 0, 0, 4})},
        {"a reserved bit of the typed form", changed(kHeader, 0, {0x0c, 1, 0, 3})},
        {"a group without its flag", changed(kHeader, 3, {100})},
        {"a policy without its flag", changed(kHeader, 1, {0x08})},
        {"a reserved bit of the policy", changed(kPolicy, 1, {0x01})},
        {"policy but no VNI", changed(kPolicy, 0, {0x80})},
        {"the last byte", changed(kHeader, 7, {1})},
    };
    for (const auto& [what, header] : near_misses) {
        EXPECT_EQ(ask(vxlan::validate, datagram(tunnelled(header, ipv4_frame()))).match, Match::kNo)
            << what;
    }
}

TEST(Vxlan, ConfirmsBothEnds) {
    Dialogue dialogue{Transport::kUdp};
    dialogue.client(tunnelled(kHeader, arp_frame())).server(tunnelled(kHeader, ipv4_frame()));
    EXPECT_EQ(dialogue.protocol(), "vxlan");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(Vxlan, IsNeverSureOfACutDatagram) {
    const Payload whole = tunnelled(kHeader, ipv4_frame());
    EXPECT_TRUE(accepted_cuts(vxlan::validate, datagram(whole)).empty());
}

}  // namespace
}  // namespace sensor::identify
