#include "sensor/identify/protocols/netbios_ssn.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

constexpr auto kRequest =
    "81 000044 20 4648464646454546 4341434143414341 4341434143414341 4341434143414341 00"
    "20 4548454546424341 4341434143414341 4341434143414341 4341434143414341 00"_hex;
// The same name twice, in the scope "ab.c".
constexpr auto kScopedRequest =
    "81 00004e 20 4648464646454546 4341434143414341 4341434143414341 4341434143414341"
    "02 6162 01 63 00"
    "20 4648464646454546 4341434143414341 4341434143414341 4341434143414341 02 6162 01 63 00"_hex;
constexpr auto kGranted = "82 000000"_hex;
constexpr auto kRefused = "83 000001 82"_hex;
constexpr auto kRetarget = "84 000006 c0000201 008b"_hex;
constexpr auto kKeepAlive = "85 000000"_hex;
constexpr auto kMessage = "00 000008 0011223344556677"_hex;

Match match_of(bytes::View said) {
    return ask(netbios_ssn::validate, stream(said)).match;
}

TEST(NetbiosSsn, RecognisesRequestsAndAnswers) {
    EXPECT_EQ(ask(netbios_ssn::validate, stream(kRequest)).role, Role::kClient);
    EXPECT_EQ(match_of(kScopedRequest), Match::kYes);
    EXPECT_EQ(ask(netbios_ssn::validate, stream_back(kGranted)).role, Role::kServer);
    EXPECT_EQ(recognised_as(stream_back(kRefused)), "netbios-ssn");
    EXPECT_EQ(recognised_as(stream_back(kRetarget)), "netbios-ssn");
    EXPECT_EQ(match_of(kKeepAlive), Match::kYes);
}

TEST(NetbiosSsn, NamesASessionThatCarriesSomethingElse) {
    Dialogue dialogue{Transport::kTcp};
    dialogue.client(kRequest).server(kGranted);
    EXPECT_EQ(dialogue.protocol(), "unknown") << "what it carries is still to come";
    dialogue.client(kMessage).server(kMessage);
    EXPECT_EQ(dialogue.protocol(), "netbios-ssn");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(NetbiosSsn, NamesASessionThatIsRefused) {
    Dialogue dialogue{Transport::kTcp};
    dialogue.client(kRequest).server(kRefused);
    EXPECT_EQ(dialogue.protocol(), "netbios-ssn");
}

TEST(NetbiosSsn, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"a message", Payload{kMessage.begin(), kMessage.end()}},
        {"unknown type", changed(kRequest, 0, {0x86})},
        {"reserved flag", changed(kRequest, 1, {2})},
        {"length", changed(kRequest, 3, {0x43})},
        {"no name", changed(kRequest, 4, {0x1f})},
        {"letter past P", changed(kRequest, 5, {'Q'})},
        {"name without end", changed(kRequest, 37, {1})},
        {"label of 64 bytes", changed(kScopedRequest, 37, {64})},
        {"a grant with a body", changed(kGranted, 3, {1})},
        {"unknown error", changed(kRefused, 4, {0x84})},
        {"more after a refusal", concatenated({kRefused, kMessage})},
        {"more after a retarget", concatenated({kRetarget, kMessage})},
        {"a port of one byte", changed(kRetarget, 3, {5})},
        {"text after a grant", concatenated({kGranted, "48656c6c6f"_hex})},
    };
    for (const auto& [what, payload] : near_misses) {
        EXPECT_NE(match_of(payload), Match::kYes) << what;
    }
}

TEST(NetbiosSsn, IsNotAnsweredByAnEcho) {
    const auto token = ask(netbios_ssn::validate, stream(kRequest)).token;
    EXPECT_EQ(ask(netbios_ssn::validate, stream_back(kRequest, token)).match, Match::kNo);
    EXPECT_EQ(ask(netbios_ssn::validate, stream_back(kGranted, token)).match, Match::kYes);
}

TEST(NetbiosSsn, NeedsMoreAtEveryLength) {
    for (std::size_t size = 0; size < kRequest.size(); ++size) {
        EXPECT_EQ(match_of(bytes::View{kRequest}.first(size)), Match::kNeedMore) << size;
    }
    EXPECT_TRUE(accepted_cuts(netbios_ssn::validate, stream_back(kRetarget)).empty());
}

}  // namespace
}  // namespace sensor::identify
