#include "tests/unit/identify/text_dialogue.h"
#include "tests/unit/identify/upgrade_check.h"

using namespace test;

TEST(Smtp, GreetingThatNamesItDecides) {
    EXPECT_EQ(server_says("220 mx.example.org ESMTP ready\r\n"), "smtp");
    EXPECT_EQ(server_says("220-mx.example.org ESMTP\r\n220 ready\r\n"), "smtp");
    EXPECT_EQ(server_says("554 mx.example.org no SMTP service here\r\n"), "smtp");
    EXPECT_EQ(server_says("220 ftp.example.org smtp\n"), "smtp");
}

TEST(Smtp, GreetingThatCouldBeFtpDecidesNothing) {
    EXPECT_EQ(server_says("220 mx.example.org ready\r\n"), "undecided");
    EXPECT_EQ(server_says("220 smtp.example.org ready\r\n"), "undecided");
    EXPECT_EQ(server_says("220-mx.example.org ESMTP\r\n"), "undecided");
    EXPECT_EQ(server_says("220 mx.example.org SMTP and FTP\r\n"), "undecided");
    EXPECT_EQ(server_says("421 mx.example.org too busy\r\n"), "undecided");
}

TEST(Smtp, GreetingDecidesIfTheClientSpokeIt) {
    EXPECT_EQ(server_says("220 mx.example.org ready\r\n", "smtp"), "smtp");
    EXPECT_EQ(server_says("250 2.1.0 Ok\r\n", "smtp"), "smtp");
    EXPECT_EQ(server_says("299 what\r\n", "smtp"), "unknown");
}

TEST(Smtp, AnswerToEhloDecides) {
    EXPECT_EQ(server_says("220 mx ready\r\n250-mx.example.org\r\n250-SIZE 1000\r\n250 DSN\r\n"),
              "smtp");
    EXPECT_EQ(server_says("220 mx ready\r\n250 mx.example.org\r\n"), "undecided");
}

TEST(Smtp, ClientsCommandsDecide) {
    EXPECT_EQ(client_says("EHLO phone.example.org\r\n"), "smtp");
    EXPECT_EQ(client_says("ehlo [192.0.2.7]\n"), "smtp");
    EXPECT_EQ(client_says("HELO my_host\r\n"), "smtp");
    EXPECT_EQ(client_says("EHLO [IPv6:2001:db8::1]\r\n"), "smtp");
    EXPECT_EQ(client_says("MAIL FROM:<a@example.org> SIZE=100\r\n"), "smtp");
    EXPECT_EQ(client_says("RCPT TO:<b@example.org>\r\n"), "smtp");
    EXPECT_EQ(client_says("NOOP\r\nEHLO phone\r\n"), "smtp");
}

TEST(Smtp, ClientsSharedCommandsDecideOnlyAfterTheServer) {
    for (const std::string_view line : {"QUIT\r\n", "STARTTLS\r\n", "AUTH PLAIN AGEAYg==\r\n"}) {
        EXPECT_EQ(client_says(line), "undecided") << line;
        EXPECT_EQ(client_says(line, "smtp"), "smtp") << line;
    }
}

TEST(Smtp, NearMissesAreUnknown) {
    for (const std::string_view line :
         {"EHLO\r\n", "EHLO two words\r\n", "HELLO phone\r\n", "LHLO phone\r\n", "EHLO a/b\r\n",
          "MAIL a@example.org\r\n", "RCPT FROM:<a>\r\n", "EHLO phone\x01\r\n", "EHLOphone\r\n",
          "GET /\r\n", "MAIL FROM:a@example.org\r\n"}) {
        EXPECT_EQ(client_says(line), "unknown") << line;
    }
    EXPECT_EQ(server_says("220ESMTP\r\n"), "unknown");
    EXPECT_EQ(server_says("299 ESMTP\r\n"), "unknown");
    EXPECT_EQ(server_says("220-ESMTP\r\n250 ESMTP\r\n"), "undecided");  // FTP's banner may be free
    EXPECT_EQ(server_says("EHLO phone\r\n"), "unknown");
}

TEST(Smtp, CutsAreNothingElse) {
    expect_cuts_are_only("smtp", "EHLO phone.example.org\r\n");
    expect_cuts_are_only("smtp", "MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\n");
    expect_cuts_are_only("smtp", "220 mx.example.org ESMTP\r\n250-mx\r\n250 SIZE\r\n");
}

TEST(Smtp, NoiseIsUnknown) {
    expect_noise_is_unknown({"", "EHLO ", "MAIL FROM:<", "220 ", "220-", "220 a\r\n250-"});
}

TEST(Smtp, EhloTellsWhatThePlainGreetingWas) {
    TextDialogue dialogue;

    dialogue.server("220 mx.example.org ready\r\n");
    EXPECT_EQ(dialogue.verdict(), "unknown");
    dialogue.client("EHLO phone\r\n");

    EXPECT_EQ(dialogue.verdict(), "smtp, both");
    EXPECT_EQ(dialogue.fact(sensor::Fact::kBanner), "220 mx.example.org ready");
}

TEST(Smtp, GreetingTellsWhatAnotherwiseSharedCommandIs) {
    TextDialogue dialogue;

    dialogue.server("220 mx.example.org ESMTP\r\n").client("QUIT\r\n");

    EXPECT_EQ(dialogue.verdict(), "smtp, both");
}

TEST(Smtp, GreetingInPiecesIsPutTogether) {
    TextDialogue dialogue;

    dialogue.server("22").server("0 mx ES").server("MTP\r\n").client("EH").client("LO a\r\n");

    EXPECT_EQ(dialogue.verdict(), "smtp, both");
}

TEST(Smtp, ClientTurnsRoundASessionJoinedLate) {
    TextDialogue dialogue{Transport::kTcp, false};

    dialogue.client("220 mx.example.org ready\r\n").server("EHLO phone\r\n");

    EXPECT_EQ(dialogue.verdict(), "smtp, both");
    EXPECT_EQ(dialogue.session().direction_of(true), Direction::kToClient);
}

TEST(Smtp, EhloToAnFtpServerIsAConflict) {
    TextDialogue dialogue;

    dialogue.server("220 FTP server ready\r\n").client("EHLO phone\r\n");

    EXPECT_EQ(dialogue.verdict(), "conflict");
}

TEST(Smtp, StartTlsIsAnswered220) {
    const auto& smtp = sensor::identify::smtp::kProtocol;

    expect_upgrade(smtp, "EHLO a\r\nSTARTTLS\r\n",
                   "220 mx ESMTP\r\n250-mx\r\n250 STARTTLS\r\n220 2.0.0 go ahead\r\n");
    expect_upgrade(smtp, "ehlo a\nstarttls \n", "220 mx\n250 mx\n220-go\n220 ahead\n");
    expect_upgrade(smtp, "MAIL FROM:<a@b>\r\nSTARTTLS\r\n",
                   "220-mx\r\n220 ready\r\n530 Must issue a STARTTLS command first\r\n220\r\n");
    expect_upgrade(smtp, "STARTTLS\r\nNOOP\r\nSTARTTLS\r\n",
                   "220 mx\r\n454 later\r\n250 ok\r\n220 now\r\n");
}

TEST(Smtp, StartTlsMayFollowAuth) {
    expect_upgrade(
        sensor::identify::smtp::kProtocol, "EHLO a\r\nAUTH LOGIN\r\nYQ==\r\nYg==\r\nSTARTTLS\r\n",
        "220 mx\r\n250 mx\r\n334 VXNlcm5hbWU6\r\n334 UGFzc3dvcmQ6\r\n235 ok\r\n220 go\r\n");
}

TEST(Smtp, SessionInTheClearIsNotWaitedFor) {
    const auto& smtp = sensor::identify::smtp::kProtocol;

    EXPECT_EQ(state_of(smtp, "", "554 no service\r\n"), State::kNever);
    EXPECT_EQ(state_of(smtp, "QUIT\r\n", "220 mx\r\n221 bye\r\n"), State::kNever);
    EXPECT_EQ(state_of(smtp, "STARTTLS\r\n", "220 mx\r\n421 closing\r\n"), State::kNever);
    EXPECT_EQ(state_of(smtp, "DATA\r\nSTARTTLS\r\n.\r\n", "220 mx\r\n354 go\r\n250 ok\r\n"),
              State::kNever);
    EXPECT_EQ(state_of(smtp, "BDAT 10\r\nSTARTTLS\r\n", "220 mx\r\n220 ok\r\n"), State::kNever);
    EXPECT_EQ(state_of(smtp, "EHLO a\r\n", "220 mx\r\n\x16\x03\r\n"), State::kNever);
}

TEST(Smtp, RefusedStartTlsMayBeRepeated) {
    const auto& smtp = sensor::identify::smtp::kProtocol;

    EXPECT_EQ(state_of(smtp, "STARTTLS\r\n", "220 mx\r\n454 no\r\n"), State::kPending);
    EXPECT_EQ(state_of(smtp, "STARTTLS now\r\n", "220 mx\r\n220 ok\r\n"), State::kPending);
    EXPECT_EQ(state_of(smtp, "NOOP\r\n", "220 mx\r\n220 ok\r\n"), State::kPending);
}

TEST(Smtp, FullWindowIsNotWaitedFor) {
    const std::string noops(4100, '\n');

    EXPECT_EQ(state_of(sensor::identify::smtp::kProtocol, noops, "220 mx\r\n250 ok\r\n"),
              State::kPending)
        << "the server may still answer";
    EXPECT_EQ(state_of(sensor::identify::smtp::kProtocol, std::string(4096, 'A'), "220 mx\r\n"),
              State::kNever);
}
