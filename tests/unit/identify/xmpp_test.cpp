#include "tests/unit/identify/text_dialogue.h"
#include "tests/unit/identify/upgrade_check.h"

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
    TextDialogue dialogue;

    dialogue.client("<?xml version='1.0'?>").client(kOpening.substr(22)).server(kAnswer);

    EXPECT_EQ(dialogue.verdict(), "xmpp, both");
}

TEST(Xmpp, IdTellsTheServerOfASessionJoinedLate) {
    TextDialogue dialogue{Transport::kTcp, false};

    dialogue.client(kAnswer).server(kOpening);

    EXPECT_EQ(dialogue.verdict(), "xmpp, both");
    EXPECT_EQ(dialogue.session().direction_of(true), Direction::kToClient);
}

constexpr std::string_view kOpen =
    "<?xml version='1.0'?><stream:stream to='a' xmlns='jabber:client' "
    "xmlns:stream='http://etherx.jabber.org/streams'>";
constexpr std::string_view kFeatures =
    "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>"
    "<mechanisms xmlns='x'><mechanism>A &gt; B</mechanism></mechanisms></stream:features>";

TEST(Xmpp, StartTlsIsAnsweredProceed) {
    const auto& xmpp = sensor::identify::xmpp::kProtocol;
    const std::string open{kOpen};
    const std::string features{kFeatures};

    expect_upgrade(xmpp, open + "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
                   open + features + "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
    expect_upgrade(xmpp,
                   open +
                       " <iq id='>'><a/><b>c</b></iq>\n<starttls "
                       "xmlns=\"urn:ietf:params:xml:ns:xmpp-tls\"></starttls>",
                   open + "<proceed xmlns=\"urn:ietf:params:xml:ns:xmpp-tls\" ></proceed>");
}

TEST(Xmpp, WhatLeadsNowhere) {
    const auto& xmpp = sensor::identify::xmpp::kProtocol;
    const std::string open{kOpen};
    const std::string start = open + "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";

    EXPECT_EQ(state_of(xmpp, start, open + "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"),
              State::kNever);
    EXPECT_EQ(state_of(xmpp, start, open + "</stream:stream>"), State::kNever);
    EXPECT_EQ(state_of(xmpp, start, open + "<!-- a -->"), State::kNever);
    EXPECT_EQ(state_of(xmpp, start, open + "text"), State::kNever);
    EXPECT_EQ(state_of(xmpp, open + "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>", open),
              State::kNever);
    EXPECT_EQ(state_of(xmpp, start, open + "<proceed xmlns='other'/>"), State::kPending);
    EXPECT_EQ(state_of(xmpp, open + "<starttls/>", open), State::kPending);
    EXPECT_EQ(state_of(xmpp, "<html>", ""), State::kNever);
    EXPECT_EQ(state_of(xmpp, "hello", ""), State::kNever);
}
