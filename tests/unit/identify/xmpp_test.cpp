#include "tests/unit/identify/text_dialogue.h"

using namespace test;

namespace {

constexpr std::string_view kOpening =
    "<?xml version='1.0'?>\n<stream:stream to='example.org' version='1.0' xml:lang='en' "
    "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";
constexpr std::string_view kAnswer =
    "<stream:stream from=\"example.org\" id=\"t7AMCin9zjMNwQKDnplntZPIDEI=\" version=\"1.0\" "
    "xmlns=\"jabber:client\" xmlns:stream=\"http://etherx.jabber.org/streams\" >"
    "<stream:features/>";

}  // namespace

TEST(Xmpp, StreamHeadersAreRecognised) {
    EXPECT_EQ(client_says(kOpening), "xmpp");
    EXPECT_EQ(server_says(kAnswer), "xmpp");
    EXPECT_EQ(client_says("<stream:stream\r\n\txmlns='jabber:server' to='a' "
                          "xmlns:stream='http://etherx.jabber.org/streams'>"),
              "xmpp");
}

TEST(Xmpp, WaitsForTheWholeHeader) {
    EXPECT_EQ(client_says(kOpening.substr(0, kOpening.size() - 1)), "undecided");
    EXPECT_EQ(client_says("<?xml version='1.0'?>"), "undecided");
}

TEST(Xmpp, NearMissesAreUnknown) {
    for (const std::string_view said :
         {"<stream:stream xmlns='jabber:client'>",
          "<stream:stream xmlns='jabber:other' xmlns:stream='http://etherx.jabber.org/streams'>",
          "<stream:stream xmlns='jabber:client' xmlns:stream='http://example.org/'>",
          "<stream:stream xmlns=jabber:client xmlns:stream='http://etherx.jabber.org/streams'>",
          "<stream:stream to='a<b' xmlns='jabber:client'>", "<stream:streams xmlns='a'>",
          "<stream:stream a='b'c='d'>", "<?xml version='1.0'?><soap:Envelope>",
          "<?xml version='1.0'<stream:stream>", "<html>"}) {
        EXPECT_EQ(client_says(said), "unknown") << said;
    }
}

TEST(Xmpp, CutsAreNothingElse) {
    expect_cuts_are_only("xmpp", kOpening);
    expect_cuts_are_only("xmpp", kAnswer);
}

TEST(Xmpp, NoiseIsUnknown) {
    expect_noise_is_unknown({"<?xml ", "<stream:stream ", "<stream:stream xmlns='jabber:client' "});
}

TEST(Xmpp, BothSidesOpenTheirStream) {
    Dialogue dialogue;

    dialogue.client("<?xml version='1.0'?>").client(kOpening.substr(22)).server(kAnswer);

    EXPECT_EQ(dialogue.verdict(), "xmpp, both");
}

TEST(Xmpp, IdTellsTheServerOfASessionJoinedLate) {
    Dialogue dialogue{Transport::kTcp, false};

    dialogue.client(kAnswer).server(kOpening);

    EXPECT_EQ(dialogue.verdict(), "xmpp, both");
    EXPECT_EQ(dialogue.session().direction_of(true), Direction::kToClient);
}
