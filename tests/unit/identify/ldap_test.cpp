#include "sensor/identify/protocols/ldap.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

// Simple bind as "cn=a", and its success.
constexpr auto kBind = "30 10 02 01 01 60 0b 020103 0404 636e3d61 8000"_hex;
constexpr auto kBound = "30 0c 02 01 01 61 07 0a0100 0400 0400"_hex;
// SASL with GSS-SPNEGO and a control, lengths in four bytes as Windows writes them.
constexpr auto kSaslBind =
    "30 84 0000002b 02 01 02 60 84 00000016 020103 0400 a30f 040a 4753532d53504e45474f 0401 4e"
    "a0 0a 3008 0406 312e322e3333"_hex;
// Search of the root for all attributes; one entry and the end of it.
constexpr auto kSearch =
    "30 25 02 01 01 63 20 0400 0a0100 0a0100 020100 020100 010100 870b 6f626a656374436c617373 3000"_hex;
constexpr auto kEntry = "30 0b 02 01 01 64 06 0402 6f3d 3000"_hex;
constexpr auto kSearchDone = "30 0c 02 01 01 65 07 0a0100 0400 0400"_hex;
// The other operations: delete, modify, add, rename, compare, abandon, who-am-i, unbind.
constexpr auto kDelete = "30 09 02 01 07 4a 04 636e3d61"_hex;
constexpr auto kModify =
    "30 1b 02 01 03 66 16 0404 636e3d61 300e 300c 0a0102 3007 0401 62 3102 0400"_hex;
constexpr auto kAdd = "30 12 02 01 03 68 0d 0404 636e3d61 3005 3003 0401 62"_hex;
constexpr auto kRename = "30 14 02 01 03 6c 0f 0404 636e3d61 0404 636e3d62 0101ff"_hex;
constexpr auto kCompare = "30 13 02 01 03 6e 0e 0404 636e3d61 3006 0401 62 0401 63"_hex;
constexpr auto kAbandon = "30 06 02 01 08 50 01 07"_hex;
constexpr auto kWhoAmI =
    "30 1e 02 01 02 77 19 8017 312e332e362e312e342e312e343230332e312e31312e33"_hex;
constexpr auto kUnbind = "30 05 02 01 03 42 00"_hex;
// Responses: a referral, a continuation, an intermediate one, and word of a disconnection.
constexpr auto kReferral = "30 17 02 01 03 67 12 0a010a 0400 0400 a309 0407 6c6461703a2f2f"_hex;
constexpr auto kContinuation = "30 0e 02 01 01 73 09 0407 6c6461703a2f2f"_hex;
constexpr auto kIntermediate = "30 0a 02 01 01 79 05 8003 312e32"_hex;
constexpr auto kDisconnection =
    "30 24 02 01 00 78 1f 0a0134 0400 0400 8a16 312e332e362e312e342e312e313436362e3230303336"_hex;
// STARTTLS and the two ways to answer it.
constexpr auto kStartTls =
    "30 1d 02 01 01 77 18 8016 312e332e362e312e342e312e313436362e3230303337"_hex;
constexpr auto kAgree = "30 0c 02 01 01 78 07 0a0100 0400 0400"_hex;
constexpr auto kDecline = "30 0c 02 01 01 78 07 0a0102 0400 0400"_hex;

Match match_of(bytes::View said) {
    return ask(ldap::validate, stream(said)).match;
}

TEST(Ldap, RecognisesEveryRequest) {
    for (const bytes::View request :
         {bytes::View{kBind}, bytes::View{kSaslBind}, bytes::View{kSearch}, bytes::View{kDelete},
          bytes::View{kModify}, bytes::View{kAdd}, bytes::View{kRename}, bytes::View{kCompare},
          bytes::View{kAbandon}, bytes::View{kWhoAmI}, bytes::View{kUnbind},
          bytes::View{kStartTls}}) {
        EXPECT_EQ(recognised_as(stream(request)), "ldap") << request.size();
        EXPECT_EQ(ask(ldap::validate, stream(request)).role, Role::kClient) << request.size();
    }
}

TEST(Ldap, RecognisesEveryResponse) {
    for (const bytes::View response :
         {bytes::View{kBound}, bytes::View{kEntry}, bytes::View{kSearchDone},
          bytes::View{kReferral}, bytes::View{kContinuation}, bytes::View{kIntermediate},
          bytes::View{kDisconnection}, bytes::View{kAgree}}) {
        EXPECT_EQ(recognised_as(stream_back(response)), "ldap") << response.size();
        EXPECT_EQ(ask(ldap::validate, stream_back(response)).role, Role::kServer);
    }
}

TEST(Ldap, ConfirmsRequestsWithResponses) {
    Dialogue bind{Transport::kTcp};
    Dialogue search{Transport::kUdp};
    Dialogue other_id{Transport::kUdp};
    Dialogue echo{Transport::kTcp};
    bind.client(kBind).server(kBound);
    search.client(kSearch).server(concatenated({kEntry, kSearchDone}));
    other_id.client(kSearch).server(changed(kSearchDone, 4, {2}));
    echo.client(kBind).server(kBind);

    EXPECT_EQ(bind.protocol(), "ldap");
    EXPECT_EQ(bind.confirmed(), Confirmed::kBoth);
    EXPECT_EQ(search.protocol(), "ldap");
    EXPECT_EQ(search.confirmed(), Confirmed::kBoth);
    EXPECT_EQ(other_id.confirmed(), Confirmed::kClient);
    EXPECT_EQ(echo.confirmed(), Confirmed::kClient);
}

TEST(Ldap, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"no sequence", changed(kBind, 0, {0x31})},
        {"length that tells no end", changed(kBind, 1, {0x80})},
        {"id of another type", changed(kBind, 2, {4})},
        {"negative id", changed(kBind, 4, {0x81})},
        {"id 0 of a request", changed(kBind, 4, {0})},
        {"unknown operation", changed(kBind, 5, {0x62})},
        {"operation too short", changed(kBind, 6, {0x0a})},
        {"operation past the message", changed(kBind, 6, {0x0c})},
        {"version 0", changed(kBind, 9, {0})},
        {"name past the operation", changed(kBind, 11, {8})},
        {"unknown authentication", changed(kBind, 16, {0x81})},
        {"scope", changed(kSearch, 11, {4})},
        {"aliases", changed(kSearch, 14, {4})},
        {"negative limit", changed(kSearch, 17, {0x80})},
        {"types only", changed(kSearch, 22, {2})},
        {"filter", changed(kSearch, 24, {0x88})},
        {"no attribute list", changed(kSearch, 37, {0x31})},
        {"result of another type", changed(kBound, 7, {2})},
        {"a bind's field in a search's result", changed(kReferral, 14, {0x87})},
        {"an object identifier in letters", changed(kWhoAmI, 9, {'a'})},
        {"unbind with something", Payload{0x30, 6, 2, 1, 3, 0x42, 1, 0}},
        {"a deleted name without an attribute", changed(kDelete, 9, {'x'})},
        {"abandons nothing", Payload{0x30, 5, 2, 1, 8, 0x50, 0}},
        {"what is no control", changed(kSaslBind, 37, {0xa1})},
    };
    for (const auto& [what, payload] : near_misses) {
        EXPECT_EQ(match_of(payload), Match::kNo) << what;
    }
    EXPECT_EQ(ask(ldap::validate, datagram(concatenated({kSearch, "00"_hex}))).match, Match::kNo);
}

TEST(Ldap, NeedsMoreAtEveryLength) {
    for (const bytes::View message :
         {bytes::View{kBind}, bytes::View{kWhoAmI}, bytes::View{kBound}, bytes::View{kUnbind}}) {
        for (std::size_t size = 0; size < message.size(); ++size) {
            EXPECT_EQ(match_of(message.first(size)), Match::kNeedMore) << size;
        }
    }
    EXPECT_TRUE(accepted_cuts(ldap::validate, datagram(kSearch)).empty());
}

TEST(Ldap, IsConvincedByTheStartOfALargeEntry) {
    const auto start = "30 82 2000 02 01 01 64 82 1ff9 0404 636e3d61 30 82 1fef"_hex;
    EXPECT_EQ(match_of(concatenated({start, Payload(500, 'x')})), Match::kYes);
}

TEST(Ldap, GoesOnAsTlsWhenBothAgree) {
    const auto client = concatenated({kSearch, changed(kStartTls, 4, {2})});
    const auto server = concatenated({kEntry, kSearchDone, changed(kAgree, 4, {2})});
    const Upgrade done = ldap::upgrade(client, concatenated({server, "160303"_hex}));

    EXPECT_EQ(done.state, Upgrade::State::kDone);
    EXPECT_EQ(done.client_at, client.size());
    EXPECT_EQ(done.server_at, server.size());
    EXPECT_EQ(ldap::upgrade(kStartTls, {}).state, Upgrade::State::kPending);
    EXPECT_EQ(ldap::upgrade(kBind, kBound).state, Upgrade::State::kPending);
    EXPECT_EQ(ldap::upgrade(bytes::View{kStartTls}.first(9), {}).state, Upgrade::State::kPending);
    EXPECT_EQ(ldap::upgrade(kStartTls, kDecline).state, Upgrade::State::kNever);
    EXPECT_EQ(ldap::upgrade("160303"_hex, {}).state, Upgrade::State::kNever);
}

}  // namespace
}  // namespace sensor::identify
