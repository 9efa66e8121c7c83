#include "tests/unit/identify/text_dialogue.h"
#include "tests/unit/identify/upgrade_check.h"

using namespace test;

TEST(Ftp, GreetingThatNamesItDecides) {
    EXPECT_EQ(server_says("220 FTP server ready.\r\n"), "ftp");
    EXPECT_EQ(server_says("220 (vsFTPd 3.0.5)\r\n"), "ftp");
    EXPECT_EQ(server_says("220-Welcome to Pure-FTPd\r\nfree text\r\n220 go on\r\n"), "ftp");
    EXPECT_EQ(server_says("220 smtp.example.org FTP service\n"), "ftp");
}

TEST(Ftp, GreetingThatCouldBeSmtpDecidesNothing) {
    EXPECT_EQ(server_says("220 ftp.example.org ready\r\n"), "undecided");
    EXPECT_EQ(server_says("220-ProFTPD\r\n"), "undecided");
    EXPECT_EQ(server_says("421 busy\r\n"), "undecided");
    EXPECT_EQ(server_says("220 ftp.example.org ready\r\n", "ftp"), "ftp");
}

TEST(Ftp, SecondReplyDecides) {
    EXPECT_EQ(server_says("220 ready\r\n331 password, please\r\n"), "ftp");
    EXPECT_EQ(server_says("220 ready\r\n230 welcome\r\n"), "ftp");
    EXPECT_EQ(server_says("220 ready\r\n500 what\r\n"), "undecided");
}

TEST(Ftp, ClientsCommandsDecide) {
    for (const std::string_view line :
         {"FEAT\r\n", "AUTH TLS\r\n", "auth ssl\n", "SYST\r\n", "PASV\r\n", "TYPE I\r\n",
          "PORT 192,0,2,1,4,1\r\n", "EPRT |1|192.0.2.1|6275|\r\n", "OPTS UTF8 ON\r\n",
          "USER bob\r\nPASS x\r\nSYST\r\n", "PBSZ 0\r\nPROT P\r\n"}) {
        EXPECT_EQ(client_says(line), "ftp") << line;
    }
}

TEST(Ftp, UserAloneDecidesOnlyAfterTheServer) {
    EXPECT_EQ(client_says("USER bob\r\n"), "undecided");
    EXPECT_EQ(client_says("USER bob\r\nPASS secret\r\n"), "undecided");
    EXPECT_EQ(client_says("USER bob\r\n", "ftp"), "ftp");
}

TEST(Ftp, NearMissesAreUnknown) {
    for (const std::string_view line :
         {"FEAT now\r\n", "TYPE X\r\n", "PORT 192,0,2,1\r\n", "PASV 1\r\n", "PBSZ x\r\n",
          "SYST\x01\r\n", "EPRT 1\r\n", "FEATURE\r\n"}) {
        EXPECT_EQ(client_says(line), "unknown") << line;
    }
    EXPECT_EQ(server_says("220FTP\r\n"), "unknown");
    EXPECT_EQ(server_says("199 FTP\r\n"), "unknown");
    EXPECT_EQ(server_says("220-FTP\r\n\x01\r\n220 x\r\n"), "unknown");
    EXPECT_EQ(client_says("220 FTP\r\n"), "unknown");
}

TEST(Ftp, CutsAreNothingElse) {
    expect_cuts_are_only("ftp", "USER bob\r\nPASS secret\r\nSYST\r\n");
    expect_cuts_are_only("ftp", "220-Welcome\r\n to FTP\r\n220 go on\r\n331 password\r\n");
    expect_cuts_are_only("ftp", "220 ftp.example.org ready\r\n331 password\r\n");
}

TEST(Ftp, NoiseIsUnknown) {
    expect_noise_is_unknown({"USER ", "PORT 1,", "220 FTP ", "220-", "FEAT", "220 a\r\n331-"});
}

TEST(Ftp, PasswordPromptTellsWhatUserAndGreetingWere) {
    TextDialogue dialogue;

    dialogue.server("220 ready\r\n").client("USER bob\r\n");
    EXPECT_EQ(dialogue.verdict(), "unknown");
    dialogue.server("331 password, please\r\n");

    EXPECT_EQ(dialogue.verdict(), "ftp, both");
    EXPECT_EQ(dialogue.fact(sensor::Fact::kBanner), "220 ready");
}

TEST(Ftp, GreetingTellsWhatUserIs) {
    TextDialogue dialogue;

    dialogue.server("220 (vsFTPd 3.0.5)\r\n").client("USER bob\r\n");

    EXPECT_EQ(dialogue.verdict(), "ftp, both");
}

TEST(Ftp, AuthTlsTellsWhatThePlainGreetingWas) {
    TextDialogue dialogue;

    dialogue.server("220 ready\r\n").client("AUTH TLS\r\n");

    EXPECT_EQ(dialogue.verdict(), "ftp, both");
}

TEST(Ftp, GreetingMayBeInAnyEncoding) {
    EXPECT_EQ(server_says("220-Willkommen, sch\xf6n\r\n220 FTP\r\n"), "ftp");
}

TEST(Ftp, AuthTlsIsAnswered234) {
    const auto& ftp = sensor::identify::ftp::kProtocol;

    expect_upgrade(ftp, "AUTH TLS\r\n", "220 ready\r\n234 go\r\n");
    expect_upgrade(ftp, "auth tls-c\nAUTH SSL \n",
                   "120 soon\n220-a\n b\n220 ready\n504 no\n234 go\n");
    expect_upgrade(ftp, "FEAT\r\nAUTH TLS\r\n",
                   "220 FTP\r\n211-Features\r\n AUTH TLS\r\n211 end\r\n234 go\r\n");
    expect_upgrade(ftp, "USER a\r\nPASS b\r\nLIST\r\nAUTH TLS\r\n",
                   "220 r\r\n331 p\r\n230 in\r\n150 data\r\n226 done\r\n234 go\r\n");
}

TEST(Ftp, WhatLeadsNowhere) {
    const auto& ftp = sensor::identify::ftp::kProtocol;

    EXPECT_EQ(state_of(ftp, "AUTH TLS\r\n", "220 r\r\n534 no\r\n"), State::kPending);
    EXPECT_EQ(state_of(ftp, "AUTH GSSAPI\r\n", "220 r\r\n234 ok\r\n"), State::kPending);
    EXPECT_EQ(state_of(ftp, "AUTH TLS\r\n", "220 r\r\n334 more\r\n"), State::kPending);
    EXPECT_EQ(state_of(ftp, "QUIT\r\n", "220 r\r\n221 bye\r\n"), State::kNever);
    EXPECT_EQ(state_of(ftp, "", "421 full\r\n"), State::kNever);
    EXPECT_EQ(state_of(ftp, "USER a\r\n", "220 r\r\n\x16\x03\r\n"), State::kNever);
}
