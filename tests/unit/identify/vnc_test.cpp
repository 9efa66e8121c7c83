#include "sensor/identify/protocols/vnc.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

constexpr std::string_view kVersion = "RFB 003.008\n";

Match match_of(std::string_view said) {
    return ask(vnc::validate, stream(bytes::view_of(said))).match;
}

TEST(Vnc, RecognisesEveryVersion) {
    for (const std::string_view version :
         {"RFB 003.003\n", "RFB 003.007\n", "RFB 003.008\n", "RFB 003.889\n", "RFB 004.001\n",
          "RFB 005.000\n", "RFB 000.000\n"}) {
        EXPECT_EQ(recognised_as(stream(bytes::view_of(version))), "vnc");
        EXPECT_EQ(recognised_as(stream_back(bytes::view_of(version))), "vnc");
    }
}

TEST(Vnc, ConfirmsWhenBothSidesSayTheirs) {
    Dialogue dialogue{Transport::kTcp};
    dialogue.server(bytes::view_of(kVersion)).client(bytes::view_of("RFB 003.003\n"));
    EXPECT_EQ(dialogue.protocol(), "vnc");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
    EXPECT_FALSE(dialogue.is_turned_round());
}

TEST(Vnc, AcceptsWhatFollows) {
    EXPECT_EQ(match_of("RFB 003.008\n\x02\x01\x02"), Match::kYes);
    EXPECT_EQ(match_of("RFB 003.008\n\x02"), Match::kYes);
}

TEST(Vnc, ChecksEveryCharacter) {
    for (std::size_t at = 0; at < kVersion.size(); ++at) {
        std::string near_miss{kVersion};
        near_miss[at] = 'x';
        EXPECT_EQ(match_of(near_miss), Match::kNo) << at;
    }
}

TEST(Vnc, NeedsMoreAtEveryLength) {
    for (std::size_t size = 0; size < kVersion.size(); ++size) {
        EXPECT_EQ(match_of(kVersion.substr(0, size)), Match::kNeedMore) << size;
    }
}

}  // namespace
}  // namespace sensor::identify
