#include "tests/unit/identify/text_dialogue.h"
#include "tests/unit/identify/upgrade_check.h"

using namespace test;

TEST(Irc, RegistrationDecides) {
    for (const std::string_view said :
         {"CAP LS 302\r\n", "cap ls\n", "NICK bob\r\nUSER bob 0 * :Bob B\r\n",
          "PASS secret\r\nNICK bob\r\nUSER bob host server :Bob\r\n", "USER bob 8 * :Bob\r\n",
          "JOIN #chan\r\n", "NICK [b]ob^\r\nCAP REQ :multi-prefix\r\n",
          "PRIVMSG #chan :hello\r\n"}) {
        EXPECT_EQ(client_says(said), "irc") << said;
    }
}

TEST(Irc, NickOrPassAloneDecideOnlyAfterTheServer) {
    EXPECT_EQ(client_says("NICK bob\r\n"), "undecided");
    EXPECT_EQ(client_says("PASS secret\r\n"), "undecided");
    EXPECT_EQ(client_says("NICK bob\r\n", "irc"), "irc");
}

TEST(Irc, ServersMessagesDecide) {
    for (const std::string_view said :
         {":irc.example.org NOTICE AUTH :*** Looking up your hostname\r\n",
          ":irc.example.org 001 bob :Welcome\r\n", "NOTICE AUTH :*** Checking ident\r\n",
          ":irc.example.org CAP * LS :sasl\r\n", "NOTICE * :hello\n"}) {
        EXPECT_EQ(server_says(said), "irc") << said;
    }
    EXPECT_EQ(server_says("PING :12345\r\n"), "undecided");
    EXPECT_EQ(server_says("ERROR :Closing link\r\n"), "undecided");
    EXPECT_EQ(server_says("ERROR :Closing link\r\n", "irc"), "irc");
}

TEST(Irc, NearMissesAreUnknown) {
    for (const std::string_view said :
         {"NICK 1bob\r\n", "NICK two words\r\n", "CAP XX\r\n", "JOIN chan\r\n",
          "PRIVMSG #chan hello\r\n", "CAP LS\x01\r\n"}) {
        EXPECT_EQ(client_says(said), "unknown") << said;
    }
    EXPECT_EQ(client_says("USER bob\r\n"), "undecided");  // FTP's or POP3's
    EXPECT_EQ(client_says("USER bob 0 * :\x01\r\n"), "unknown");
    for (const std::string_view said :
         {": 001 bob :hi\r\n", ":server 1 bob\r\n", ":server 001 \r\n", ":123\n",
          ":server HELLO bob\r\n", "NOTICE hello\r\n"}) {
        EXPECT_EQ(server_says(said), "unknown") << said;
    }
}

TEST(Irc, CutsAreNothingElse) {
    expect_cuts_are_only("irc", "PASS secret\r\nNICK bob\r\nUSER bob 0 * :Bob B\r\n");
    expect_cuts_are_only("irc", ":irc.example.org NOTICE AUTH :*** Looking up\r\n");
    expect_cuts_are_only("irc", "CAP LS 302\r\n");
}

TEST(Irc, NoiseIsUnknown) {
    expect_noise_is_unknown({"NICK ", "USER a b c :", ":a 001 b ", "CAP LS", "NOTICE AUTH :"});
}

TEST(Irc, ClientRegistersAndServerWelcomes) {
    TextDialogue dialogue;

    dialogue.client("NICK bob\r\n").client("USER bob 0 * :Bob\r\n");
    EXPECT_EQ(dialogue.verdict(), "irc");
    dialogue.server(
        ":irc.example.org 001 bob :Welcome\r\n"
        ":irc.example.org 004 bob irc.example.org server-2.11 aio ov\r\n");

    EXPECT_EQ(dialogue.verdict(), "irc, both");
    EXPECT_EQ(dialogue.fact(sensor::Fact::kSoftware), "server-2.11");
}

TEST(Irc, ServersNoticeTellsWhatNickIs) {
    TextDialogue dialogue;

    dialogue.client("NICK bob\r\n").server("NOTICE AUTH :*** Checking ident\r\n");

    EXPECT_EQ(dialogue.verdict(), "irc, both");
}

TEST(Irc, StartTlsIsAnswered670) {
    const auto& irc = sensor::identify::irc::kProtocol;

    expect_upgrade(irc, "CAP LS\r\nSTARTTLS\r\n",
                   ":s NOTICE * :hello\r\n:s CAP * LS :tls\r\n:s 670 * :STARTTLS successful\r\n");
    expect_upgrade(irc, "starttls\nSTARTTLS\n", ":s 691 * :failed\n670 a :go\n");
}

TEST(Irc, RegistrationEndsTheStateOfStartTls) {
    const auto& irc = sensor::identify::irc::kProtocol;

    EXPECT_EQ(state_of(irc, "NICK a\r\nUSER a b c :d\r\n", ":s 001 a :Welcome\r\n"), State::kNever);
    EXPECT_EQ(state_of(irc, "STARTTLS\r\n", "ERROR :closing\r\n"), State::kNever);
    EXPECT_EQ(state_of(irc, "STARTTLS\r\n", ":s 691 * :failed\r\n"), State::kPending);
    EXPECT_EQ(state_of(irc, "NICK a\r\n", ":s 670 * :go\r\n"), State::kPending);
}
