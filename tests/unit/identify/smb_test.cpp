#include "sensor/identify/protocols/smb.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

// SMB 1 NEGOTIATE that offers "NT LM 0.12", "SMB 2.002" and "SMB 2.???", and its old answer.
constexpr auto kNegotiateOne =
    "00 000045 ff534d42 72 00000000 18 53c8 0000 0000000000000000 0000 ffff fffe 0000 0000"
    "00 2200 02 4e54204c4d20302e313200 02 534d4220322e30303200 02 534d4220322e3f3f3f00"_hex;
constexpr auto kAnswerOne =
    "00 000025 ff534d42 72 00000000 98 53c8 0000 0000000000000000 0000 ffff fffe 0000 0000"
    "01 ffff 0000"_hex;
// SMB 2 NEGOTIATE of 2.0.2, and an answer of 64 bytes.
constexpr auto kNegotiateTwo =
    "00 000066 fe534d42 4000 0000 00000000 0000 1f00 00000000 00000000 0000000000000000"
    "fffe0000 00000000 0000000000000000 00000000000000000000000000000000"
    "2400 0100 0100 0000 7f000000 00112233445566778899aabbccddeeff 0000000000000000 0202"_hex;
constexpr auto kAnswerTwo =
    "00 000080 fe534d42 4000 0000 00000000 0000 0100 01000000 00000000 0000000000000000"
    "fffe0000 00000000 0000000000000000 00000000000000000000000000000000"
    "4100 0100 0202 0000 00112233445566778899aabbccddeeff 07000000 00000100 00000100 00000100"
    "0000000000000000 0000000000000000 8000 0000 00000000"_hex;
// Encrypted: twelve bytes. Compressed with LZ77, the first 4 bytes as they are; then chained.
constexpr auto kEncrypted =
    "00 000040 fd534d42 00112233445566778899aabbccddeeff 00112233445566778899aa0000000000"
    "0c000000 0000 0100 0100000000000000 000102030405060708090a0b"_hex;
constexpr auto kCompressed = "00 000018 fc534d42 40000000 0200 0000 04000000 fe534d42 00000000"_hex;
constexpr auto kChained = "00 000018 fc534d42 40000000 0000 0100 04000000 fe534d42 00000000"_hex;

// A NetBIOS session is asked for and granted.
constexpr auto kRequest =
    "81 000044 20 4648464646454546 4341434143414341 4341434143414341 4341434143414341 00"
    "20 4548454546424341 4341434143414341 4341434143414341 4341434143414341 00"_hex;
constexpr auto kGranted = "82 000000"_hex;
constexpr auto kRefused = "83 000001 82"_hex;
constexpr auto kKeepAlive = "85 000000"_hex;

Match match_of(bytes::View said) {
    return ask(smb::validate, stream(said)).match;
}

TEST(Smb, RecognisesEveryKindOfMessage) {
    EXPECT_EQ(ask(smb::validate, stream(kNegotiateOne)).role, Role::kClient);
    EXPECT_EQ(ask(smb::validate, stream_back(kAnswerOne)).role, Role::kServer);
    EXPECT_EQ(ask(smb::validate, stream(kNegotiateTwo)).role, Role::kClient);
    EXPECT_EQ(ask(smb::validate, stream_back(kAnswerTwo)).role, Role::kServer);
    for (const bytes::View said :
         {bytes::View{kNegotiateOne}, bytes::View{kAnswerOne}, bytes::View{kNegotiateTwo},
          bytes::View{kAnswerTwo}, bytes::View{kEncrypted}, bytes::View{kCompressed},
          bytes::View{kChained}}) {
        EXPECT_EQ(match_of(said), Match::kYes);
        EXPECT_EQ(recognised_as(stream(said)), "smb");
    }
}

TEST(Smb, ConfirmsEveryNegotiation) {
    Dialogue one{Transport::kTcp};
    Dialogue two{Transport::kTcp};
    Dialogue both{Transport::kTcp};
    one.client(kNegotiateOne).server(kAnswerOne);
    two.client(kNegotiateTwo).server(kAnswerTwo);
    both.client(kNegotiateOne).server(kAnswerTwo);

    for (const Dialogue* dialogue : {&one, &two, &both}) {
        EXPECT_EQ(dialogue->protocol(), "smb");
        EXPECT_EQ(dialogue->confirmed(), Confirmed::kBoth);
    }
}

TEST(Smb, IsNotConfirmedByAnEcho) {
    Dialogue dialogue{Transport::kTcp};
    dialogue.client(kNegotiateTwo).server(kNegotiateTwo);
    EXPECT_NE(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(Smb, IsFoundInANetbiosSession) {
    Dialogue dialogue{Transport::kTcp};
    dialogue.client(kRequest).server(kGranted).client(kNegotiateOne).server(kAnswerOne);
    EXPECT_EQ(dialogue.protocol(), "smb");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);

    EXPECT_EQ(match_of(kRequest), Match::kNeedMore);
    EXPECT_EQ(match_of(kGranted), Match::kNeedMore);
    EXPECT_EQ(match_of(kRefused), Match::kNo);
    EXPECT_EQ(match_of(concatenated({kKeepAlive, kNegotiateTwo})), Match::kYes);
    EXPECT_EQ(match_of(concatenated({kRequest, "00 000008 0011223344556677"_hex})), Match::kNo);
}

TEST(Smb, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"type of the frame", changed(kNegotiateOne, 0, {1})},
        {"length below the header's", changed(kNegotiateOne, 3, {0x22})},
        {"protocol", changed(kNegotiateOne, 7, {'C'})},
        {"first byte", changed(kNegotiateOne, 4, {0xfb})},
        {"reserved command", changed(kNegotiateOne, 8, {0x15})},
        {"no command", changed(kNegotiateOne, 8, {0xff})},
        {"reserved flag", changed(kNegotiateOne, 13, {0x1c})},
        {"words past the message", changed(kNegotiateOne, 36, {0x80})},
        {"bytes past the message", changed(kNegotiateOne, 37, {0x23})},
        {"header size", changed(kNegotiateTwo, 8, {0x3f})},
        {"command 20", changed(kNegotiateTwo, 16, {0x14})},
        {"body size of another command", changed(kNegotiateTwo, 16, {0x01})},
        {"unknown flag", changed(kNegotiateTwo, 21, {0x01})},
        {"next message unaligned", changed(kNegotiateTwo, 24, {0x44})},
        {"next message past the frame", changed(kNegotiateTwo, 24, {0x70})},
        {"an answer's body size in a request", changed(kNegotiateTwo, 68, {65})},
        {"a request's body size in an answer", changed(kAnswerTwo, 68, {36})},
        {"encrypted length", changed(kEncrypted, 40, {0x0d})},
        {"encryption flags", changed(kEncrypted, 46, {0})},
        {"compression algorithm", changed(kCompressed, 12, {6})},
        {"no compression", changed(kCompressed, 12, {0})},
        {"compression flags", changed(kCompressed, 14, {2})},
        {"compressed from past the end", changed(kCompressed, 16, {9})},
    };
    for (const auto& [what, payload] : near_misses) {
        EXPECT_EQ(match_of(payload), Match::kNo) << what;
    }
}

TEST(Smb, KnowsBodiesThatAnswerDifferently) {
    // An error, and a lease that is broken by the server.
    EXPECT_EQ(match_of(changed(kAnswerTwo, 68, {9})), Match::kYes);
    EXPECT_EQ(match_of(changed(changed(kAnswerTwo, 16, {0x12}), 68, {44})), Match::kYes);
    EXPECT_EQ(match_of(changed(changed(kNegotiateTwo, 16, {0x12}), 68, {44})), Match::kNo);
    // SMB 1 breaks an oplock with a request of the server's.
    const auto oplock = changed(changed(kNegotiateOne, 8, {0x24}), 34, {0xff, 0xff});
    EXPECT_EQ(ask(smb::validate, stream_back(oplock)).role, Role::kEither);
}

TEST(Smb, NeedsItsHeaderAndNoMore) {
    for (std::size_t size = 0; size < 70; ++size) {
        EXPECT_EQ(match_of(bytes::View{kNegotiateTwo}.first(size)), Match::kNeedMore) << size;
    }
    EXPECT_EQ(match_of(bytes::View{kNegotiateTwo}.first(70)), Match::kYes);
    for (std::size_t size = 0; size < 39; ++size) {
        EXPECT_EQ(match_of(bytes::View{kNegotiateOne}.first(size)), Match::kNeedMore) << size;
    }
    EXPECT_EQ(match_of(bytes::View{kNegotiateOne}.first(39)), Match::kYes);
    for (std::size_t size = 0; size < kRequest.size(); ++size) {
        EXPECT_EQ(match_of(bytes::View{kRequest}.first(size)), Match::kNeedMore) << size;
    }
}

}  // namespace
}  // namespace sensor::identify
