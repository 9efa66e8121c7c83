#include "sensor/identify/protocols/geneve.h"

#include <gtest/gtest.h>

#include "tests/unit/identify/inner_packets.h"

namespace sensor::identify {
namespace {

using namespace test;

constexpr auto kHeader = "00 00 6558 00007b 00"_hex;  // VNI 123, Ethernet
// Two options: class 0x0103 with four bytes, class 0x0104 with none.
constexpr auto kOptions = "03 00 6558 00007b 00  0103 01 01 0000002a  0104 02 00"_hex;
constexpr auto kCritical = "02 40 6558 00007b 00  0103 81 01 0000002a"_hex;

Match match_of(const Payload& header, bytes::View inner) {
    return ask(geneve::validate, datagram(concatenated({header, inner}))).match;
}

TEST(Geneve, RecognisesEveryFrame) {
    for (const Payload& frame : frames()) {
        for (const bytes::View header :
             {bytes::View{kHeader}, bytes::View{kOptions}, bytes::View{kCritical}}) {
            const auto payload = concatenated({header, frame});
            EXPECT_EQ(recognised_as(datagram(payload)), "geneve") << payload.size();
        }
    }
}

TEST(Geneve, RecognisesPacketsWithoutAFrame) {
    const auto v4 = concatenated({changed(kHeader, 2, {0x08, 0x00}), kIpv4Packet});
    const auto v6 = concatenated({changed(kOptions, 2, {0x86, 0xdd}), kIpv6Packet});
    const auto arp = concatenated({changed(kHeader, 2, {0x08, 0x06}), kArpPacket});
    EXPECT_EQ(recognised_as(datagram(v4)), "geneve");
    EXPECT_EQ(recognised_as(datagram(arp)), "geneve");
    EXPECT_EQ(recognised_as(reply(v6)), "geneve");
}

TEST(Geneve, RefusesWhatIsNoFrame) {
    const Payload header{kHeader.begin(), kHeader.end()};
    for (const auto& [what, frame] : illegal_frames()) {
        EXPECT_EQ(match_of(header, frame), Match::kNo) << what;
    }
    EXPECT_EQ(match_of(changed(kHeader, 2, {0x08, 0x00}), kIpv6Packet), Match::kNo);
    EXPECT_EQ(match_of(changed(kHeader, 2, {0x86, 0xdd}), kIpv4Packet), Match::kNo);
}

TEST(Geneve, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"version 1", changed(kHeader, 0, {0x40})},
        {"a reserved flag", changed(kHeader, 1, {0x01})},
        {"the reserved byte", changed(kHeader, 7, {1})},
        {"another protocol", changed(kHeader, 2, {0x88, 0x47})},
        {"options cut in the middle", changed(kOptions, 0, {0x01})},
        {"an option past the end", changed(kOptions, 19, {0x01})},
        {"a reserved bit of an option", changed(kOptions, 11, {0x21})},
        {"critical, unsaid", changed(kCritical, 1, {0x00})},
        {"critical, untrue", changed(kCritical, 10, {0x01})},
    };
    for (const auto& [what, header] : near_misses) {
        EXPECT_EQ(match_of(header, ipv4_frame()), Match::kNo) << what;
    }
}

TEST(Geneve, IsNeverSureOfACutDatagram) {
    const auto whole = concatenated({kOptions, ipv4_frame()});
    EXPECT_TRUE(accepted_cuts(geneve::validate, datagram(whole)).empty());
}

}  // namespace
}  // namespace sensor::identify
