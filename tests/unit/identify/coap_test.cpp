#include "sensor/identify/protocols/coap.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

// CON GET /temp, id 7d34, token 2b.
constexpr auto kGet = "41 01 7d34 2b b4 74656d70"_hex;
// POST /a/bc with Content-Format 50 and a body.
constexpr auto kPost = "40 02 7d35 b1 61 02 6263 11 32 ff 7b7d"_hex;
constexpr auto kAcknowledged = "61 45 7d34 2b c0 ff 32312e35"_hex;  // 2.05, piggybacked
constexpr auto kLater = "41 45 0101 2b c0 ff 32312e35"_hex;         // 2.05 in a message of its own
constexpr auto kEmptyAck = "60 00 7d34"_hex;
constexpr auto kReset = "70 00 7d34"_hex;

Confirmed confirmed_by(bytes::View answer) {
    Dialogue dialogue{Transport::kUdp};
    dialogue.client(kGet).server(answer);
    EXPECT_EQ(dialogue.protocol(), "coap");
    return dialogue.confirmed();
}

TEST(Coap, RecognisesRequests) {
    EXPECT_EQ(ask(coap::validate, datagram(kGet)).role, Role::kClient);
    EXPECT_EQ(recognised_as(datagram(kGet)), "coap");
    EXPECT_EQ(recognised_as(datagram(changed(kPost, 5, {'x'}))), "coap");
}

TEST(Coap, ConfirmsEveryWayToAnswer) {
    EXPECT_EQ(confirmed_by(kAcknowledged), Confirmed::kBoth);
    EXPECT_EQ(confirmed_by(kLater), Confirmed::kBoth);
    EXPECT_EQ(confirmed_by(kEmptyAck), Confirmed::kBoth);
    EXPECT_EQ(confirmed_by(kReset), Confirmed::kBoth);
}

TEST(Coap, DoesNotConfirmAnswersToSomethingElse) {
    EXPECT_EQ(confirmed_by(changed(kAcknowledged, 3, {0x35})), Confirmed::kClient) << "id";
    EXPECT_EQ(confirmed_by(changed(kAcknowledged, 4, {0x2c})), Confirmed::kClient) << "token";
    EXPECT_EQ(confirmed_by(changed(kLater, 4, {0x2c})), Confirmed::kClient);
    EXPECT_EQ(confirmed_by(changed(kEmptyAck, 3, {0x35})), Confirmed::kClient);
    EXPECT_EQ(confirmed_by(changed(kReset, 3, {0x35})), Confirmed::kClient);
    EXPECT_EQ(confirmed_by(kGet), Confirmed::kClient) << "echo";
}

TEST(Coap, BelievesAnAnswerOnlyAfterItsRequest) {
    EXPECT_EQ(ask(coap::validate, reply(kAcknowledged)).match, Match::kNo);
    EXPECT_EQ(ask(coap::validate, reply(kReset)).match, Match::kNo);
}

TEST(Coap, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"version 0", changed(kGet, 0, {0x01})},
        {"version 2", changed(kGet, 0, {0x81})},
        {"an acknowledgement asks", changed(kGet, 0, {0x61})},
        {"token of 9 bytes", changed(kGet, 0, {0x49})},
        {"method 8", changed(kGet, 1, {8})},
        {"ping", Payload{0x40, 0, 0x7d, 0x34}},
        {"option past the end", changed(kGet, 5, {0xb5})},
        {"reserved delta", changed(kGet, 5, {0xf4})},
        {"reserved length", changed(kGet, 5, {0xbf})},
        {"option 2", changed(kGet, 5, {0x24})},
        {"option 10", changed(kGet, 5, {0xa4})},
        {"a control character in the path", changed(kGet, 6, {0x07})},
        {"nothing readable", changed(kGet, 5, {0x44})},
        {"GET with a body", concatenated({kGet, "ff 31"_hex})},
        {"marker without a body", concatenated({changed(kGet, 1, {2}), "ff"_hex})},
        {"content format of 3 bytes", Payload{0x40, 2, 0, 1, 0xb3, 'a', 'b', 'c', 0x13, 1, 2, 3}},
    };
    for (const auto& [what, payload] : near_misses) {
        EXPECT_EQ(ask(coap::validate, datagram(payload)).match, Match::kNo) << what;
    }
}

TEST(Coap, ReadsExtendedDeltasAndLengths) {
    // Proxy-Uri (35 = 13 + 22) of 15 bytes (13 + 2), Request-Tag (292 = 35 + 257).
    constexpr auto kProxied = "40 01 0001 dd 16 02 636f61703a2f2f612e62632f6465 66 d1 f4 01"_hex;
    EXPECT_EQ(ask(coap::validate, datagram(kProxied)).match, Match::kYes);
    EXPECT_EQ(ask(coap::validate, datagram(changed(kProxied, 5, {0x17}))).match, Match::kNo);
}

TEST(Coap, IsNeverSureOfACutDatagram) {
    EXPECT_TRUE(accepted_cuts(coap::validate, datagram(kGet)).empty());
}

/// Bytes that begin like a request and go on at random.
TEST(Coap, IsRareAmongRandomBytesAfterAnHonestHeader) {
    Noise noise{6};
    unsigned recognised = 0;
    for (unsigned i = 0; i < 1'000'000; ++i) {
        Payload payload = noise.next(8 + i % 64);
        payload[0] = static_cast<std::uint8_t>(0x40 + i % 9);
        payload[1] = static_cast<std::uint8_t>(1 + i % 7);
        if (coap::validate(datagram(payload)).match == Match::kYes) ++recognised;
    }
    // One datagram in 260 begins so: this many in a million would be 10^-7 of all.
    EXPECT_LE(recognised, 26U);
}

}  // namespace
}  // namespace sensor::identify
