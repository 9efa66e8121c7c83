#include "sensor/identify/protocols/dcerpc.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

// BIND of the endpoint mapper in NDR, call 1, and the same with the high byte first.
constexpr auto kBind =
    "05 00 0b 03 10000000 4800 0000 01000000 d016 d016 00000000 01 00 0000"
    "0000 01 00 0883afe11f5dc91191a408002b14a0fa 0300 0000"
    "045d888aeb1cc9119fe808002b104860 02000000"_hex;
constexpr auto kBigBind =
    "05 00 0b 03 00000000 0048 0000 00000001 16d0 16d0 00000000 01 00 0000"
    "0000 01 00 e1af83085d1f11c991a408002b14a0fa 0000 0003"
    "8a885d041ceb11c99fe808002b104860 00000002"_hex;
// Its answer: port "135", accepted. A refusal: the version is not supported.
constexpr auto kBindAck =
    "05 00 0c 03 10000000 3c00 0000 01000000 d016 d016 fb5a0000 0400 31333500 0000"
    "01 00 0000 0000 0000 045d888aeb1cc9119fe808002b104860 02000000"_hex;
constexpr auto kBindNak = "05 00 0d 03 10000000 1500 0000 01000000 0400 01 05 00"_hex;
// Call 2: six bytes of a request's arguments, the answer, a fault.
constexpr auto kRequest =
    "05 00 00 03 10000000 1e00 0000 02000000 06000000 0000 0300 010203040506"_hex;
constexpr auto kObjectRequest =
    "05 00 00 83 10000000 2800 0000 02000000 00000000 0000 0300"
    "00112233445566778899aabbccddeeff"_hex;
constexpr auto kResponse =
    "05 00 02 03 10000000 1c00 0000 02000000 04000000 0000 00 00 00000000"_hex;
constexpr auto kFault =
    "05 00 03 23 10000000 2000 0000 02000000 20000000 0000 00 00 05000000 00000000"_hex;
// NTLM's last step: four bytes of padding, then 16 bytes that authenticate.
constexpr auto kAuth3 =
    "05 00 10 03 10000000 2c00 1000 01000000 00000000 0a 02 00 00 00000000"
    "4e544c4d53535000 0300000000000000"_hex;
constexpr auto kOrphaned = "05 00 13 03 10000000 1000 0000 02000000"_hex;

// Version 4: a request of four bytes, its answer, in both byte orders; what asks for progress.
constexpr auto kCall =
    "04 00 28 00 100000 00 00000000000000000000000000000000 0100a0de976cd11182710000f8799f90"
    "000102030405060708090a0b0c0d0e0f 00000000 01000000 05000000 0200 ffff ffff 0400 0000 00 00"
    "01020304"_hex;
constexpr auto kReturn =
    "04 02 08 00 100000 00 00000000000000000000000000000000 0100a0de976cd11182710000f8799f90"
    "000102030405060708090a0b0c0d0e0f 44332211 01000000 05000000 0200 ffff ffff 0400 0000 00 00"
    "00000000"_hex;
constexpr auto kBigCall =
    "04 00 28 00 000000 00 00000000000000000000000000000000 dea000016c9711d1827100a02442df7d"
    "000102030405060708090a0b0c0d0e0f 00000000 00000001 00000005 0002 ffff ffff 0004 0000 00 00"
    "01020304"_hex;
constexpr auto kPing =
    "04 01 00 00 100000 00 00000000000000000000000000000000 0100a0de976cd11182710000f8799f90"
    "000102030405060708090a0b0c0d0e0f 00000000 01000000 05000000 0200 ffff ffff 0000 0000 00 00"_hex;

Match match_of(bytes::View said) {
    return ask(dcerpc::validate, stream(said)).match;
}

TEST(Dcerpc, RecognisesEveryPdu) {
    const std::vector<std::pair<bytes::View, Role>> pdus{
        {kBind, Role::kClient},     {kBigBind, Role::kClient}, {kBindAck, Role::kServer},
        {kBindNak, Role::kServer},  {kRequest, Role::kClient}, {kObjectRequest, Role::kClient},
        {kResponse, Role::kServer}, {kFault, Role::kServer},   {kAuth3, Role::kClient},
        {kOrphaned, Role::kClient},
    };
    for (const auto& [pdu, role] : pdus) {
        EXPECT_EQ(ask(dcerpc::validate, stream(pdu)).role, role) << pdu.size();
        EXPECT_EQ(recognised_as(stream(pdu)), "dcerpc") << pdu.size();
        EXPECT_TRUE(accepted_cuts(dcerpc::validate, stream(pdu.first(16))).empty());
    }
    // The other types of an association.
    EXPECT_EQ(match_of(changed(kBind, 2, {14})), Match::kYes);
    EXPECT_EQ(match_of(changed(kBindAck, 2, {15})), Match::kYes);
    EXPECT_EQ(match_of(changed(kOrphaned, 2, {17})), Match::kYes);
    EXPECT_EQ(match_of(changed(kOrphaned, 2, {18})), Match::kYes);
}

TEST(Dcerpc, ConfirmsABindWithItsAnswer) {
    for (const bytes::View answer : {bytes::View{kBindAck}, bytes::View{kBindNak}}) {
        Dialogue dialogue{Transport::kTcp};
        dialogue.client(kBind).server(answer);
        EXPECT_EQ(dialogue.protocol(), "dcerpc");
        EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
    }
    for (const bytes::View other : {bytes::View{kBind}, bytes::View{kResponse}}) {
        Dialogue dialogue{Transport::kTcp};
        dialogue.client(kBind).server(other);
        EXPECT_EQ(dialogue.confirmed(), Confirmed::kClient);
    }
    Dialogue other_call{Transport::kTcp};
    other_call.client(kBind).server(changed(kBindAck, 12, {2}));
    EXPECT_EQ(other_call.confirmed(), Confirmed::kClient);
}

TEST(Dcerpc, ConfirmsInTheMiddleOfASession) {
    Dialogue dialogue{Transport::kTcp, Dialogue::Opening::kMissed};
    dialogue.server(kRequest).client(kResponse);
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
    EXPECT_TRUE(dialogue.is_turned_round());
}

TEST(Dcerpc, ConfirmsAfterTheGreetingOfHttp) {
    Dialogue dialogue{Transport::kTcp};
    dialogue.server("6e6361636e5f687474702f312e30"_hex).client(kBind);
    EXPECT_EQ(dialogue.protocol(), "dcerpc");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(Dcerpc, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"version", changed(kBind, 0, {6})},
        {"minor version", changed(kBind, 1, {2})},
        {"type of version 4", changed(kRequest, 2, {1})},
        {"unknown type", changed(kBind, 2, {20})},
        {"reserved flag", changed(kBind, 3, {0x0b})},
        {"byte order", changed(kBind, 4, {0x20})},
        {"floats", changed(kBind, 5, {4})},
        {"padding of the representation", changed(kBind, 7, {1})},
        {"length below the header's", changed(kRequest, 8, {0x0f, 0})},
        {"length below the body's", changed(kRequest, 8, {0x17, 0})},
        {"authentication longer than the rest", changed(kRequest, 10, {0x07, 0})},
        {"no context", changed(kBind, 24, {0})},
        {"more contexts than fit", changed(kBind, 24, {2})},
        {"padding of the contexts", changed(kBind, 25, {1})},
        {"no syntax", changed(kBind, 30, {0})},
        {"more syntaxes than fit", changed(kBind, 30, {2})},
        {"padding of a context", changed(kBind, 31, {1})},
        {"port past the end", changed(kBindAck, 24, {0x40})},
        {"no result", changed(kBindAck, 32, {0})},
        {"unknown result", changed(kBindAck, 36, {4})},
        {"unknown reason", changed(kBindNak, 16, {10})},
        {"padding of a response", changed(kResponse, 23, {1})},
        {"authentication without any", changed(kAuth3, 10, {0})},
        {"something else behind it", concatenated({kRequest, "00"_hex})},
    };
    for (const auto& [what, payload] : near_misses) {
        EXPECT_EQ(match_of(payload), Match::kNo) << what;
    }
}

TEST(Dcerpc, NeedsItsFieldsAndNoMore) {
    for (std::size_t size = 0; size < kBind.size(); ++size) {
        EXPECT_EQ(match_of(bytes::View{kBind}.first(size)), Match::kNeedMore) << size;
    }
    for (std::size_t size = 0; size < 24; ++size) {
        EXPECT_EQ(match_of(bytes::View{kRequest}.first(size)), Match::kNeedMore) << size;
    }
    EXPECT_EQ(match_of(bytes::View{kRequest}.first(24)), Match::kYes);
    EXPECT_EQ(match_of(concatenated({kBind, kAuth3, kRequest})), Match::kYes);
}

TEST(DcerpcDatagram, RecognisesBothByteOrders) {
    EXPECT_EQ(ask(dcerpc::validate, datagram(kCall)).role, Role::kClient);
    EXPECT_EQ(ask(dcerpc::validate, reply(kReturn)).role, Role::kServer);
    for (const bytes::View pdu :
         {bytes::View{kCall}, bytes::View{kReturn}, bytes::View{kBigCall}, bytes::View{kPing}}) {
        EXPECT_EQ(recognised_as(datagram(pdu)), "dcerpc");
        EXPECT_TRUE(accepted_cuts(dcerpc::validate, datagram(pdu)).empty());
    }
}

TEST(DcerpcDatagram, ConfirmsTheSameActivity) {
    Dialogue dialogue{Transport::kUdp};
    dialogue.client(kCall).server(kReturn);
    EXPECT_EQ(dialogue.protocol(), "dcerpc");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);

    Dialogue other{Transport::kUdp};
    other.client(kCall).server(changed(kReturn, 40, {0x77}));
    EXPECT_EQ(other.confirmed(), Confirmed::kClient);

    Dialogue echo{Transport::kUdp};
    echo.client(kCall).server(kCall);
    EXPECT_EQ(echo.confirmed(), Confirmed::kClient);
}

TEST(DcerpcDatagram, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"version", changed(kCall, 0, {5})},
        {"type", changed(kCall, 1, {11})},
        {"reserved flag", changed(kCall, 3, {0x04})},
        {"byte order", changed(kCall, 4, {0x20})},
        {"the other byte order", changed(kCall, 4, {0x00})},
        {"floats", changed(kCall, 5, {4})},
        {"padding of the representation", changed(kCall, 6, {1})},
        {"length too short", changed(kCall, 74, {3})},
        {"length too long", changed(kCall, 74, {5})},
        {"fragment number of a whole", changed(kCall, 76, {1})},
        {"a ping with a body", changed(kCall, 1, {1})},
        {"a cancel of four bytes", changed(kCall, 1, {8})},
        {"a fault without a status", changed(kPing, 1, {3})},
    };
    for (const auto& [what, payload] : near_misses) {
        EXPECT_EQ(ask(dcerpc::validate, datagram(payload)).match, Match::kNo) << what;
    }
    // What authenticates is not counted.
    const auto signed_call = concatenated({changed(kCall, 78, {9}), "0102030405060708"_hex});
    EXPECT_EQ(ask(dcerpc::validate, datagram(signed_call)).match, Match::kYes);
}

}  // namespace
}  // namespace sensor::identify
