#include "sensor/identify/protocols/tls.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/web_dialogue.h"

namespace {

using namespace test;

constexpr const Protocol& kTls = sensor::identify::tls::kProtocol;

/// Offers 15 suites and 16 extensions, GREASE aside: the hello of JA4's published example.
constexpr auto kClientHello =
    "1603010138"
    "01000134"
    "0303"
    "404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f"
    "20a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf"
    "0020"
    "0a0a130113021303c02bc02fc02cc030cca9cca8c013c014009c009d002f0035"
    "0100"
    "00cb"
    "1a1a0000"
    "00000010000e00000b6578616d706c652e636f6d"  // example.com
    "00170000"
    "ff01000100"
    "000a000a00082a2a001d00170018"
    "000b00020100"
    "00230000"
    "0010000e000c02683208687474702f312e31"  // h2, http/1.1
    "000500050100000000"
    "000d0012001004030804040105030805050108060601"
    "00120000"
    "0033002b002b2a2a000100001d0020000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    "002d00020101"
    "002b0007065a5a03040303"  // GREASE, 1.3, 1.2
    "001b0003020002"
    "446900050003026832"
    "3a3a000100"
    "0015000400000000"_hex;

/// Chooses TLS 1.3 and echoes the session id.
constexpr auto kServerHello13 =
    "160303007a"
    "02000076"
    "0303"
    "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f"
    "20a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf"
    "130100"
    "002e"
    "00330024001d0020000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    "002b00020304"_hex;

/// Chooses TLS 1.2, no session id, ALPN h2; then a record goes on with another message.
constexpr auto kServerHello12 =
    "160303003e"
    "02000036"
    "0303"
    "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f"
    "00"
    "c02f00"
    "000e"
    "ff01000100"
    "001000050003026832"
    "0b000001"_hex;

/// SSL 3.0: no extensions.
constexpr auto kOldestHello =
    "160300002d"
    "01000029"
    "0300"
    "404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f"
    "00"
    "0002000a"
    "0100"_hex;

/// In SSL 2.0's form, for TLS 1.0: suites of both kinds and a challenge of 16 bytes.
constexpr auto kSsl2Form =
    "8025"
    "01"
    "0301"
    "000c"
    "0000"
    "0010"
    "00002f"
    "00000a"
    "010080"
    "0700c0"
    "000102030405060708090a0b0c0d0e0f"_hex;

Bytes with(Bytes said, std::size_t at, std::uint8_t value) {
    said.at(at) = value;
    return said;
}

/// A hello cut into records of `most` bytes each.
Bytes in_records_of(const Bytes& record, std::size_t most) {
    Bytes said;
    for (std::size_t at = 5; at < record.size(); at += most) {
        const std::size_t length = std::min(most, record.size() - at);
        said = said + Bytes{0x16, 3, 1, static_cast<std::uint8_t>(length >> 8U),
                            static_cast<std::uint8_t>(length & 0xffU)};
        const auto from = record.begin() + static_cast<std::ptrdiff_t>(at);
        said.insert(said.end(), from, from + static_cast<std::ptrdiff_t>(length));
    }
    return said;
}

/// A hello whose last extension, of `padding` zeros, makes it long.
Bytes padded_hello(std::size_t padding) {
    Bytes said = bytes_from(kClientHello);
    said.resize(said.size() - 8);  // the padding extension that it has
    const auto put = [&](std::size_t at, std::size_t value) {
        said[at] = static_cast<std::uint8_t>(value >> 8U);
        said[at + 1] = static_cast<std::uint8_t>(value & 0xffU);
    };
    put(3, 0x138 - 8 + 4 + padding);
    put(7, 0x134 - 8 + 4 + padding);
    put(112, 0xcb - 8 + 4 + padding);
    said = said + Bytes{0, 0x15, static_cast<std::uint8_t>(padding >> 8U),
                        static_cast<std::uint8_t>(padding & 0xffU)};
    said.resize(said.size() + padding);
    return said;
}

TEST(Tls, NamesBothHellos) {
    WebDialogue dialogue{Transport::kTcp};

    EXPECT_EQ(dialogue.client(bytes_from(kClientHello)), "tls");
    EXPECT_EQ(dialogue.last().role, Role::kClient);
    EXPECT_EQ(dialogue.server(bytes_from(kServerHello13)), "tls");
    EXPECT_EQ(dialogue.last().role, Role::kServer);
}

TEST(Tls, NamesAServerThatWasHeardFirst) {
    WebDialogue dialogue{Transport::kTcp};

    EXPECT_EQ(dialogue.server(bytes_from(kServerHello13)), "tls");
    EXPECT_EQ(dialogue.client(bytes_from(kClientHello)), "tls");
}

TEST(Tls, NamesTheOldestHellos) {
    EXPECT_EQ(WebDialogue{Transport::kTcp}.client(bytes_from(kOldestHello)), "tls");
    EXPECT_EQ(WebDialogue{Transport::kTcp}.client(bytes_from(kSsl2Form)), "tls");
}

TEST(Tls, NotesWhatTheClientAsksFor) {
    const Facts facts = facts_of(kTls, bytes_from(kClientHello), Direction::kToServer);

    EXPECT_EQ(facts.find(Fact::kTlsVersion), "TLS 1.3");
    EXPECT_EQ(facts.find(Fact::kTlsSni), "example.com");
    EXPECT_EQ(facts.find(Fact::kTlsAlpn), "h2,http/1.1");
    EXPECT_EQ(facts.find(Fact::kJa4), "t13d1516h2_8daaf6152771_e5627efa2ab1");
}

TEST(Tls, MarksANameThatMayBeTheOuterOne) {
    // encrypted_client_hello in the place of padding: outer; HKDF-SHA256, AES-128-GCM; id 42.
    const auto with_ech = [](const Bytes& body) {
        Bytes said = padded_hello(body.size());
        const std::size_t at = said.size() - body.size();
        said[at - 4] = 0xfe;
        said[at - 3] = 0x0d;
        std::ranges::copy(body, said.begin() + static_cast<std::ptrdiff_t>(at));
        return said;
    };
    const auto mark = [&](const Bytes& body) {
        EXPECT_EQ(client_says(kTls, with_ech(body)).match, Match::kYes);
        const Facts facts = facts_of(kTls, with_ech(body), Direction::kToServer);
        EXPECT_EQ(facts.find(Fact::kTlsSni), "example.com");
        return std::string{facts.find(Fact::kTlsEch)};
    };
    const Bytes outer = bytes_from("00 0001 0001 42 0004 aabbccdd 0003 010203"_hex);

    EXPECT_EQ(mark(outer), "outer");
    EXPECT_EQ(mark(with(outer, 0, 1)), "") << "inner hellos are sealed";
    EXPECT_EQ(mark(with(outer, 7, 5)), "") << "lengths do not add up";
    EXPECT_EQ(mark(bytes_from("00 0001 0001 42 0000 0000"_hex)), "") << "nothing is sealed";
    EXPECT_EQ(facts_of(kTls, bytes_from(kClientHello), Direction::kToServer).find(Fact::kTlsEch),
              "");
}

TEST(Tls, TakesTheRetryForAServersHello) {
    // HelloRetryRequest, RFC 8446 §4.1.4: the random is SHA-256 of its name.
    const Bytes retry = bytes_from(
        "1603030058 02000054 0303"
        "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c"
        "20a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf"
        "130100 000c 002b00020304 003300020017"_hex);
    WebDialogue dialogue{Transport::kTcp};

    EXPECT_EQ(dialogue.client(bytes_from(kClientHello)), "tls");
    EXPECT_EQ(dialogue.server(retry + bytes_from("140303000101"_hex)), "tls");
    EXPECT_EQ(facts_of(kTls, retry, Direction::kToClient).find(Fact::kTlsVersion), "TLS 1.3");
}

TEST(Tls, NotesWhatTheServerChose) {
    const Facts newer = facts_of(kTls, bytes_from(kServerHello13), Direction::kToClient);
    const Facts older = facts_of(kTls, bytes_from(kServerHello12), Direction::kToClient);

    EXPECT_EQ(newer.find(Fact::kTlsVersion), "TLS 1.3");
    EXPECT_EQ(older.find(Fact::kTlsVersion), "TLS 1.2");
    EXPECT_EQ(older.find(Fact::kTlsAlpn), "h2");
}

TEST(Tls, LeavesOutAHostNameWithOtherCharacters) {
    const Bytes said = with(bytes_from(kClientHello), 131, '/');

    EXPECT_EQ(client_says(kTls, said).match, Match::kYes);
    EXPECT_EQ(facts_of(kTls, said, Direction::kToServer).find(Fact::kTlsSni), "");
}

TEST(Tls, WaitsForTheWholeHello) {
    const Bytes hello = bytes_from(kClientHello);
    const Bytes answer = bytes_from(kServerHello13);
    const Bytes old = bytes_from(kSsl2Form);

    for (std::size_t length = 0; length < hello.size(); ++length) {
        EXPECT_EQ(ask_cut(kTls, hello, length, Direction::kToServer).match, Match::kNeedMore);
    }
    for (std::size_t length = 0; length < answer.size(); ++length) {
        EXPECT_EQ(ask_cut(kTls, answer, length, Direction::kToClient).match, Match::kNeedMore);
    }
    for (std::size_t length = 0; length < old.size(); ++length) {
        EXPECT_EQ(ask_cut(kTls, old, length, Direction::kToServer).match, Match::kNeedMore);
    }
    extract_cut_everywhere(kTls, hello, Direction::kToServer);
    extract_cut_everywhere(kTls, answer, Direction::kToClient);
    extract_cut_everywhere(kTls, old, Direction::kToServer);
}

TEST(Tls, PutsAHelloTogetherFromItsRecords) {
    const Bytes hello = bytes_from(kClientHello);
    for (const std::size_t most : {1U, 3U, 64U, 300U}) {
        const Bytes said = in_records_of(hello, most);

        EXPECT_EQ(client_says(kTls, said).match, Match::kYes) << most;
        EXPECT_EQ(facts_of(kTls, said, Direction::kToServer).find(Fact::kJa4),
                  "t13d1516h2_8daaf6152771_e5627efa2ab1");
        for (std::size_t length = 0; length < said.size(); ++length) {
            EXPECT_EQ(ask_cut(kTls, said, length, Direction::kToServer).match, Match::kNeedMore);
        }
    }
}

TEST(Tls, AcceptsAHelloThatOutgrowsTheWindow) {
    const Bytes said = padded_hello(6000);

    EXPECT_EQ(client_says(kTls, said).match, Match::kYes);
    EXPECT_EQ(ask_cut(kTls, said, 4095, Direction::kToServer).match, Match::kNeedMore);
    EXPECT_EQ(ask_cut(kTls, said, 4096, Direction::kToServer).match, Match::kYes);

    const Facts facts =
        facts_of(kTls, Bytes(said.begin(), said.begin() + 4096), Direction::kToServer);
    EXPECT_EQ(facts.find(Fact::kTlsSni), "example.com");
    EXPECT_EQ(facts.find(Fact::kJa4), "") << "a part has no fingerprint";
}

TEST(Tls, RefusesLengthsAndValuesThatDoNotFit) {
    const Bytes hello = bytes_from(kClientHello);
    const auto changed = [&](std::size_t at, std::uint8_t value) {
        return client_says(kTls, with(hello, at, value)).match;
    };

    EXPECT_EQ(changed(1, 4), Match::kNo) << "record version";
    EXPECT_EQ(changed(2, 5), Match::kNo) << "record version";
    EXPECT_EQ(changed(3, 0x41), Match::kNo) << "record longer than TLS allows";
    EXPECT_EQ(changed(4, 0x39), Match::kNo) << "record goes on after the hello";
    EXPECT_EQ(changed(5, 0), Match::kNo) << "another message";
    EXPECT_EQ(changed(10, 5), Match::kNo) << "hello version";
    EXPECT_EQ(changed(43, 33), Match::kNo) << "session id too long";
    EXPECT_EQ(changed(77, 31), Match::kNo) << "odd suites";
    EXPECT_EQ(changed(110, 0), Match::kNo) << "no compression method";
    EXPECT_EQ(changed(111, 1), Match::kNo) << "null compression missing";
    EXPECT_EQ(changed(113, 0xca), Match::kNo) << "extensions do not fill the hello";
    EXPECT_EQ(changed(121, 0x11), Match::kNo) << "server_name's extension one longer";
    EXPECT_EQ(changed(123, 0x0f), Match::kNo) << "server_name's list one longer";
    EXPECT_EQ(changed(139, 0x00), Match::kNo) << "server_name twice";
}

TEST(Tls, RefusesAChoiceThatWasNotOffered) {
    const Bytes hello = bytes_from(kClientHello);
    const std::uint32_t token = client_says(kTls, hello).token;
    const std::uint32_t old_token = client_says(kTls, bytes_from(kOldestHello)).token;
    const Bytes answer = bytes_from(kServerHello13);

    EXPECT_EQ(server_says(kTls, answer, token).match, Match::kYes);
    EXPECT_EQ(server_says(kTls, bytes_from(kServerHello12), token).match, Match::kYes);
    EXPECT_EQ(server_says(kTls, answer, old_token).match, Match::kNo) << "1.3 for SSL 3.0";
    EXPECT_EQ(server_says(kTls, with(answer, 44, 0xff), token).match, Match::kNo)
        << "another session id";
}

TEST(Tls, ReadsTheServerHelloOfEarlyDrafts) {
    const Bytes answer = bytes_from(
        "1603010030 0200002c 7f12"
        "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f"
        "1301 0006 002900020000"_hex);
    const std::uint32_t token = client_says(kTls, bytes_from(kClientHello)).token;

    EXPECT_EQ(server_says(kTls, answer, token).match, Match::kYes);
    EXPECT_EQ(facts_of(kTls, answer, Direction::kToClient).find(Fact::kTlsVersion), "TLS 1.3");
    EXPECT_EQ(server_says(kTls, with(answer, 10, 0x16), token).match, Match::kNo);
}

TEST(Tls, TakesAnAlertOnlyFromAServerWhoseClientSpokeTls) {
    const Bytes fatal = bytes_from("15030100020228"_hex);
    const Bytes warning = bytes_from("15030100020170"_hex);
    const std::uint32_t token = client_says(kTls, bytes_from(kClientHello)).token;

    EXPECT_EQ(server_says(kTls, fatal, token).match, Match::kYes);
    EXPECT_EQ(server_says(kTls, fatal).match, Match::kNo);
    EXPECT_EQ(server_says(kTls, bytes_from("15030100020229ff"_hex), token).match, Match::kNo);
    EXPECT_EQ(server_says(kTls, bytes_from("15030100020203"_hex), token).match, Match::kNo);
    EXPECT_EQ(server_says(kTls, warning, token).match, Match::kNeedMore);
    EXPECT_EQ(server_says(kTls, warning + bytes_from(kServerHello13), token).match, Match::kYes);

    WebDialogue dialogue{Transport::kTcp};
    EXPECT_EQ(dialogue.server(fatal), "");
    EXPECT_EQ(dialogue.client(bytes_from(kClientHello)), "tls");
    EXPECT_EQ(dialogue.server(fatal), "tls");
}

TEST(Tls, RefusesNearMisses) {
    // A record of application data, a heartbeat, and a length-prefixed protocol with the same
    // start.
    EXPECT_EQ(client_says(kTls, bytes_from("1703030010000102030405060708090a0b0c0d0e0f"_hex)).match,
              Match::kNo);
    EXPECT_EQ(client_says(kTls, bytes_from("1803020003014000"_hex)).match, Match::kNo);
    EXPECT_EQ(client_says(kTls, bytes_from("160300000c0100000401020304ffffffff"_hex)).match,
              Match::kNo);
    // SSL 2.0's form with a session id, and with lengths that do not add up.
    const Bytes old = bytes_from(kSsl2Form);
    EXPECT_EQ(client_says(kTls, with(old, 8, 16)).match, Match::kNo);
    EXPECT_EQ(client_says(kTls, with(old, 1, 0x26)).match, Match::kNo);
    EXPECT_EQ(client_says(kTls, with(old, 11, 8)).match, Match::kNo);
}

TEST(Tls, NeverNamesRandomBytes) {
    using namespace std::string_view_literals;

    EXPECT_EQ(count_recognised(kTls, "", 1, 600, Direction::kToServer), 0U);
    EXPECT_EQ(count_recognised(kTls, "\x16\x03\x01\x00\xf0\x01\x00\x00\xec\x03\x03"sv, 100, 600,
                               Direction::kToServer),
              0U);
    EXPECT_EQ(count_recognised(kTls, "\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03"sv, 50, 300,
                               Direction::kToClient),
              0U);
    EXPECT_EQ(count_recognised(kTls, "\x80\x2e\x01\x03\x01"sv, 16, 100, Direction::kToServer), 0U);
}

}  // namespace
