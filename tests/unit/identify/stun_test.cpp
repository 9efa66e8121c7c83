#include "sensor/identify/protocols/stun.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

// Binding: SOFTWARE "abc", FINGERPRINT.
constexpr auto kRequest =
    "0001 0010 2112a442 0102030405060708090a0b0c 8022 0003 61626300 8028 0004 b91c61a6"_hex;
// Another question of the same client's.
constexpr auto kNextRequest =
    "0001 0010 2112a442 7702030405060708090a0b0c 8022 0003 61626300 8028 0004 f2fda74b"_hex;
// XOR-MAPPED-ADDRESS and FINGERPRINT, to yet another.
constexpr auto kNextSuccess =
    "0101 0014 2112a442 c1c2030405060708090a0b0c 0020 0008 0001 a147 e112a643 8028 0004 35b2fc17"_hex;
// XOR-MAPPED-ADDRESS.
constexpr auto kSuccess =
    "0101 000c 2112a442 0102030405060708090a0b0c 0020 0008 0001 a147 e112a643"_hex;
constexpr auto kSendIndication =
    "0016 0010 2112a442 1112030405060708090a0b0c 0012 0008 0001 a147 e112a643 0013 0000"_hex;
// RFC 3489: CHANGE-REQUEST, and MAPPED-ADDRESS.
constexpr auto kClassicRequest =
    "0001 0008 a1b2c3d4e5f60718293a4b5c6d7e8f90 0003 0004 00000006"_hex;
constexpr auto kClassicSuccess =
    "0101 000c a1b2c3d4e5f60718293a4b5c6d7e8f90 0001 0008 0001 8001 c0000201"_hex;

TEST(Stun, RecognisesRequestAnswerAndIndication) {
    EXPECT_EQ(ask(stun::validate, datagram(kRequest)).role, Role::kClient);
    EXPECT_EQ(ask(stun::validate, reply(kSuccess)).role, Role::kServer);
    EXPECT_EQ(ask(stun::validate, datagram(kSendIndication)).role, Role::kEither);
    EXPECT_EQ(recognised_as(datagram(kRequest)), "stun");
    EXPECT_EQ(recognised_as(reply(kSuccess)), "stun");
    EXPECT_EQ(recognised_as(datagram(kSendIndication)), "stun");
    EXPECT_EQ(recognised_as(datagram(kClassicRequest)), "stun");
    EXPECT_EQ(recognised_as(reply(kClassicSuccess)), "stun");
}

TEST(Stun, ConfirmsAnAnswerWithTheSameTransaction) {
    Dialogue right{Transport::kUdp};
    Dialogue wrong{Transport::kUdp};
    right.client(kRequest).server(kSuccess);
    wrong.client(kRequest).server(changed(kSuccess, 19, {0x1c}));

    EXPECT_EQ(right.protocol(), "stun");
    EXPECT_EQ(right.confirmed(), Confirmed::kBoth);
    EXPECT_EQ(wrong.confirmed(), Confirmed::kClient);
}

TEST(Stun, ConfirmsWhenBothSidesAsk) {
    Dialogue ice{Transport::kUdp};
    ice.client(kRequest).server(kNextRequest);

    EXPECT_EQ(ice.confirmed(), Confirmed::kBoth);
    EXPECT_FALSE(ice.is_turned_round());
}

TEST(Stun, ConfirmsAFingerprintedAnswerToALaterQuestion) {
    Dialogue right{Transport::kUdp};
    Dialogue wrong{Transport::kUdp};
    right.client(kRequest).server(kNextSuccess);
    wrong.client(kRequest).server(changed(kNextSuccess, 39, {0}));

    EXPECT_EQ(right.confirmed(), Confirmed::kBoth);
    EXPECT_EQ(wrong.confirmed(), Confirmed::kClient);
}

TEST(Stun, DoesNotConfirmAnEcho) {
    Dialogue echo{Transport::kUdp};
    echo.client(kRequest).server(kRequest);
    EXPECT_EQ(echo.confirmed(), Confirmed::kClient);
}

TEST(Stun, TurnsASessionRoundThatBeginsWithTheAnswer) {
    Dialogue dialogue{Transport::kUdp, Dialogue::Opening::kMissed};
    dialogue.client(kSuccess).server(kNextRequest);

    EXPECT_TRUE(dialogue.is_turned_round());
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(Stun, ConfirmsClassicMessages) {
    Dialogue right{Transport::kUdp};
    Dialogue wrong{Transport::kUdp};
    right.client(kClassicRequest).server(kClassicSuccess);
    wrong.client(kClassicRequest).server(changed(kClassicSuccess, 4, {0xff}));

    EXPECT_EQ(right.confirmed(), Confirmed::kBoth);
    EXPECT_EQ(wrong.confirmed(), Confirmed::kClient);
}

TEST(Stun, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"top bits", changed(kRequest, 0, {0x40})},
        {"method 5", changed(kRequest, 1, {0x05})},
        {"send request", changed(kRequest, 1, {0x06})},
        {"length too short", changed(kRequest, 3, {0x0c})},
        {"length too long", changed(kRequest, 3, {0x14})},
        {"length no multiple of 4", changed(kRequest, 3, {0x0f})},
        {"cookie", changed(kRequest, 4, {0x22})},
        {"attribute too long", changed(kRequest, 23, {0x0d})},
        {"attribute past the end", changed(kRequest, 31, {0x05})},
        {"fingerprint too short", changed(kRequest, 31, {0x03})},
        {"fingerprint not last", changed(kRequest, 20, {0x80, 0x28, 0x00, 0x04})},
        {"four bytes too many", concatenated({kRequest, "00000000"_hex})},
    };
    for (const auto& [what, payload] : near_misses) {
        EXPECT_EQ(ask(stun::validate, datagram(payload)).match, Match::kNo) << what;
    }
    EXPECT_EQ(ask(stun::validate, reply(changed(kSuccess, 25, {3}))).match, Match::kNo) << "family";
    EXPECT_EQ(ask(stun::validate, reply(changed(kSuccess, 23, {4}))).match, Match::kNo) << "size";
}

TEST(Stun, ChecksEveryFieldOfClassicMessages) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"method 3", changed(kClassicRequest, 1, {3})},
        {"length", changed(kClassicRequest, 3, {4})},
        {"attribute 12", changed(kClassicRequest, 21, {12})},
        {"attribute 0", changed(kClassicRequest, 21, {0})},
        {"change request of 3 bytes", changed(kClassicRequest, 23, {3})},
    };
    for (const auto& [what, payload] : near_misses) {
        EXPECT_EQ(ask(stun::validate, datagram(payload)).match, Match::kNo) << what;
    }
    // Twenty bytes without attributes: only with an id that looks random.
    constexpr auto kBare = "0001 0000 a1b2c3d4e5f60718293a4b5c6d7e8f90"_hex;
    constexpr auto kCounter = "0001 0000 00000000000000000000000000000001"_hex;
    EXPECT_EQ(ask(stun::validate, datagram(kBare)).match, Match::kYes);
    EXPECT_EQ(ask(stun::validate, datagram(kCounter)).match, Match::kNo);
    EXPECT_EQ(ask(stun::validate, reply(changed(kBare, 0, {1}))).match, Match::kNo);
}

TEST(Stun, AcceptsAnUnpaddedLastAttributeAndVendorsMethods) {
    // Allocate with an attribute of 6 bytes, and a request of method 200.
    constexpr auto kUnpadded =
        "0003 000a 2112a442 a6674f75f0ad2c001315b338 4000 0006 05030826d884"_hex;
    constexpr auto kVendors = "0800 0000 2112a442 a6674f75f0ad2c001315b338"_hex;
    EXPECT_EQ(recognised_as(datagram(kUnpadded)), "stun");
    EXPECT_EQ(recognised_as(datagram(kVendors)), "stun");
    EXPECT_EQ(ask(stun::validate, stream(kUnpadded)).match, Match::kNo);
    EXPECT_EQ(ask(stun::validate, datagram(changed(kUnpadded, 3, {9}))).match, Match::kNo);
    EXPECT_EQ(ask(stun::validate, datagram(changed(kVendors, 4, {0}))).match, Match::kNo);
}

TEST(Stun, ConfirmsWithChannelData) {
    constexpr auto kChannelData = "4001 0003 80c901"_hex;
    const auto confirmed_by = [&](bytes::View answer) {
        Dialogue dialogue{Transport::kUdp};
        dialogue.client(kRequest).server(answer);
        return dialogue.confirmed();
    };
    EXPECT_EQ(confirmed_by(kChannelData), Confirmed::kBoth);
    EXPECT_EQ(confirmed_by(concatenated({kChannelData, "00"_hex})), Confirmed::kBoth);
    EXPECT_EQ(confirmed_by(concatenated({kChannelData, "00000000"_hex})), Confirmed::kClient);
    EXPECT_EQ(confirmed_by(changed(kChannelData, 3, {4})), Confirmed::kClient);
    EXPECT_EQ(confirmed_by(changed(kChannelData, 0, {0x50})), Confirmed::kClient);
    EXPECT_EQ(ask(stun::validate, datagram(kChannelData)).match, Match::kNo);
}

TEST(Stun, IsNeverSureOfACutDatagram) {
    for (const bytes::View message : {bytes::View{kRequest}, bytes::View{kSuccess},
                                      bytes::View{kSendIndication}, bytes::View{kClassicRequest}}) {
        EXPECT_TRUE(accepted_cuts(stun::validate, datagram(message)).empty());
    }
}

TEST(StunOverTcp, WaitsForTheWholeMessage) {
    for (std::size_t size = 0; size < kRequest.size(); ++size) {
        const auto said = bytes::View{kRequest}.first(size);
        EXPECT_EQ(ask(stun::validate, stream(said)).match, Match::kNeedMore) << size;
    }
    const auto followed = concatenated({kRequest, "4000 0004 01020304"_hex});
    EXPECT_EQ(ask(stun::validate, stream(followed)).match, Match::kYes);
    EXPECT_EQ(ask(stun::validate, stream(kClassicRequest)).match, Match::kNo);
}

TEST(StunOverTcp, LeavesTextAlone) {
    for (const std::string_view line : {"EHLO phone\r\n", "GET /\r\n", "NICK bob\r\n", "C"}) {
        EXPECT_EQ(ask(stun::validate, stream(bytes::view_of(line))).match, Match::kNo) << line;
    }
}

TEST(StunOverTcp, ReadsIceFrames) {
    const auto framed = concatenated({"0024"_hex, kRequest});
    ASSERT_EQ(kRequest.size(), 0x24U);

    EXPECT_EQ(recognised_as(stream(framed)), "stun");
    EXPECT_EQ(ask(stun::validate, stream(changed(framed, 1, {0x25}))).match, Match::kNo);
}

TEST(Stun, NotesTheSoftware) {
    EXPECT_EQ(fact_of(stun::kProtocol, datagram(kRequest), Fact::kSoftware), "abc");
    EXPECT_EQ(fact_of(stun::kProtocol, reply(kSuccess), Fact::kSoftware), "");
}

}  // namespace
}  // namespace sensor::identify
