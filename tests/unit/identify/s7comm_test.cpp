#include "sensor/identify/protocols/s7comm.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

// A programming device connects to rack 0, slot 2; reference 7; then sets communication up.
constexpr auto kConnect = "03000016 11 e0 0000 0007 00 c1020100 c2020102 c0010a"_hex;
constexpr auto kConfirm = "03000016 11 d0 0007 0003 00 c0010a c1020100 c2020102"_hex;
constexpr auto kSetup = "03000019 02f080 32 01 0000 0200 0008 0000 f0 00 0001 0001 01e0"_hex;
constexpr auto kSetUp = "0300001b 02f080 32 03 0000 0200 0008 0000 0000 f0 00 0001 0001 00f0"_hex;
// Reads a list; the kind of user data.
constexpr auto kAsk =
    "03000021 02f080 32 07 0000 0300 0008 0008 000112 04 11 44 01 00 ff09 0004 0132 0004"_hex;
// S7comm-plus: CreateObject, sequence 1, and its trailer.
constexpr auto kPlus =
    "0300001d 02f080 72 01 000e 31 0000 04ca 0000 0001 0000012034 72 01 0000"_hex;
// A connect with other selectors, as of MMS.
constexpr auto kOther = "03000016 11 e0 0000 0007 00 c0010a c1020001 c2020001"_hex;

Match of(bytes::View said) {
    return ask(s7comm::validate, stream(said)).match;
}

TEST(S7comm, RecognisesConnectsAndPdus) {
    for (const bytes::View said :
         {bytes::View{kConnect}, bytes::View{kSetup}, bytes::View{kAsk}, bytes::View{kPlus}}) {
        EXPECT_EQ(of(said), Match::kYes);
        EXPECT_EQ(recognised_as(stream(said)), "s7comm");
    }
    EXPECT_EQ(of(kSetUp), Match::kYes);
    EXPECT_EQ(recognised_as(stream_back(kSetUp)), "s7comm");
    constexpr auto kNamed =
        "03000024 1f e0 0000 0007 00 c0010a c1020600 c210 53494d415449432d524f4f542d484d49"_hex;
    EXPECT_EQ(of(kNamed), Match::kYes);
}

TEST(S7comm, ConfirmsTheConfirmOfItsConnect) {
    Dialogue dialogue{Transport::kTcp};
    Dialogue other{Transport::kTcp};
    Dialogue echo{Transport::kTcp};
    Dialogue refused{Transport::kTcp};
    dialogue.client(kConnect).server(kConfirm);
    other.client(kConnect).server(changed(kConfirm, 7, {8}));
    echo.client(kConnect).server(kConnect);
    refused.client(kConnect).server("0300000b 06 80 0007 0000 00"_hex);

    EXPECT_EQ(dialogue.protocol(), "s7comm");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
    EXPECT_EQ(other.confirmed(), Confirmed::kClient);
    EXPECT_EQ(echo.confirmed(), Confirmed::kClient);
    EXPECT_EQ(refused.confirmed(), Confirmed::kClient);
}

TEST(S7comm, WaitsForThePduWhereTheSelectorsTellNothing) {
    EXPECT_EQ(of(kOther), Match::kNeedMore);
    EXPECT_EQ(of(concatenated({kOther, kSetup})), Match::kYes);
    EXPECT_EQ(of(concatenated({kOther, "03000009 02f080 0d 00"_hex})), Match::kNo) << "a session";
    EXPECT_EQ(ask(s7comm::validate, stream_back(kConfirm)).match, Match::kNeedMore);
    EXPECT_EQ(ask(s7comm::validate, stream_back(concatenated({kConfirm, kSetUp}))).match,
              Match::kYes);

    Dialogue dialogue{Transport::kTcp};
    dialogue.client(kOther).server(kConfirm).client(kSetup).server(kSetUp);
    EXPECT_EQ(dialogue.protocol(), "s7comm");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(S7comm, ConfirmsInTheMiddle) {
    Dialogue dialogue{Transport::kTcp, Dialogue::Opening::kMissed};
    Dialogue turned{Transport::kTcp, Dialogue::Opening::kMissed};
    Dialogue echo{Transport::kTcp, Dialogue::Opening::kMissed};
    dialogue.client(kSetup).server(kSetUp);
    turned.client(kSetUp).server(changed(kSetup, 12, {3}));
    echo.client(kSetup).server(kSetup);

    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
    EXPECT_TRUE(turned.is_turned_round());
    EXPECT_EQ(turned.confirmed(), Confirmed::kBoth);
    EXPECT_EQ(echo.confirmed(), Confirmed::kClient);
}

TEST(S7comm, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"TPKT version", changed(kSetup, 0, {2})},
        {"packet length", changed(kSetup, 3, {0x18})},
        {"protocol", changed(kSetup, 7, {0x33})},
        {"kind 4", changed(kSetup, 8, {4})},
        {"reserved word", changed(kSetup, 9, {1})},
        {"parameter length", changed(kSetup, 14, {7})},
        {"data length", changed(kSetup, 16, {1})},
        {"no parameters", changed(kSetup, 13, {0, 0, 0, 8})},
        {"function", changed(kSetup, 17, {0x06})},
        {"head of user data", changed(kAsk, 19, {0x13})},
        {"method of user data", changed(kAsk, 21, {0x13})},
        {"way of user data", changed(kAsk, 22, {0x54})},
        {"version 4 of plus", changed(kPlus, 8, {4})},
        {"length of plus", changed(kPlus, 10, {0x0d})},
        {"operation of plus", changed(kPlus, 11, {0x34})},
        {"trailer of plus", changed(kPlus, 26, {2})},
        {"connect to no selector", Payload{3, 0, 0, 15, 10, 0xe0, 0, 0, 0, 7, 0, 0xc1, 2, 1, 0}},
        {"connect of class 2", changed(kConnect, 10, {0x20})},
    };
    for (const auto& [what, payload] : near_misses)
        EXPECT_EQ(of(payload), Match::kNo) << what;
}

TEST(S7comm, WaitsForItsFields) {
    for (std::size_t size = 0; size < kConnect.size(); ++size)
        EXPECT_EQ(of(bytes::View{kConnect}.first(size)), Match::kNeedMore) << size;
    for (std::size_t size = 0; size < 18; ++size)
        EXPECT_EQ(of(bytes::View{kSetup}.first(size)), Match::kNeedMore) << size;
}

}  // namespace
}  // namespace sensor::identify
