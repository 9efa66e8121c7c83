#include "tests/support/hex.h"
#include "tests/unit/identify/text_dialogue.h"

using namespace test;

namespace {

const std::string kOffers = text_of("fffd18 fffd20 fffd23 fffd27"_hex);   // DO ...
const std::string kAnswers = text_of("fffb18 fffc20 fffc23 fffb27"_hex);  // WILL, WONT ...
const std::string kWindow = text_of("fffb1f fffa1f00500018fff0"_hex);     // WILL NAWS, SB NAWS

}  // namespace

TEST(Telnet, NegotiationsInARowDecide) {
    EXPECT_EQ(server_says(kOffers), "telnet");
    EXPECT_EQ(client_says(kAnswers), "telnet");
    EXPECT_EQ(client_says(kWindow), "telnet");
    EXPECT_EQ(server_says(kOffers + "\r\nlogin: "), "telnet");
    EXPECT_EQ(server_says(text_of("fffb01 fff1 fffe22"_hex)), "telnet");  // NOP between
}

TEST(Telnet, OneNegotiationDecidesOnlyInAnswer) {
    EXPECT_EQ(client_says(text_of("fffc25"_hex)), "undecided");
    EXPECT_EQ(client_says(text_of("fffc25"_hex), "telnet"), "telnet");
}

TEST(Telnet, DoubledIacIsAParameter) {
    EXPECT_EQ(client_says(text_of("fffa1f00ffff0018fff0 fffb01"_hex)), "telnet");
    EXPECT_EQ(client_says(text_of("fffa1f00ff010018fff0 fffb01"_hex)), "unknown");
    EXPECT_EQ(client_says(text_of("fffa1f0050"_hex)), "undecided");
}

TEST(Telnet, NearMissesAreUnknown) {
    EXPECT_EQ(server_says(text_of("fffb9064"_hex)), "unknown");           // an MPEG audio frame
    EXPECT_EQ(server_says(text_of("fffb01 6c6f67696e"_hex)), "unknown");  // one, then text
    EXPECT_EQ(server_says(text_of("fffd18 fffd32"_hex)), "unknown");      // no such option
    EXPECT_EQ(server_says(text_of("fffd18 ffef01"_hex)), "unknown");      // no such command
    EXPECT_EQ(server_says(text_of("fffe2000 41004200"_hex)), "unknown");  // UTF-16
    EXPECT_EQ(server_says(text_of("ffd8ffe000104a46"_hex)), "unknown");   // JPEG
}

TEST(Telnet, CutsAreNothingElse) {
    expect_cuts_are_only("telnet", kOffers);
    expect_cuts_are_only("telnet", kWindow);
}

TEST(Telnet, NoiseIsUnknown) {
    expect_noise_is_unknown({"\xff", "\xff\xfd"});
}

TEST(Telnet, BothSidesNegotiate) {
    TextDialogue dialogue;

    dialogue.server(kOffers).client(text_of("fffb18"_hex));

    EXPECT_EQ(dialogue.verdict(), "telnet, both");
}
