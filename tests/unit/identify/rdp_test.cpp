#include "sensor/identify/protocols/rdp.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

// A request with the cookie "Cookie: mstshash=Admin" that asks for TLS or CredSSP.
constexpr auto kRequest =
    "03 00 002b 26 e0 0000 0000 00 436f6f6b69653a206d737473686173683d41646d696e 0d0a"
    "01 00 0800 03000000"_hex;
// The negotiation alone; the cookie alone; neither; with a correlation id.
constexpr auto kNegotiation = "03 00 0013 0e e0 0000 0001 00 01 00 0800 0b000000"_hex;
constexpr auto kCookie =
    "03 00 0023 1e e0 0000 0000 00 436f6f6b69653a206d737473686173683d41646d696e 0d0a"_hex;
constexpr auto kBare = "03 00 000b 06 e0 0000 0000 00"_hex;
constexpr auto kCorrelated =
    "03 00 0037 32 e0 0000 0000 00 01 08 0800 03000000"
    "06 00 2400 00112233445566778899aabbccddeeff 00000000000000000000000000000000"_hex;
// Confirmations: CredSSP, a failure that wants TLS, nothing negotiated.
constexpr auto kConfirm = "03 00 0013 0e d0 0000 1234 00 02 1f 0800 02000000"_hex;
constexpr auto kFailure = "03 00 0013 0e d0 0000 1234 00 03 00 0800 05000000"_hex;
constexpr auto kBareConfirm = "03 00 000b 06 d0 0000 1234 00"_hex;
// MCS Connect-Initial up to the key of Microsoft's clients.
constexpr auto kConnect =
    "03 00 019c 02 f0 80 7f65 820190 0401 01 0401 01 0101 ff"
    "3019 020122 020102 020100 020101 020100 020101 0202ffff 020102"
    "3019 020101 020101 020101 020101 020100 020101 02020420 020102"
    "301c 0202ffff 0202fc17 0202ffff 020101 020100 020101 0202ffff 020102"
    "0482012f 000500147c0001 812a 000800100001c000 44756361 8118"_hex;
// A blob that names the virtual machine "a", then version 1 of it.
constexpr auto kBlob = "16000000 00000000 02000000 00000000 0200 6100 0000"_hex;
constexpr auto kOldBlob = "10000000 00000000 01000000 2a000000"_hex;

Match match_of(bytes::View said) {
    return ask(rdp::validate, stream(said)).match;
}

TEST(Rdp, RecognisesRequests) {
    for (const bytes::View request : {bytes::View{kRequest}, bytes::View{kNegotiation},
                                      bytes::View{kCookie}, bytes::View{kCorrelated}}) {
        EXPECT_EQ(recognised_as(stream(request)), "rdp") << request.size();
        EXPECT_EQ(ask(rdp::validate, stream(request)).role, Role::kClient);
    }
    // A routing token of a load balancer.
    const auto routed = "03 00 001b 16 e0 0000 0000 00 7473763a2f2f 0d0a 01 00 0800 00000000"_hex;
    EXPECT_EQ(match_of(routed), Match::kYes);
}

TEST(Rdp, RecognisesConfirmations) {
    EXPECT_EQ(recognised_as(stream_back(kConfirm)), "rdp");
    EXPECT_EQ(recognised_as(stream_back(kFailure)), "rdp");
    EXPECT_EQ(ask(rdp::validate, stream_back(kConfirm)).role, Role::kServer);
    EXPECT_EQ(match_of(kBareConfirm), Match::kNeedMore);
}

TEST(Rdp, ConfirmsWhatWasAskedFor) {
    const auto confirmed_by = [](bytes::View request, bytes::View answer) {
        Dialogue dialogue{Transport::kTcp};
        dialogue.client(request).server(answer);
        return dialogue.confirmed();
    };
    EXPECT_EQ(confirmed_by(kRequest, kConfirm), Confirmed::kBoth);
    EXPECT_EQ(confirmed_by(kRequest, kFailure), Confirmed::kBoth);
    EXPECT_EQ(confirmed_by(kRequest, kBareConfirm), Confirmed::kBoth);
    EXPECT_EQ(confirmed_by(kCookie, kBareConfirm), Confirmed::kBoth);
    EXPECT_EQ(confirmed_by(kCookie, kConfirm), Confirmed::kClient) << "asked for nothing";
    EXPECT_EQ(confirmed_by(kRequest, changed(kConfirm, 15, {8})), Confirmed::kClient);
    EXPECT_EQ(confirmed_by(kRequest, kRequest), Confirmed::kClient) << "echo";
}

TEST(Rdp, KnowsARequestForNothingByWhatFollows) {
    Dialogue dialogue{Transport::kTcp};
    dialogue.client(kBare).server(kBareConfirm);
    EXPECT_EQ(dialogue.protocol(), "unknown");
    dialogue.client(kConnect);
    EXPECT_EQ(dialogue.protocol(), "rdp");

    const auto both = concatenated({kBare, kConnect});
    for (std::size_t size = 0; size < both.size() - 2; ++size) {
        EXPECT_EQ(match_of(bytes::View{both}.first(size)), Match::kNeedMore) << size;
    }
    EXPECT_EQ(match_of(changed(both, kBare.size() + 7, {0x7e})), Match::kNo);
    EXPECT_EQ(match_of(changed(both, both.size() - 3, {'b'})), Match::kNo);
}

TEST(Rdp, PassesOverAPreconnectionBlob) {
    EXPECT_EQ(match_of(concatenated({kBlob, kNegotiation})), Match::kYes);
    EXPECT_EQ(match_of(concatenated({kOldBlob, kNegotiation})), Match::kYes);
    EXPECT_EQ(match_of(kBlob), Match::kNeedMore);
    EXPECT_EQ(match_of(concatenated({changed(kBlob, 0, {0x18}), kNegotiation})), Match::kNo);
    EXPECT_EQ(match_of(concatenated({changed(kOldBlob, 8, {2}), kNegotiation})), Match::kNo);
    EXPECT_EQ(match_of(concatenated({changed(kOldBlob, 4, {1}), kNegotiation})), Match::kNo);
}

TEST(Rdp, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"transport's version", changed(kNegotiation, 0, {4})},
        {"transport's length", changed(kNegotiation, 3, {0x14})},
        {"header's length", changed(kNegotiation, 4, {0x0d})},
        {"kind of message", changed(kNegotiation, 5, {0xf0})},
        {"class", changed(kNegotiation, 10, {0x40})},
        {"kind of negotiation", changed(kNegotiation, 11, {2})},
        {"unknown flag", changed(kNegotiation, 12, {4})},
        {"length of the negotiation", changed(kNegotiation, 13, {9})},
        {"unknown protocol", changed(kNegotiation, 15, {0x2b})},
        {"another's cookie alone", changed(kCookie, 11, {'B'})},
        {"a cookie without end", changed(kCookie, 33, {0x20})},
        {"correlation without its flag", changed(kCorrelated, 12, {0})},
        {"correlation's length", changed(kCorrelated, 21, {0x23})},
        {"parameters of S7", Payload{3, 0, 0, 14, 9, 0xe0, 0, 0, 0, 1, 0, 0xc0, 1, 10}},
        {"two protocols chosen", changed(kConfirm, 15, {3})},
        {"unknown flag of the answer", changed(kConfirm, 12, {0x20})},
        {"unknown failure", changed(kFailure, 15, {8})},
    };
    for (const auto& [what, payload] : near_misses) {
        EXPECT_NE(match_of(payload), Match::kYes) << what;
    }
}

TEST(Rdp, NeedsMoreAtEveryLength) {
    for (const bytes::View said : {bytes::View{kRequest}, bytes::View{kConfirm}}) {
        for (std::size_t size = 0; size < said.size(); ++size) {
            EXPECT_EQ(match_of(said.first(size)), Match::kNeedMore) << size;
        }
    }
}

}  // namespace
}  // namespace sensor::identify
