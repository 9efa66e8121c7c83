#include "sensor/identify/protocols/ssh.h"

#include <gtest/gtest.h>

#include "tests/unit/identify/web_dialogue.h"

namespace {

using namespace test;
using namespace std::string_view_literals;

constexpr const Protocol& kSsh = sensor::identify::ssh::kProtocol;

Match client(std::string_view text) {
    return client_says(kSsh, bytes_from(text)).match;
}

Bytes name_list(std::string_view names) {
    return Bytes{0, 0, 0, static_cast<std::uint8_t>(names.size())} + bytes_from(names);
}
/// A whole SSH_MSG_KEXINIT, RFC 4253 §7.1; `algorithms` stands in each of the eight lists of such.
Bytes key_exchange(std::string_view algorithms = "aes128-ctr,none", std::uint8_t guessed = 0) {
    Bytes payload{20};
    payload.resize(17, 0xc7);  // the cookie
    for (int list = 0; list < 8; ++list)
        payload = payload + name_list(algorithms);
    payload = payload + name_list("") + name_list("en") + Bytes{guessed, 0, 0, 0, 0};
    std::size_t padding = 4;
    while ((5 + payload.size() + padding) % 8 != 0)
        ++padding;
    const auto length = 1 + payload.size() + padding;
    return Bytes{0, 0, static_cast<std::uint8_t>(length >> 8U), static_cast<std::uint8_t>(length),
                 static_cast<std::uint8_t>(padding)} +
           payload + Bytes(padding, 0xee);
}
Match changed(std::size_t at, std::uint8_t value) {
    Bytes said = key_exchange();
    said[at] = value;
    return client_says(kSsh, said).match;
}

TEST(Ssh, NamesBothDirections) {
    WebDialogue dialogue{Transport::kTcp};

    EXPECT_EQ(dialogue.server(bytes_from("SSH-1.99-OpenSSH_9.2 Debian\r\n"sv)), "ssh");
    EXPECT_EQ(dialogue.client(bytes_from("SSH-2.0-PuTTY\n"sv)), "ssh");
}

TEST(Ssh, TakesEveryVersion) {
    EXPECT_EQ(client("SSH-2.0-a\r\n"), Match::kYes);
    EXPECT_EQ(client("SSH-1.99-a b c\r\n\0\0\x01"sv), Match::kYes);
    EXPECT_EQ(client("SSH-1.5-a\n"), Match::kYes);
    EXPECT_EQ(client("SSH-1.99-a \0\0\0\n"sv), Match::kYes) << "padded";
}

TEST(Ssh, RefusesWhatOnlyStartsLikeIt) {
    for (const std::string_view line :
         {"SSH-3.0-a\r\n"sv, "SSH-1.98-a\r\n"sv, "SSH-2.0 a\r\n"sv, "ssh-2.0-a\r\n"sv,
          "SSH-2.0-a\x01\r\n"sv, "SSH-2.0-a\0b\r\n"sv, "SSH-2.0-\xc3\xa9\r\n"sv}) {
        EXPECT_EQ(client(line), Match::kNo) << line;
    }
    EXPECT_EQ(client("SSH-2.0-" + std::string(300, 'a') + "\r\n"), Match::kNo);
}

TEST(Ssh, WaitsForTheLinesEnd) {
    const Bytes said = bytes_from("SSH-2.0-OpenSSH_9.2\r\n"sv);

    for (std::size_t length = 9; length < said.size(); ++length) {
        EXPECT_EQ(ask_cut(kSsh, said, length, Direction::kToServer).match, Match::kNeedMore);
    }
}

TEST(Ssh, NotesTheLineWithoutItsPadding) {
    const Bytes said = bytes_from("SSH-1.99-a b\0\0\r\n"sv);

    EXPECT_EQ(facts_of(kSsh, said, Direction::kToClient).find(Fact::kSshServerVersion),
              "SSH-1.99-a b");
    EXPECT_EQ(facts_of(kSsh, said, Direction::kToServer).find(Fact::kSshClientVersion),
              "SSH-1.99-a b");
    EXPECT_TRUE(facts_of(kSsh, key_exchange(), Direction::kToServer).empty());
}

TEST(Ssh, KeyExchangeTellsASessionJoinedLate) {
    WebDialogue dialogue{Transport::kTcp};

    EXPECT_EQ(dialogue.client(key_exchange()), "ssh");
    EXPECT_EQ(dialogue.server(key_exchange("curve25519-sha256", 1) + Bytes{1, 2, 3}), "ssh");
}

TEST(Ssh, KeyExchangeIsWaitedFor) {
    const Bytes said = key_exchange();

    // All but the padding is looked at.
    for (std::size_t length = 1; length + said[4] < said.size(); ++length) {
        EXPECT_EQ(ask_cut(kSsh, said, length, Direction::kToServer).match, Match::kNeedMore)
            << length;
    }
}

TEST(Ssh, RefusesAnotherKeyExchange) {
    constexpr std::size_t kFirstList = 22;
    const Bytes said = key_exchange();
    const std::size_t reserved = said.size() - said[4] - 1;

    EXPECT_EQ(changed(3, static_cast<std::uint8_t>(said[3] + 8)), Match::kNo) << "packet length";
    EXPECT_EQ(changed(2, 0x90), Match::kNo) << "packet length";
    EXPECT_EQ(changed(4, 3), Match::kNo) << "padding";
    EXPECT_EQ(changed(5, 21), Match::kNo) << "another message";
    EXPECT_EQ(changed(kFirstList + 3, 0), Match::kNo) << "an empty list";
    EXPECT_EQ(changed(kFirstList, 1), Match::kNo) << "a long list";
    EXPECT_EQ(changed(kFirstList + 4, ','), Match::kNo) << "an empty name";
    EXPECT_EQ(changed(kFirstList + 5, ' '), Match::kNo) << "a space";
    EXPECT_EQ(changed(kFirstList + 5, 0xe9), Match::kNo) << "not ASCII";
    EXPECT_EQ(changed(reserved, 1), Match::kNo) << "reserved";
    EXPECT_EQ(client_says(kSsh, key_exchange("a", 2)).match, Match::kNo) << "a boolean of 2";
}

TEST(Ssh, NeverNamesRandomBytes) {
    EXPECT_EQ(count_recognised(kSsh, "", 1, 300, Direction::kToServer), 0U);
    EXPECT_EQ(count_recognised(kSsh, "\0\0\x01\x04\x06\x14"sv, 300, 600, Direction::kToServer), 0U);
}

}  // namespace
