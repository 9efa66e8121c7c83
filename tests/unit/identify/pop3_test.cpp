#include "tests/unit/identify/text_dialogue.h"
#include "tests/unit/identify/upgrade_check.h"

using namespace test;

TEST(Pop3, GreetingThatNamesItOrHoldsATimestampDecides) {
    EXPECT_EQ(server_says("+OK POP3 server ready\r\n"), "pop3");
    EXPECT_EQ(server_says("+OK ready <1896.697170952@pop.example.org>\n"), "pop3");
}

TEST(Pop3, AnyOtherGreetingDecidesNothing) {
    EXPECT_EQ(server_says("+OK ready\r\n"), "undecided");
    EXPECT_EQ(server_says("+OK\r\n"), "undecided");
    EXPECT_EQ(server_says("-ERR go away\r\n"), "undecided");
    EXPECT_EQ(server_says("+OK\r\n+OK\r\n"), "undecided");  // Redis answers two SETs so
    EXPECT_EQ(server_says("+OK ready\r\n", "pop3"), "pop3");
    EXPECT_EQ(server_says("-ERR no\r\n", "pop3"), "pop3");
}

TEST(Pop3, SecondStatusDecides) {
    EXPECT_EQ(server_says("+OK ready\r\n+OK\r\n"), "pop3");
    EXPECT_EQ(server_says("+OK ready\r\n-ERR who?\r\n"), "pop3");
}

TEST(Pop3, ClientsCommandsDecide) {
    for (const std::string_view line :
         {"CAPA\r\n", "capa\n", "STLS\r\n", "UIDL\r\n", "TOP 1 0\r\n",
          "APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n", "USER a\r\nPASS b\r\nUIDL\r\n"}) {
        EXPECT_EQ(client_says(line), "pop3") << line;
    }
}

TEST(Pop3, SharedCommandsDecideOnlyAfterTheServer) {
    for (const std::string_view line :
         {"USER bob\r\n", "AUTH PLAIN\r\n", "STAT\r\n", "LIST 1\r\n", "QUIT\r\n"}) {
        EXPECT_EQ(client_says(line), "undecided") << line;
        EXPECT_EQ(client_says(line, "pop3"), "pop3") << line;
    }
}

TEST(Pop3, NearMissesAreUnknown) {
    for (const std::string_view line :
         {"APOP mrose c4c9\r\n", "TOP 1\r\n", "TOP a b\r\n", "UIDL x\r\n", "CAPABILITY\r\n",
          "CAPA\x01\r\n", "STLS now\r\n"}) {
        EXPECT_EQ(client_says(line), "unknown") << line;
    }
    EXPECT_EQ(server_says("+OKAY POP3\r\n"), "undecided");  // may be Redis
    EXPECT_EQ(server_says("+OK POP3 \x01\r\n"), "unknown");
    EXPECT_EQ(server_says("OK POP3\r\n"), "unknown");
}

TEST(Pop3, CutsAreNothingElse) {
    expect_cuts_are_only("pop3", "+OK ready <1896.697170952@pop.example.org>\r\n+OK\r\n");
    expect_cuts_are_only("pop3", "APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n");
    expect_cuts_are_only("pop3", "USER bob\r\nPASS x\r\nSTAT\r\nTOP 1 0\r\n");
}

TEST(Pop3, NoiseIsUnknown) {
    expect_noise_is_unknown({"+OK ", "+OK POP3 ", "USER ", "APOP a ", "-ERR "});
}

TEST(Pop3, CapaTellsWhatThePlainGreetingWas) {
    TextDialogue dialogue;

    dialogue.server("+OK ready\r\n").client("CAPA\r\n");

    EXPECT_EQ(dialogue.verdict(), "pop3, both");
    EXPECT_EQ(dialogue.fact(sensor::Fact::kBanner), "+OK ready");
}

TEST(Pop3, AnswerTellsWhatUserAndGreetingWere) {
    TextDialogue dialogue;

    dialogue.server("+OK ready\r\n").client("USER bob\r\n");
    EXPECT_EQ(dialogue.verdict(), "unknown");
    dialogue.server("+OK\r\n");

    EXPECT_EQ(dialogue.verdict(), "pop3, both");
}

TEST(Pop3, GreetingTellsWhatUserIs) {
    TextDialogue dialogue;

    dialogue.server("+OK POP3 ready\r\n").client("USER bob\r\n");

    EXPECT_EQ(dialogue.verdict(), "pop3, both");
}

TEST(Pop3, GreetingMayBeInAnyEncoding) {
    EXPECT_EQ(server_says("+OK \xd3\xca\xbc\xfe POP3 Service Ready\r\n"), "pop3");
    EXPECT_EQ(server_says("+OK \x01 POP3 ready\r\n"), "unknown");
}

TEST(Pop3, StlsIsAnsweredOk) {
    const auto& pop3 = sensor::identify::pop3::kProtocol;

    expect_upgrade(pop3, "STLS\r\n", "+OK ready\r\n+OK Begin TLS\r\n");
    expect_upgrade(pop3, "CAPA\r\nstls\r\n", "+OK\r\n+OK list\r\nSTLS\r\nUSER\r\n.\r\n+OK\r\n");
    expect_upgrade(pop3, "AUTH\r\nSTLS \n", "+OK ready\n+OK\nPLAIN\n.\n+OK go\n");
    expect_upgrade(pop3, "USER a\r\nSTLS\r\nSTLS\r\n", "+OK r\r\n+OK\r\n-ERR no\r\n+OK\r\n");
    expect_upgrade(pop3, "AUTH LOGIN\r\nYQ==\r\nSTLS\r\n", "+OK r\r\n+ VXNl\r\n-ERR\r\n+OK\r\n");
    expect_upgrade(pop3, "CAPA\r\nLANG\r\nSTLS\r\n", "+OK\r\n-ERR no\r\n+OK\r\nen\r\n.\r\n+OK\r\n");
}

TEST(Pop3, LoginEndsTheStateOfStls) {
    const auto& pop3 = sensor::identify::pop3::kProtocol;

    EXPECT_EQ(state_of(pop3, "USER a\r\nPASS b\r\nSTLS\r\n", "+OK\r\n+OK\r\n+OK\r\n+OK\r\n"),
              State::kNever);
    EXPECT_EQ(state_of(pop3, "APOP a c\r\n", "+OK\r\n+OK\r\n"), State::kNever);
    EXPECT_EQ(state_of(pop3, "AUTH PLAIN AGE=\r\n", "+OK\r\n+OK\r\n"), State::kNever);
    EXPECT_EQ(state_of(pop3, "AUTH PLAIN\r\nAGE=\r\n", "+OK\r\n+ \r\n+OK\r\n"), State::kNever);
    EXPECT_EQ(state_of(pop3, "PASS b\r\n", "+OK\r\n-ERR\r\n"), State::kPending);
}

TEST(Pop3, WhatIsNoReplyOrCloses) {
    const auto& pop3 = sensor::identify::pop3::kProtocol;

    EXPECT_EQ(state_of(pop3, "", "-ERR busy\r\n"), State::kNever);
    EXPECT_EQ(state_of(pop3, "QUIT\r\n", "+OK\r\n+OK\r\n"), State::kNever);
    EXPECT_EQ(state_of(pop3, "NOOP\r\n", "+OK\r\nwhat\r\n"), State::kNever);
    EXPECT_EQ(state_of(pop3, "STLS\r\n", "+OK\r\n-ERR\r\n"), State::kPending);
    EXPECT_EQ(state_of(pop3, "CAPA\r\n", "+OK\r\n+OK\r\nSTLS\r\n"), State::kPending);
}
