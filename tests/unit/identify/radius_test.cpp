#include "sensor/identify/protocols/radius.h"

#include <array>

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

// Access-Request 7: User-Name "anna", a password of 16 bytes, NAS-IP-Address.
constexpr auto kAccess =
    "01 07 0032 000102030405060708090a0b0c0d0e0f 01 06 616e6e61"
    "02 12 101112131415161718191a1b1c1d1e1f 04 06 c0000201"_hex;
// Access-Accept 7: Service-Type framed, Vendor-Specific of 311.
constexpr auto kAccept =
    "02 07 0022 0f0e0d0c0b0a09080706050403020100 06 06 00000002 1a 08 00000137 0102"_hex;
constexpr auto kReject = "03 07 0014 0f0e0d0c0b0a09080706050403020100"_hex;
// Accounting-Request 9: NAS-Identifier, Acct-Status-Type start, Acct-Session-Id.
constexpr auto kAccounting =
    "04 09 0024 000102030405060708090a0b0c0d0e0f 20 05 6e6173 28 06 00000001 2c 05 303031"_hex;
constexpr auto kAccounted = "05 09 0014 0f0e0d0c0b0a09080706050403020100"_hex;
// Disconnect-Request 3: User-Name, Acct-Delay-Time; Status-Server 4: Message-Authenticator.
constexpr auto kDisconnect =
    "28 03 0020 000102030405060708090a0b0c0d0e0f 01 06 616e6e61 37 06 5f000000"_hex;
constexpr auto kStatus =
    "0c 04 0026 000102030405060708090a0b0c0d0e0f 50 12 202122232425262728292a2b2c2d2e2f"_hex;

Confirmed confirmed_by(bytes::View request, bytes::View response) {
    Dialogue dialogue{Transport::kUdp};
    dialogue.client(request).server(response);
    EXPECT_EQ(dialogue.protocol(), "radius");
    return dialogue.confirmed();
}
Payload bare(std::uint8_t code, std::uint8_t identifier) {
    return changed(kReject, 0, {code, identifier});
}

TEST(Radius, RecognisesRequests) {
    for (const bytes::View said : {bytes::View{kAccess}, bytes::View{kAccounting},
                                   bytes::View{kDisconnect}, bytes::View{kStatus}}) {
        EXPECT_EQ(ask(radius::validate, datagram(said)).match, Match::kYes);
        EXPECT_EQ(ask(radius::validate, datagram(said)).role, Role::kClient);
        EXPECT_EQ(recognised_as(datagram(said)), "radius");
    }
    EXPECT_EQ(recognised_as(reply(kAccept)), "radius");
}

TEST(Radius, ConfirmsTheResponseThatFits) {
    EXPECT_EQ(confirmed_by(kAccess, kAccept), Confirmed::kBoth);
    EXPECT_EQ(confirmed_by(kAccess, kReject), Confirmed::kBoth);
    EXPECT_EQ(confirmed_by(kAccess, bare(11, 7)), Confirmed::kBoth) << "challenge";
    EXPECT_EQ(confirmed_by(kAccounting, kAccounted), Confirmed::kBoth);
    EXPECT_EQ(confirmed_by(kDisconnect, bare(41, 3)), Confirmed::kBoth);
    EXPECT_EQ(confirmed_by(kDisconnect, bare(42, 3)), Confirmed::kBoth);
    EXPECT_EQ(confirmed_by(changed(kDisconnect, 0, {43}), bare(45, 3)), Confirmed::kBoth);
    EXPECT_EQ(confirmed_by(kStatus, bare(2, 4)), Confirmed::kBoth);
    EXPECT_EQ(confirmed_by(kStatus, bare(5, 4)), Confirmed::kBoth);
}

TEST(Radius, DoesNotConfirmWhatAnswersSomethingElse) {
    EXPECT_EQ(confirmed_by(kAccess, changed(kAccept, 1, {8})), Confirmed::kClient);
    EXPECT_EQ(confirmed_by(kAccess, bare(5, 7)), Confirmed::kClient);
    EXPECT_EQ(confirmed_by(kAccounting, bare(2, 9)), Confirmed::kClient);
    EXPECT_EQ(confirmed_by(kDisconnect, bare(44, 3)), Confirmed::kClient);
    EXPECT_EQ(confirmed_by(kAccess, kAccess), Confirmed::kClient) << "echo";
}

TEST(Radius, BelievesAResponseWithoutAttributesOnlyAfterItsRequest) {
    EXPECT_EQ(ask(radius::validate, reply(kReject)).match, Match::kNo);
    EXPECT_EQ(ask(radius::validate, reply(kAccept)).match, Match::kYes);
}

TEST(Radius, TurnsASessionRoundThatBeginsWithTheResponse) {
    Dialogue dialogue{Transport::kUdp, Dialogue::Opening::kMissed};
    dialogue.client(kAccept).server(changed(kAccess, 1, {8}));

    EXPECT_TRUE(dialogue.is_turned_round());
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(Radius, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"code 0", changed(kAccess, 0, {0})},
        {"code 6", changed(kAccess, 0, {6})},
        {"length short", changed(kAccess, 3, {0x31})},
        {"length long", changed(kAccess, 3, {0x33})},
        {"attribute 0", changed(kAccess, 20, {0})},
        {"attribute of no length", changed(kAccess, 21, {0})},
        {"attribute shorter than its header", changed(kAccess, 21, {1})},
        {"attribute past the end", changed(kAccess, 45, {7})},
        {"attribute short of the end", changed(kAccess, 45, {5})},
        {"address of 5 bytes",
         concatenated({changed(changed(kAccess, 3, {0x33}), 45, {7}), "00"_hex})},
        {"password of 15 bytes", changed(kAccess, 27, {0x11})},
        {"asks for nobody", Payload{1, 7,  0,  26, 0,  1,  2,  3, 4, 5, 6, 7, 8,
                                    9, 10, 11, 12, 13, 14, 15, 6, 6, 0, 0, 0, 2}},
        {"accounts without a status", changed(kAccounting, 25, {0x29})},
        {"status without authenticator", changed(kStatus, 20, {0x5f})},
        {"vendor of four bytes", changed(kAccept, 28, {1})},
    };
    for (const auto& [what, payload] : near_misses) {
        EXPECT_EQ(ask(radius::validate, datagram(payload)).match, Match::kNo) << what;
    }
}

TEST(Radius, IsNeverSureOfACutDatagram) {
    for (const bytes::View said : {bytes::View{kAccess}, bytes::View{kAccept},
                                   bytes::View{kAccounting}, bytes::View{kStatus}}) {
        EXPECT_TRUE(accepted_cuts(radius::validate, datagram(said)).empty());
    }
}

/// Bytes with a code and the right length that go on at random.
TEST(Radius, IsRareAmongRandomBytesAfterAnHonestHeader) {
    constexpr std::array<std::uint8_t, 8> kCodes{1, 2, 4, 5, 11, 40, 41, 43};
    Noise noise{7};
    unsigned recognised = 0;
    for (unsigned i = 0; i < 200'000; ++i) {
        Payload payload = noise.next(20 + i % 200);
        payload[0] = kCodes[i % kCodes.size()];
        payload[2] = 0;
        payload[3] = static_cast<std::uint8_t>(payload.size());
        if (ask(radius::validate, datagram(payload)).match == Match::kYes) ++recognised;
    }
    // One datagram in a million begins so: this many in 200 000 would be 10^-8 of all.
    EXPECT_LE(recognised, 2000U);
}

}  // namespace
}  // namespace sensor::identify
