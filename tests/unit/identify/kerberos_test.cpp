#include "sensor/identify/protocols/kerberos.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

// AS-REQ for a client of realm "AB.C": version, type, body with options, realm, an encryption type.
constexpr auto kAsRequest =
    "6a 2d 30 2b a1 03 020105 a2 03 02010a a4 1f 30 1d a0 07 0305 0040810010 a2 06 1b04 41422e43"
    "a8 05 3003 020112 a7 03 020101"_hex;
// AS-REP, with a ticket and a sealed part that are both of two bytes.
constexpr auto kAsReply =
    "6b 2a 30 28 a0 03 020105 a1 03 02010b a3 06 1b04 41422e43 a4 04 3002 0500 a5 04 6102 3000"
    "a6 08 3006 a0 03 020112 00"_hex;
// AP-REQ, AP-REP, KRB-PRIV.
constexpr auto kApRequest =
    "6e 21 30 1f a0 03 020105 a1 03 02010e a2 07 0305 0000000000 a3 04 6102 3000 a4 04 3002 0500"_hex;
constexpr auto kApReply = "6f 12 30 10 a0 03 020105 a1 03 02010f a2 04 3002 0500"_hex;
constexpr auto kPriv = "75 12 30 10 a0 03 020105 a1 03 020115 a3 04 3002 0500"_hex;
// KRB-ERROR that wants pre-authentication: times, code 25, realm and service.
constexpr auto kError =
    "7e 3e 30 3c a0 03 020105 a1 03 02011e a4 11 180f 32303236303130313030303030305a a5 03 020100"
    "a6 03 020119 a9 06 1b04 41422e43 aa 0b 3009 a0 03 020102 a1 02 3000"_hex;

Payload recorded(bytes::View message) {
    return concatenated({Payload{0, 0, 0, static_cast<std::uint8_t>(message.size())}, message});
}
Match match_of(bytes::View said) {
    return ask(kerberos::validate, datagram(said)).match;
}
Confirmed confirmed_by(bytes::View request, bytes::View answer) {
    Dialogue dialogue{Transport::kUdp};
    dialogue.client(request).server(answer);
    EXPECT_EQ(dialogue.protocol(), "kerberos");
    return dialogue.confirmed();
}

TEST(Kerberos, RecognisesEveryMessage) {
    const std::vector<std::pair<bytes::View, Role>> messages{
        {kAsRequest, Role::kClient}, {kAsReply, Role::kServer}, {kApRequest, Role::kClient},
        {kApReply, Role::kServer},   {kPriv, Role::kEither},    {kError, Role::kServer},
    };
    for (const auto& [message, role] : messages) {
        const auto type = static_cast<unsigned>(message[0]);
        EXPECT_EQ(match_of(message), Match::kYes) << type;
        EXPECT_EQ(ask(kerberos::validate, datagram(message)).role, role) << type;
        EXPECT_EQ(recognised_as(datagram(message)), "kerberos") << type;
        EXPECT_EQ(recognised_as(stream(recorded(message))), "kerberos") << type;
        EXPECT_TRUE(accepted_cuts(kerberos::validate, datagram(message)).empty()) << type;
    }
}

TEST(Kerberos, ConfirmsTheReplyToTheRequest) {
    EXPECT_EQ(confirmed_by(kAsRequest, kAsReply), Confirmed::kBoth);
    EXPECT_EQ(confirmed_by(kAsRequest, kError), Confirmed::kBoth);
    EXPECT_EQ(confirmed_by(kApRequest, kApReply), Confirmed::kBoth);
    EXPECT_EQ(confirmed_by(kAsRequest, kApReply), Confirmed::kClient);
    EXPECT_EQ(confirmed_by(kAsRequest, kAsRequest), Confirmed::kClient);
    const auto tgs = changed(changed(kAsRequest, 0, {0x6c}), 13, {12});
    const auto tgs_reply = changed(changed(kAsReply, 0, {0x6d}), 13, {13});
    EXPECT_EQ(confirmed_by(tgs, tgs_reply), Confirmed::kBoth);
    EXPECT_EQ(confirmed_by(tgs, kAsReply), Confirmed::kClient);
}

TEST(Kerberos, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"unknown message", changed(kAsRequest, 0, {0x70})},
        {"another message's tag", changed(kAsRequest, 0, {0x6c})},
        {"length", changed(kAsRequest, 1, {0x2c})},
        {"no sequence", changed(kAsRequest, 2, {0x31})},
        {"sequence too short", changed(kAsRequest, 3, {0x2a})},
        {"version where a reply has it", changed(kAsRequest, 4, {0xa0})},
        {"version 4", changed(kAsRequest, 8, {4})},
        {"type", changed(kAsRequest, 13, {12})},
        {"unknown field", changed(kAsRequest, 14, {0xa5})},
        {"field too short", changed(kAsRequest, 15, {0x1e})},
        {"fields out of order", changed(kAsReply, 22, {0xa2})},
        {"nothing sealed", concatenated({"6f 0c 30 0a a0 03 020105 a1 03 02010f"_hex})},
        {"something behind it", concatenated({kAsRequest, "00"_hex})},
    };
    for (const auto& [what, payload] : near_misses) {
        EXPECT_EQ(match_of(payload), Match::kNo) << what;
    }
}

TEST(Kerberos, NeedsVersionAndTypeOverTcp) {
    const auto framed = recorded(kAsRequest);
    for (std::size_t size = 0; size < 18; ++size) {
        EXPECT_EQ(ask(kerberos::validate, stream(bytes::View{framed}.first(size))).match,
                  Match::kNeedMore)
            << size;
    }
    for (std::size_t size = 18; size <= framed.size(); ++size) {
        EXPECT_EQ(ask(kerberos::validate, stream(bytes::View{framed}.first(size))).match,
                  Match::kYes)
            << size;
    }
    EXPECT_EQ(ask(kerberos::validate, stream(changed(framed, 3, {0x2e}))).match, Match::kNo);
    EXPECT_EQ(ask(kerberos::validate, stream(changed(framed, 0, {0x80}))).match, Match::kNo);
}

TEST(Kerberos, ReadsLongLengths) {
    const auto start = "6a 82 013e 30 82 013a a1 03 020105 a2 03 02010a a4 82 012c 30 82 0128"_hex;
    const auto message = concatenated({start, Payload(0x128, 0)});
    EXPECT_EQ(match_of(message), Match::kYes);
}

}  // namespace
}  // namespace sensor::identify
