#include "tests/unit/identify/text_dialogue.h"

using namespace test;

namespace {

constexpr std::string_view kDescribe =
    "DESCRIBE rtsp://192.0.2.9:554/film RTSP/1.0\r\nCSeq: 2\r\nUser-Agent: player 3\r\n\r\n";
constexpr std::string_view kAnswer =
    "RTSP/1.0 200 OK\r\nCSeq: 2\r\nServer: camera 1.4\r\nContent-Length: 0\r\n\r\n";

}  // namespace

TEST(Rtsp, RequestsAndResponsesAreRecognised) {
    EXPECT_EQ(client_says(kDescribe), "rtsp");
    EXPECT_EQ(client_says("OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n"), "rtsp");
    EXPECT_EQ(client_says("PLAY RTSPS://example.org/a RTSP/2.0\ncseq: 1\n\n"), "rtsp");
    EXPECT_EQ(server_says(kAnswer), "rtsp");
    EXPECT_EQ(server_says("ANNOUNCE rtsp://example.org/a RTSP/1.0\r\nCSeq: 1\r\n\r\n"), "rtsp");
}

TEST(Rtsp, WaitsForCseq) {
    EXPECT_EQ(client_says("OPTIONS * RTSP/1.0\r\n"), "undecided");
    EXPECT_EQ(client_says("OPTIONS * RTSP/1.0\r\nAccept: a\r\n\r\n"), "unknown");
}

TEST(Rtsp, NearMissesAreUnknown) {
    for (const std::string_view start :
         {"OPTIONS * RTSP/11\r\n", "DESCRIBE http://a RTSP/1.0\r\n",
          "DESCRIBE rtsp://a RTSP/3.0\r\n", "describe rtsp://a RTSP/1.0\r\n", "RTSP/1.0 20 OK\r\n",
          "RTSP/1.0 999 OK\r\n", "RTSP/1.1 200 OK\r\n", "DESCRIBE rtsp://a  RTSP/1.0\r\n"}) {
        EXPECT_EQ(client_says(std::string{start} + "CSeq: 1\r\n\r\n"), "unknown") << start;
    }
}

TEST(Rtsp, CutsAreNothingElse) {
    expect_cuts_are_only("rtsp", kDescribe);
    expect_cuts_are_only("rtsp", kAnswer);
}

TEST(Rtsp, NoiseIsUnknown) {
    expect_noise_is_unknown({"RTSP/1.0 200 ", "OPTIONS * ", "PLAY rtsp://a RTSP/1.0\r\nCSeq"});
}

TEST(Rtsp, RequestAndResponseAgree) {
    TextDialogue dialogue;

    dialogue.client(kDescribe).server(kAnswer);

    EXPECT_EQ(dialogue.verdict(), "rtsp, both");
    EXPECT_EQ(dialogue.fact(sensor::Fact::kUserAgent), "player 3");
    EXPECT_EQ(dialogue.fact(sensor::Fact::kSoftware), "camera 1.4");
}

TEST(Rtsp, RequestTurnsRoundASessionJoinedLate) {
    TextDialogue dialogue{Transport::kTcp, false};

    dialogue.client(kAnswer).server(kDescribe);

    EXPECT_EQ(dialogue.verdict(), "rtsp, both");
    EXPECT_EQ(dialogue.session().direction_of(true), Direction::kToClient);
}
