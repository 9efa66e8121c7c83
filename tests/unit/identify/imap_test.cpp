#include "tests/unit/identify/text_dialogue.h"
#include "tests/unit/identify/upgrade_check.h"

using namespace test;

TEST(Imap, GreetingDecides) {
    EXPECT_EQ(server_says("* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n"), "imap");
    EXPECT_EQ(server_says("* PREAUTH welcome back\r\n"), "imap");
    EXPECT_EQ(server_says("* BYE overloaded\n"), "imap");
    EXPECT_EQ(server_says("* CAPABILITY IMAP4rev1\r\n"), "imap");
}

TEST(Imap, ClientsCommandsDecide) {
    for (const std::string_view line :
         {"a001 CAPABILITY\r\n", "1 capability\n", "A1 LOGIN bob \"pass word\"\r\n",
          "a.2 LOGIN \"bob\" secret\r\n", "x3 LOGIN {3}\r\n", "CFIE0 AUTHENTICATE PLAIN\r\n",
          "A1 ID (\"name\" \"phone\")\r\n", "A1 ID NIL\r\n", "a2 STARTTLS\r\n",
          "a3 SELECT INBOX\r\n", "a4 NOOP\r\n"}) {
        EXPECT_EQ(client_says(line), "imap") << line;
    }
}

TEST(Imap, TagWithoutDigitDecidesOnlyAfterTheServer) {
    EXPECT_EQ(client_says("tag CAPABILITY\r\n"), "undecided");
    EXPECT_EQ(client_says("tag CAPABILITY\r\n", "imap"), "imap");
    EXPECT_EQ(client_says("NICK logout\r\n"), "undecided");
}

TEST(Imap, NearMissesAreUnknown) {
    for (const std::string_view line :
         {"a001 CAPABILITY now\r\n", "a001 LOGIN bob\r\n", "a001  CAPABILITY\r\n",
          "a001 ID name\r\n", "a+1 NOOP\r\n", "GET LOGIN HTTP/1.1\r\nHost: a\r\n",
          "a001 CAPABILITY\x01\r\n", "a001 LOGIN \"bob\r\n"}) {
        EXPECT_EQ(client_says(line), "unknown") << line;
    }
    EXPECT_EQ(server_says("*OK ready\r\n"), "unknown");
    EXPECT_EQ(server_says("* OK \r\n"), "unknown");
    EXPECT_EQ(server_says("* OKAY ready\r\n"), "unknown");
    EXPECT_EQ(server_says("* CAPABILITY ACAP\r\n"), "unknown");
    EXPECT_EQ(client_says("* OK ready\r\n"), "unknown");
}

TEST(Imap, CutsAreNothingElse) {
    expect_cuts_are_only("imap", "* OK [CAPABILITY IMAP4rev1] ready\r\n");
    expect_cuts_are_only("imap", "a001 LOGIN bob secret\r\na002 SELECT INBOX\r\n");
}

TEST(Imap, NoiseIsUnknown) {
    expect_noise_is_unknown({"* OK ", "a001 LOGIN ", "a1 CAPABILITY", "* BYE "});
}

TEST(Imap, ServerGreetsAndClientAnswers) {
    TextDialogue dialogue;

    dialogue.server("* OK ready\r\n").client("tag STARTTLS\r\n");

    EXPECT_EQ(dialogue.verdict(), "imap, both");
    EXPECT_EQ(dialogue.fact(sensor::Fact::kBanner), "* OK ready");
}

TEST(Imap, StartTlsIsAnsweredOkWithItsTag) {
    const auto& imap = sensor::identify::imap::kProtocol;

    expect_upgrade(imap, "a1 STARTTLS\r\n", "* OK ready\r\na1 OK Begin TLS\r\n");
    expect_upgrade(imap, "1 capability\n2 starttls \n",
                   "* OK r\n* CAPABILITY IMAP4rev1 STARTTLS\n1 OK done\n2 ok go\n");
    expect_upgrade(imap, "a STARTTLS\r\nb NOOP\r\nc STARTTLS\r\n",
                   "* OK r\r\na BAD later\r\nb OK\r\n* OK still here\r\nc OK now\r\n");
    expect_upgrade(imap, "a LOGIN {12+}\r\nb STARTTLS\r\n {1}\r\nx\r\nc STARTTLS\r\n",
                   "* OK r\r\n+ go\r\na NO wrong\r\nc OK now\r\n");
    expect_upgrade(imap, "a AUTHENTICATE PLAIN\r\nAGEAYg==\r\nb STARTTLS\r\n",
                   "* OK r\r\n+ \r\na NO wrong\r\nb OK go\r\n");
}

TEST(Imap, LoginEndsTheStateOfStartTls) {
    const auto& imap = sensor::identify::imap::kProtocol;

    EXPECT_EQ(state_of(imap, "a LOGIN b c\r\nd STARTTLS\r\n", "* OK\r\na OK in\r\nd OK go\r\n"),
              State::kNever);
    EXPECT_EQ(state_of(imap, "a AUTHENTICATE PLAIN AGE=\r\n", "* OK\r\na OK in\r\n"),
              State::kNever);
    EXPECT_EQ(state_of(imap, "", "* PREAUTH in\r\n"), State::kNever);
    EXPECT_EQ(state_of(imap, "", "* BYE full\r\n"), State::kNever);
}

TEST(Imap, OthersAnswersDoNotStartTls) {
    const auto& imap = sensor::identify::imap::kProtocol;

    EXPECT_EQ(state_of(imap, "a STARTTLS\r\n", "* OK\r\nb OK go\r\n"), State::kPending);
    EXPECT_EQ(state_of(imap, "a STARTTLS\r\n", "* OK\r\na NO\r\n"), State::kPending);
    EXPECT_EQ(state_of(imap, "a STARTTLS now\r\n", "* OK\r\na OK\r\n"), State::kPending);
    EXPECT_EQ(state_of(imap, "a STARTTLS\r\n", "* OK\r\n* a OK {9}\r\na OK go\r\n"),
              State::kPending)
        << "inside a literal";
}
