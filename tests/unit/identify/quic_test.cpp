#include "sensor/identify/protocols/quic.h"

#include <gtest/gtest.h>

#include "lib/digest/digest.h"
#include "lib/digest/quic_initial.h"
#include "sensor/identify/quic_hello.h"
#include "tests/support/hex.h"
#include "tests/unit/identify/quic_datagrams.h"
#include "tests/unit/identify/web_dialogue.h"

namespace {

using namespace test;
using namespace std::string_view_literals;

constexpr const Protocol& kQuic = sensor::identify::quic::kProtocol;

/// Addressed to the client that sent from an empty connection id; nobody on the path can read it.
Bytes server_initial(std::size_t size, std::uint8_t destination_length = 0) {
    Bytes said = bytes_from("c0 00000001"_hex) + Bytes{destination_length};
    said.resize(said.size() + destination_length, 0x77);
    said = said + bytes_from("08 f067a5502a4262b5 00"_hex);
    const std::size_t length = size - said.size() - 2;
    said = said + Bytes{static_cast<std::uint8_t>(0x40U | (length >> 8U)),
                        static_cast<std::uint8_t>(length & 0xffU)};
    said.resize(size, 0xa5);
    return said;
}

TEST(QuicKeys, AreThoseOfTheSpecifications) {
    constexpr auto kDestination = "8394c8f03e515708"_hex;
    constexpr digest::QuicSalt kVersion1{.salt = "38762cf7f55934b34d179ae6a4c80cadccbb7f0a"_hex};
    constexpr digest::QuicSalt kVersion2{.salt = "0dede3def700a6db819381be6e269dcbf9bd2ed9"_hex,
                                         .label = "quicv2"};

    const auto first = digest::quic_client_keys(kVersion1, kDestination);   // RFC 9001 §A.1
    const auto second = digest::quic_client_keys(kVersion2, kDestination);  // RFC 9369 §A.1

    EXPECT_EQ(digest::hexadecimal(first.key), "1f369613dd76d5467730efcbe3b1a22d");
    EXPECT_EQ(digest::hexadecimal(first.iv), "fa044b2f42a3fd3b46fb255c");
    EXPECT_EQ(digest::hexadecimal(first.header), "9f50449e04a0e810283a1e9933adedd2");
    EXPECT_EQ(digest::hexadecimal(second.key), "8b1a0bc121284290a29e0971b5cd045d");
    EXPECT_EQ(digest::hexadecimal(second.iv), "91f73e2351d8fa91660e909f");
    EXPECT_EQ(digest::hexadecimal(second.header), "45b95e15235d6f45a6b19cbcb0294ba9");
}

TEST(Quic, NamesBothDirections) {
    WebDialogue dialogue{Transport::kUdp};

    EXPECT_EQ(dialogue.client(bytes_from(kQuic1Initial)), "quic");
    EXPECT_EQ(dialogue.last().role, Role::kClient);
    EXPECT_EQ(dialogue.server(server_initial(135)), "quic");
    EXPECT_EQ(dialogue.last().role, Role::kServer);
}

TEST(Quic, OpensEveryVersionsInitial) {
    const auto version = [](const auto& datagram) {
        EXPECT_EQ(WebDialogue{Transport::kUdp}.client(bytes_from(datagram)), "quic");
        return std::string{
            facts_of(kQuic, bytes_from(datagram), Direction::kToServer).find(Fact::kQuicVersion)};
    };

    EXPECT_EQ(version(kQuic1Initial), "v1");
    EXPECT_EQ(version(kQuic2Initial), "v2");
    EXPECT_EQ(version(kDraft29Initial), "draft-29");
    EXPECT_EQ(version(kDraft27Initial), "draft-27");
    EXPECT_EQ(version(kDraft22Initial), "draft-22");
}

TEST(Quic, NotesTheHelloInside) {
    for (const auto* datagram : {&kQuic1Initial, &kDraft29Initial}) {
        const Facts facts = facts_of(kQuic, bytes_from(*datagram), Direction::kToServer);

        EXPECT_EQ(facts.find(Fact::kTlsSni), "example.com");
        EXPECT_EQ(facts.find(Fact::kTlsAlpn), "alpn");
        EXPECT_EQ(facts.find(Fact::kTlsVersion), "TLS 1.3");
        EXPECT_EQ(facts.find(Fact::kJa4).substr(0, 23), "q13d0211an_62ed6f6ca7ad");
    }
}

TEST(Quic, RefusesAClientsInitialThatDoesNotDecrypt) {
    const Bytes said = bytes_from(kQuic1Initial);
    for (std::size_t at = 6; at < said.size(); ++at) {
        Bytes changed = said;
        changed[at] ^= 1U;
        EXPECT_NE(client_says(kQuic, changed).match, Match::kYes) << at;
    }
}

TEST(Quic, RefusesADatagramThatWasCut) {
    const Bytes said = bytes_from(kQuic1Initial);

    for (std::size_t length = 0; length < said.size(); ++length) {
        EXPECT_EQ(ask_cut(kQuic, said, length, Direction::kToServer).match, Match::kNo);
        EXPECT_EQ(ask_cut(kQuic, said, length, Direction::kToClient, 1).match, Match::kNo);
    }
    extract_cut_everywhere(kQuic, said, Direction::kToServer);
}

TEST(Quic, WantsTheServerToAddressItsClient) {
    const std::uint32_t token = client_says(kQuic, bytes_from(kQuic1Initial)).token;

    EXPECT_EQ(server_says(kQuic, server_initial(135), token).match, Match::kYes);
    EXPECT_EQ(server_says(kQuic, server_initial(135, 8), token).match, Match::kNo);
}

TEST(Quic, TakesAServerUnheardOnlyByAFullInitial) {
    EXPECT_EQ(server_says(kQuic, server_initial(1200)).match, Match::kYes);
    EXPECT_EQ(server_says(kQuic, server_initial(1199)).match, Match::kNeedMore);
    EXPECT_EQ(client_says(kQuic, server_initial(1200)).match, Match::kNeedMore);
}

TEST(Quic, WalksCoalescedPackets) {
    const std::uint32_t token = client_says(kQuic, bytes_from(kQuic1Initial)).token;
    const Bytes first = server_initial(135);
    const Bytes handshake =
        bytes_from("e0 00000001 00 08 f067a5502a4262b5 14"_hex) + Bytes(0x14, 0xa5);
    Bytes other_source = handshake;
    other_source[8] ^= 1U;

    EXPECT_EQ(server_says(kQuic, first + handshake, token).match, Match::kYes);
    EXPECT_EQ(server_says(kQuic, handshake, token).match, Match::kYes);
    EXPECT_EQ(server_says(kQuic, first + handshake + Bytes(30, 0x55), token).match, Match::kYes);
    EXPECT_EQ(server_says(kQuic, first + other_source, token).match, Match::kNo);
    EXPECT_EQ(server_says(kQuic, first + Bytes(30, 0xff), token).match, Match::kNo);
}

TEST(Quic, TakesNegotiationAndRetryAsAnswers) {
    const std::uint32_t token = client_says(kQuic, bytes_from(kQuic1Initial)).token;
    const Bytes negotiation =
        bytes_from("80 00000000 00 08 8394c8f03e515708 00000001 6b3343cf"_hex);
    // The sample of RFC 9001 appendix A.4.
    const Bytes retry =
        bytes_from("ff000000010008f067a5502a4262b5746f6b656e04a265ba2eff4d829058fb3f0f2496ba"_hex);

    EXPECT_EQ(server_says(kQuic, negotiation, token).match, Match::kYes);
    EXPECT_EQ(server_says(kQuic, negotiation + Bytes{0}, token).match, Match::kNo);
    EXPECT_EQ(server_says(kQuic, negotiation, token + 1).match, Match::kNo);
    EXPECT_EQ(server_says(kQuic, retry, token).match, Match::kYes);
    EXPECT_EQ(server_says(kQuic, retry).match, Match::kNo);
}

TEST(Quic, TakesAnAnswerWithoutTheFixedBit) {
    const std::uint32_t token = client_says(kQuic, bytes_from(kQuic1Initial)).token;
    Bytes answer = server_initial(1200);
    answer[0] = 0x80;

    EXPECT_EQ(server_says(kQuic, answer, token).match, Match::kYes) << "RFC 9287";
    EXPECT_EQ(server_says(kQuic, answer).match, Match::kNo);
}

TEST(Quic, ReadsGooglesHelloInClear) {
    // Version Q043, hash left zero, then CHLO with PAD, SNI and VER.
    const Bytes hello = bytes_from(
        "0d 0102030405060708 51303433 01 000000000000000000000000 a0 01 0031"
        "43484c4f 03000000 50414400 02000000 534e4900 0d000000 56455200 11000000"
        "2d2d 6578616d706c652e636f6d 51303433"_hex);
    WebDialogue dialogue{Transport::kUdp};

    EXPECT_EQ(dialogue.client(hello), "quic");
    const Facts facts = facts_of(kQuic, hello, Direction::kToServer);
    EXPECT_EQ(facts.find(Fact::kQuicVersion), "Q043");
    EXPECT_EQ(facts.find(Fact::kTlsSni), "example.com");
    for (std::size_t length = 0; length < hello.size(); ++length) {
        EXPECT_EQ(ask_cut(kQuic, hello, length, Direction::kToServer).match, Match::kNo);
    }
    for (const std::size_t at : {0U, 9U, 26U, 27U, 30U, 34U, 40U, 42U, 48U}) {
        Bytes changed = hello;
        changed[at] = 0xff;
        EXPECT_EQ(client_says(kQuic, changed).match, Match::kNo) << at;
    }
}

TEST(Quic, ReadsGooglesLongHeaders) {
    const Bytes hello = bytes_from(
        "c0 51303436 50 0102030405060708 01 000000000000000000000000 a0 01 0014"
        "43484c4f 01000000 56455200 04000000 51303436"_hex);
    const Bytes answer =
        bytes_from("c0 51303436 05 0102030405060708 01 000000000000000000000000 40"_hex);
    const Bytes other = bytes_from("c0 51303436 05 0102030405060709 01 0000"_hex) + Bytes(20, 0);
    WebDialogue dialogue{Transport::kUdp};

    EXPECT_EQ(dialogue.server(answer), "") << "unheard";
    EXPECT_EQ(dialogue.client(hello), "quic");
    EXPECT_EQ(dialogue.server(answer), "quic");
    EXPECT_EQ(dialogue.server(other), "") << "another connection";
}

TEST(Quic, NeverNamesRandomBytes) {
    EXPECT_EQ(count_recognised(kQuic, "", 1, 1400, Direction::kToServer), 0U);
    EXPECT_EQ(
        count_recognised(kQuic, "\xc3\0\0\0\x01\x08"sv, 1200, 1400, Direction::kToServer, 0, 2'000),
        0U);
    EXPECT_EQ(count_recognised(kQuic, "\xc3\0\0\0\x01"sv, 1200, 1400, Direction::kToClient, 7), 0U);
    EXPECT_EQ(count_recognised(kQuic, "\x0d--------Q043"sv, 13, 300, Direction::kToServer), 0U);
    EXPECT_EQ(count_recognised(kQuic, "\x80\0\0\0\0"sv, 8, 100, Direction::kToClient, 7), 0U);
}

TEST(CryptoStream, RefusesFramesThatInitialPacketsMayNotCarry) {
    const auto add = [](bytes::View frames) {
        sensor::identify::CryptoStream stream;
        return stream.add_frames(frames);
    };

    EXPECT_TRUE(add("00 01 02 05 00 00 05 00 01"_hex));
    EXPECT_TRUE(add("03 05 00 00 05 01 00 00"_hex)) << "with ECN counts";
    EXPECT_TRUE(add("1c 0a 06 02 6869"_hex));
    EXPECT_FALSE(add("08 00 61"_hex)) << "STREAM";
    EXPECT_FALSE(add("06 00 05 61"_hex)) << "torn";
    EXPECT_FALSE(add("02 05 00 3f 05"_hex)) << "ranges that are not there";
    EXPECT_FALSE(add({}));
}

TEST(CryptoStream, StopsAtAHole) {
    sensor::identify::CryptoStream stream;

    ASSERT_TRUE(stream.add_frames("06 03 02 6465 06 00 02 6162"_hex));
    EXPECT_EQ(bytes::text_of(stream.prefix()), "ab");
    ASSERT_TRUE(stream.add_frames("06 01 02 6263"_hex));
    EXPECT_EQ(bytes::text_of(stream.prefix()), "abcde");
    ASSERT_TRUE(stream.add_frames("06 80001000 01 66"_hex)) << "beyond what is kept";
    EXPECT_EQ(bytes::text_of(stream.prefix()), "abcde");
}

}  // namespace
