#include "sensor/identify/protocols/postgresql.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

// Protocol 3.0: user "bob", database "shop".
constexpr auto kStartup =
    "00000020 00030000 7573657200 626f6200 646174616261736500 73686f7000 00"_hex;
constexpr auto kTlsRequest = "00000008 04d2162f"_hex;
constexpr auto kGssRequest = "00000008 04d21630"_hex;
constexpr auto kCancel = "00000010 04d2162e 00001234 89abcdef"_hex;
constexpr auto kQuery = "51 0000000d 53454c4543542031 00"_hex;
constexpr auto kTlsStart = "16030100f0010000ec0303"_hex;

constexpr auto kAccepted = "52 00000008 00000000"_hex;
constexpr auto kSalted = "52 0000000c 00000005 c0ffee11"_hex;
constexpr auto kSasl = "52 00000017 0000000a 534352414d2d5348412d323536 00 00"_hex;
constexpr auto kStatus = "53 00000014 5365727665725f766572 00 31362e3400 "_hex;
// S FATAL, C 28P01, M no.
constexpr auto kError = "45 00000017 53 464154414c00 43 323850303100 4d 6e6f00 00 "_hex;
constexpr auto kOldError = "45 4641 54414c3a206e6f 0a 00"_hex;
// CommandComplete and ReadyForQuery.
constexpr auto kDone = "43 0000000d 53454c454354203100 5a 00000005 49"_hex;

/// Protocol 2.0 with user and database, filled up with zeros.
Payload old_startup() {
    Payload said(296);
    const auto head = "00000128 00020000 73686f70"_hex;
    const auto user = "626f62"_hex;
    std::ranges::copy(head, said.begin());
    std::ranges::copy(user, said.begin() + 8 + 64);
    return said;
}

std::uint32_t token_of(bytes::View said) {
    return ask(postgresql::validate, stream(said)).token;
}
Match client(bytes::View said, std::uint32_t token = 0) {
    return ask(postgresql::validate, stream(said, token)).match;
}
Match server(bytes::View said, bytes::View after = {}) {
    const std::uint32_t token = after.empty() ? 0 : token_of(after);
    return ask(postgresql::validate, stream_back(said, token)).match;
}

TEST(Postgresql, NamesEveryOpening) {
    for (const bytes::View said : {bytes::View{kStartup}, bytes::View{kTlsRequest},
                                   bytes::View{kGssRequest}, bytes::View{kCancel}}) {
        EXPECT_EQ(recognised_as(stream(said)), "postgresql");
        EXPECT_TRUE(accepted_cuts(postgresql::validate, stream(said)).empty());
    }
    EXPECT_EQ(recognised_as(stream(old_startup())), "postgresql");
    EXPECT_TRUE(accepted_cuts(postgresql::validate, stream(old_startup())).empty());
    EXPECT_EQ(recognised_as(stream(concatenated({kTlsRequest, kTlsStart}))), "postgresql");
    EXPECT_EQ(client(changed(kStartup, 7, {2})), Match::kYes) << "3.2";
}

TEST(Postgresql, NamesTheServer) {
    for (const bytes::View said : {bytes::View{kAccepted}, bytes::View{kSalted}, bytes::View{kSasl},
                                   bytes::View{kStatus}, bytes::View{kError}, bytes::View{kDone}}) {
        EXPECT_EQ(recognised_as(stream_back(said)), "postgresql") << bytes::text_of(said);
        EXPECT_TRUE(accepted_cuts(postgresql::validate, stream_back(said)).empty());
        EXPECT_EQ(server(said, kStartup), Match::kYes);
    }
}

TEST(Postgresql, TakesAByteOnlyAsAnAnswer) {
    EXPECT_NE(server("53"_hex), Match::kYes);
    EXPECT_NE(server("4e"_hex), Match::kYes);
    EXPECT_EQ(server("53"_hex, kTlsRequest), Match::kYes);
    EXPECT_EQ(server("4e"_hex, kTlsRequest), Match::kYes);
    EXPECT_EQ(server("4e"_hex, kGssRequest), Match::kYes);
    EXPECT_EQ(server("47"_hex, kGssRequest), Match::kYes);
    EXPECT_EQ(server("4e52"_hex, kTlsRequest), Match::kYes) << "refused, then start-up accepted";
    EXPECT_EQ(server("53160303"_hex, kTlsRequest), Match::kYes);
    EXPECT_NE(server("47"_hex, kTlsRequest), Match::kYes);
    EXPECT_NE(server("53"_hex, kGssRequest), Match::kYes);
    EXPECT_NE(server("4e41"_hex, kTlsRequest), Match::kYes);
    EXPECT_NE(server("53"_hex, kStartup), Match::kYes);
    EXPECT_EQ(server(kAccepted, kCancel), Match::kNo) << "a cancellation is never answered";
}

TEST(Postgresql, TakesAnswersOfProtocol2OnlyAfterItsStartup) {
    EXPECT_NE(server(kOldError), Match::kYes);
    EXPECT_EQ(server(kOldError, old_startup()), Match::kYes);
    EXPECT_EQ(server("52 00000005 4142"_hex, old_startup()), Match::kYes);
    EXPECT_EQ(server(kOldError, kTlsRequest), Match::kYes);
    EXPECT_NE(server(kOldError, kStartup), Match::kYes);
}

TEST(Postgresql, TakesAQueryOnlyFromAKnownSession) {
    EXPECT_EQ(client(kQuery), Match::kNeedMore);
    EXPECT_EQ(client(kQuery, 1), Match::kYes);
    EXPECT_EQ(client(changed(kQuery, 4, {0x0c}), 1), Match::kNo);
    Dialogue dialogue{Transport::kTcp, Dialogue::Opening::kMissed};
    dialogue.client(kQuery).server(kDone);
    EXPECT_EQ(dialogue.protocol(), "postgresql");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(Postgresql, ConfirmsBothSides) {
    Dialogue dialogue{Transport::kTcp};
    dialogue.client(kTlsRequest).server("4e"_hex);
    EXPECT_EQ(dialogue.protocol(), "postgresql");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(Postgresql, ChecksEveryField) {
    Payload old = old_startup();
    const std::vector<std::pair<const char*, Payload>> clients{
        {"start-up of 4.0", changed(kStartup, 5, {4})},
        {"length one shorter", changed(kStartup, 3, {0x1f})},
        {"no user", changed(kStartup, 8, {'U'})},
        {"name", changed(kStartup, 9, {7})},
        {"value", changed(kStartup, 13, {7})},
        {"SSLRequest's length", changed(kTlsRequest, 3, {9})},
        {"another code", changed(kTlsRequest, 7, {0x31})},
        {"what follows", concatenated({kTlsRequest, "41"_hex})},
        {"cancel's length", changed(kCancel, 3, {0x0f})},
        {"behind a cancel", concatenated({kCancel, "00"_hex})},
        {"protocol 2 of another length", changed(old, 3, {0x27})},
        {"protocol 2 without user", changed(old, 72, {0, 0, 0})},
        {"protocol 2's padding", changed(old, 80, {1})},
    };
    for (const auto& [what, said] : clients)
        EXPECT_EQ(client(said), Match::kNo) << what;
    const std::vector<std::pair<const char*, Payload>> servers{
        {"authentication 13", changed(kAccepted, 8, {13})},
        {"accepted with more", changed(kSalted, 8, {0})},
        {"length below 4", changed(kAccepted, 4, {3})},
        {"SASL's end", changed(kSasl, 22, {1})},
        {"status's value", changed(kStatus, 17, {7})},
        {"error code", changed(kError, 13, {'-'})},
        {"error's end", changed(kError, 23, {'X'})},
        {"error without message", changed(kError, 19, {'D'})},
        {"state", changed(kDone, 19, {'X'})},
        {"type", changed(kAccepted, 0, {'V'})},
    };
    for (const auto& [what, said] : servers)
        EXPECT_EQ(server(said), Match::kNo) << what;
}

TEST(Postgresql, GoesOnAsTls) {
    using State = Upgrade::State;
    const auto asked = concatenated({kTlsRequest, kTlsStart});
    EXPECT_EQ(postgresql::upgrade(asked, "53"_hex).state, State::kDone);
    EXPECT_EQ(postgresql::upgrade(asked, "53"_hex).client_at, 8U);
    EXPECT_EQ(postgresql::upgrade(asked, "53"_hex).server_at, 1U);
    const auto both = concatenated({kGssRequest, kTlsRequest});
    EXPECT_EQ(postgresql::upgrade(both, "4e53"_hex).client_at, 16U);
    EXPECT_EQ(postgresql::upgrade(both, "4e53"_hex).server_at, 2U);
    EXPECT_EQ(postgresql::upgrade(both, "4e"_hex).state, State::kPending);
    EXPECT_EQ(postgresql::upgrade(kGssRequest, "4e"_hex).state, State::kPending);
    EXPECT_EQ(postgresql::upgrade(kTlsRequest, {}).state, State::kPending);
    EXPECT_EQ(postgresql::upgrade(kTlsRequest, "45"_hex).state, State::kNever);
    EXPECT_EQ(postgresql::upgrade(kGssRequest, "47"_hex).state, State::kNever);
    EXPECT_EQ(postgresql::upgrade(kStartup, {}).state, State::kNever);
    EXPECT_EQ(postgresql::upgrade(concatenated({kTlsRequest, kStartup}), "4e"_hex).state,
              State::kNever);
}

}  // namespace
}  // namespace sensor::identify
