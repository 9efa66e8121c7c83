#include "sensor/identify/protocols/rpc.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

// The port mapper's GETPORT for mount over UDP, AUTH_NONE; its answer 0x8005.
constexpr auto kCall =
    "39ce2c09 00000000 00000002 000186a0 00000002 00000003 00000000 00000000 00000000 00000000"
    "000186a5 00000003 00000011 00000000"_hex;
constexpr auto kReply = "39ce2c09 00000001 00000000 00000000 00000000 00000000 00008005"_hex;
// Mount, AUTH_SYS of "abcde" with two groups.
constexpr auto kSystemCall =
    "00000007 00000000 00000002 000186a5 00000003 00000000 00000001 00000024"
    "5e85f366 00000005 6162636465000000 000003e8 000003e8 00000002 00000004 00000018"
    "00000000 00000000"_hex;
// RPCSEC_GSS that sets up a context.
constexpr auto kGssCall =
    "00000008 00000000 00000002 000186a5 00000003 00000000 00000006 00000014"
    "00000001 00000001 00000000 00000001 00000000 00000000 00000000"_hex;
// Refusals: of the version of RPC, of the credential, of the program's version, of the procedure.
constexpr auto kMismatch = "39ce2c09 00000001 00000001 00000000 00000002 00000002"_hex;
constexpr auto kAuthError = "39ce2c09 00000001 00000001 00000001 00000005"_hex;
constexpr auto kOtherVersions =
    "39ce2c09 00000001 00000000 00000000 00000000 00000002 00000003 00000004"_hex;
constexpr auto kUnknownProcedure = "39ce2c09 00000001 00000000 00000000 00000000 00000003"_hex;
constexpr std::uint32_t kToken = 0x39ce2c09;

Payload recorded(bytes::View message) {
    return concatenated({Payload{0x80, 0, 0, static_cast<std::uint8_t>(message.size())}, message});
}

TEST(Rpc, RecognisesCallsOverUdpAndTcp) {
    for (const bytes::View call :
         {bytes::View{kCall}, bytes::View{kSystemCall}, bytes::View{kGssCall}}) {
        EXPECT_EQ(recognised_as(datagram(call)), "rpc");
        EXPECT_EQ(recognised_as(stream(recorded(call))), "rpc");
        EXPECT_EQ(ask(rpc::validate, datagram(call)).role, Role::kClient);
    }
    EXPECT_EQ(ask(rpc::validate, datagram(kCall)).token, kToken);
}

TEST(Rpc, ConfirmsByTheCallsId) {
    for (const bytes::View answer :
         {bytes::View{kReply}, bytes::View{kMismatch}, bytes::View{kAuthError},
          bytes::View{kOtherVersions}, bytes::View{kUnknownProcedure}}) {
        Dialogue over_udp{Transport::kUdp};
        Dialogue over_tcp{Transport::kTcp};
        over_udp.client(kCall).server(answer);
        over_tcp.client(recorded(kCall)).server(recorded(answer));
        EXPECT_EQ(over_udp.protocol(), "rpc");
        EXPECT_EQ(over_udp.confirmed(), Confirmed::kBoth);
        EXPECT_EQ(over_tcp.confirmed(), Confirmed::kBoth);
    }
    for (const bytes::View other : {bytes::View{kCall}, bytes::View{changed(kReply, 0, {0x38})}}) {
        Dialogue dialogue{Transport::kUdp};
        dialogue.client(kCall).server(other);
        EXPECT_EQ(dialogue.confirmed(), Confirmed::kClient);
    }
}

TEST(Rpc, FindsTheReplyAmongOthers) {
    const auto other = recorded(changed(kReply, 0, {0x38}));
    const auto said = concatenated({other, recorded(kReply)});
    EXPECT_EQ(ask(rpc::validate, stream_back(said, kToken)).match, Match::kYes);
    EXPECT_EQ(ask(rpc::validate, stream_back(other, kToken)).match, Match::kNeedMore);
}

TEST(Rpc, BelievesAReplyOnlyAfterItsCall) {
    EXPECT_EQ(ask(rpc::validate, reply(kReply)).match, Match::kNeedMore);
    EXPECT_EQ(ask(rpc::validate, stream_back(recorded(kReply))).match, Match::kNeedMore);
}

TEST(Rpc, ChecksEveryFieldOfACall) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"kind", changed(kCall, 7, {2})},
        {"version", changed(kCall, 11, {1})},
        {"unknown flavour", changed(kCall, 27, {8})},
        {"credential of 404 bytes", changed(kCall, 30, {1, 0x94})},
        {"credential past the end", changed(kCall, 30, {1, 0})},
        {"unknown verifier", changed(kCall, 35, {9})},
        {"name past the credential", changed(kSystemCall, 39, {0x15})},
        {"groups past the credential", changed(kSystemCall, 59, {3})},
        {"fewer groups than told", changed(kSystemCall, 59, {1})},
        {"version of RPCSEC_GSS", changed(kGssCall, 35, {4})},
        {"half a word", concatenated({kCall, "0000"_hex})},
    };
    for (const auto& [what, payload] : near_misses) {
        EXPECT_EQ(ask(rpc::validate, datagram(payload)).match, Match::kNo) << what;
    }
    EXPECT_EQ(ask(rpc::validate, stream(concatenated({"80000027"_hex, kCall}))).match, Match::kNo);
    EXPECT_EQ(ask(rpc::validate, stream(concatenated({"80000024"_hex, kCall}))).match, Match::kNo);
}

TEST(Rpc, ChecksEveryFieldOfAReply) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"neither accepted nor denied", changed(kReply, 11, {2})},
        {"unknown flavour", changed(kReply, 15, {8})},
        {"verifier past the end", changed(kReply, 19, {12})},
        {"unknown status", changed(kReply, 23, {6})},
        {"results of a failure", changed(kReply, 23, {3})},
        {"versions missing", changed(kUnknownProcedure, 23, {2})},
        {"unknown refusal", changed(kAuthError, 15, {2})},
        {"unknown reason", changed(kAuthError, 19, {15})},
        {"a reason and more", concatenated({kAuthError, "00000000"_hex})},
    };
    for (const auto& [what, payload] : near_misses) {
        EXPECT_EQ(ask(rpc::validate, reply(payload, kToken)).match, Match::kNo) << what;
    }
}

TEST(Rpc, NeedsItsCredentialsAndNoMore) {
    const auto framed = recorded(kSystemCall);
    for (std::size_t size = 0; size < framed.size(); ++size) {
        EXPECT_EQ(ask(rpc::validate, stream(bytes::View{framed}.first(size))).match,
                  Match::kNeedMore)
            << size;
    }
    const auto arguments = recorded(kCall);
    EXPECT_EQ(ask(rpc::validate, stream(bytes::View{arguments}.first(44))).match, Match::kYes);
    EXPECT_TRUE(accepted_cuts(rpc::validate, datagram(kSystemCall)).empty());
}

TEST(Rpc, GoesOnAsTlsWhenBothAgree) {
    constexpr auto kAsk =
        "80000028 00000009 00000000 00000002 000186a3 00000004 00000000"
        "00000007 00000000 00000000 00000000"_hex;
    constexpr auto kAgree =
        "80000020 00000009 00000001 00000000 00000000 00000008 5354415254544c53 00000000"_hex;
    constexpr auto kDecline = "80000018 00000009 00000001 00000000 00000000 00000000 00000000"_hex;

    const Upgrade done = rpc::upgrade(kAsk, kAgree);
    EXPECT_EQ(done.state, Upgrade::State::kDone);
    EXPECT_EQ(done.client_at, 44);
    EXPECT_EQ(done.server_at, 36);
    EXPECT_EQ(rpc::upgrade(kAsk, {}).state, Upgrade::State::kPending);
    EXPECT_EQ(rpc::upgrade(bytes::View{kAsk}.first(30), {}).state, Upgrade::State::kPending);
    EXPECT_EQ(rpc::upgrade(kAsk, bytes::View{kAgree}.first(30)).state, Upgrade::State::kPending);
    EXPECT_EQ(rpc::upgrade(kAsk, kDecline).state, Upgrade::State::kNever);
    EXPECT_EQ(rpc::upgrade(kAsk, changed(kAgree, 7, {8})).state, Upgrade::State::kNever);
    EXPECT_EQ(rpc::upgrade(recorded(kCall), {}).state, Upgrade::State::kNever);
}

}  // namespace
}  // namespace sensor::identify
