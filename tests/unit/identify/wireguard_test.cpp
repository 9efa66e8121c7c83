#include "sensor/identify/protocols/wireguard.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

constexpr auto kSender = "9043164c"_hex;    // the initiator's index
constexpr auto kReceiver = "5a80d24e"_hex;  // the responder's
constexpr std::uint32_t kSenderIndex = 0x9043164c;
constexpr auto kNoCookie = "00000000000000000000000000000000"_hex;

/// What a cipher leaves; as a key, its top bit is clear.
Payload sealed(std::size_t size, std::uint32_t seed) {
    Payload bytes = Noise{seed}.next(size);
    bytes.back() &= 0x7fU;
    return bytes;
}
Payload initiation(bytes::View second_mac = kNoCookie) {
    return concatenated({"01 000000"_hex, kSender, sealed(32, 1), sealed(48, 2), sealed(28, 3),
                         sealed(16, 4), second_mac});
}
Payload response(bytes::View receiver = kSender) {
    return concatenated({"02 000000"_hex, kReceiver, receiver, sealed(32, 5), sealed(16, 6),
                         sealed(16, 7), kNoCookie});
}
Payload cookie_reply(bytes::View receiver = kSender) {
    return concatenated({"03 000000"_hex, receiver, sealed(24, 8), sealed(32, 9)});
}
Payload transport(std::uint8_t counter, std::size_t sealed_bytes = 32,
                  bytes::View receiver = kReceiver) {
    const Payload number{counter, 0, 0, 0, 0, 0, 0, 0};
    return concatenated({"04 000000"_hex, receiver, number, sealed(sealed_bytes, 10U + counter)});
}

TEST(Wireguard, RecognisesAHandshakeOfEitherSide) {
    EXPECT_EQ(ask(wireguard::validate, datagram(initiation())).role, Role::kClient);
    EXPECT_EQ(ask(wireguard::validate, reply(response())).role, Role::kServer);
    EXPECT_EQ(recognised_as(datagram(initiation())), "wireguard");
    EXPECT_EQ(recognised_as(datagram(initiation(sealed(16, 20)))), "wireguard") << "with a cookie";
    EXPECT_EQ(recognised_as(reply(response())), "wireguard");
}

TEST(Wireguard, ConfirmsWhateverNamesTheSender) {
    for (const auto& answer : {response(), cookie_reply(), transport(0, 32, kSender)}) {
        Dialogue dialogue{Transport::kUdp};
        dialogue.client(initiation()).server(answer);
        EXPECT_EQ(dialogue.protocol(), "wireguard");
        EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth) << int{answer[0]};
    }
}

TEST(Wireguard, DoesNotConfirmAnswersToAnotherIndex) {
    for (const auto& answer :
         {response(kReceiver), cookie_reply(kReceiver), transport(0, 32, kReceiver)}) {
        Dialogue dialogue{Transport::kUdp};
        dialogue.client(initiation()).server(answer);
        EXPECT_EQ(dialogue.confirmed(), Confirmed::kClient) << int{answer[0]};
    }
}

TEST(Wireguard, LetsBothPeersStartAtOnce) {
    Dialogue dialogue{Transport::kUdp};
    dialogue.client(initiation()).server(initiation());
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
    EXPECT_FALSE(dialogue.is_turned_round());
}

TEST(Wireguard, WaitsForASecondDatagramOfASessionUnderWay) {
    Dialogue dialogue{Transport::kUdp, Dialogue::Opening::kMissed};
    dialogue.client(transport(7));
    EXPECT_EQ(dialogue.protocol(), "unknown");
    dialogue.client(transport(9, 1428));  // a full packet's padding ends at the tunnel's MTU
    EXPECT_EQ(dialogue.protocol(), "wireguard");
    dialogue.server(transport(3, 16, kSender)).server(transport(4, 16, kSender));
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(Wireguard, IsNotSureOfDatagramsThatDoNotGoOn) {
    const auto second_of = [](const Payload& second) {
        Dialogue dialogue{Transport::kUdp, Dialogue::Opening::kMissed};
        dialogue.client(transport(7)).client(second);
        return dialogue.protocol();
    };
    EXPECT_EQ(second_of(transport(8)), "wireguard");
    EXPECT_EQ(second_of(transport(7)), "unknown") << "repeated";
    EXPECT_EQ(second_of(transport(6)), "unknown") << "backwards";
    EXPECT_EQ(second_of(transport(60)), "unknown") << "far ahead";
    EXPECT_EQ(second_of(transport(8, 32, kSender)), "unknown") << "another receiver";
}

TEST(Wireguard, BelievesACookieOnlyAfterAHandshake) {
    EXPECT_EQ(ask(wireguard::validate, reply(cookie_reply())).match, Match::kNeedMore);
    EXPECT_EQ(ask(wireguard::validate, reply(cookie_reply(), kSenderIndex)).match, Match::kYes);
}

TEST(Wireguard, ChecksEveryField) {
    Payload open_key = initiation();
    open_key[39] |= 0x80U;
    Payload long_lived = transport(1);
    long_lived[11] = 0x80;
    const auto longer = concatenated({initiation(), "00"_hex});
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"type 0", changed(initiation(), 0, {0})},
        {"type 5", changed(transport(1), 0, {5})},
        {"reserved", changed(initiation(), 1, {1})},
        {"reserved", changed(initiation(), 3, {1})},
        {"an initiation of 149 bytes", longer},
        {"a key above 2^255", open_key},
        {"a key of text", concatenated({"01 000000"_hex, kSender, Payload(140, 'a')})},
        {"zero all over", concatenated({"01 000000"_hex, Payload(144, 0)})},
        {"no first MAC", concatenated({bytes::View{initiation()}.first(116), Payload(32, 0)})},
        {"a response as an initiation", changed(response(), 0, {1})},
        {"an initiation as a response", changed(initiation(), 0, {2})},
        {"a response as a cookie", changed(response(), 0, {3})},
        {"data without a tag", concatenated({"04 000000"_hex, kReceiver, Payload(8, 0)})},
        {"data that is not padded", transport(1, 33)},
        {"a counter no key lives to see", long_lived},
        {"data in the clear",
         concatenated({"04 000000"_hex, kReceiver, Payload(8, 0), Payload(32, 0)})},
    };
    for (const auto& [what, payload] : near_misses) {
        EXPECT_EQ(ask(wireguard::validate, datagram(payload)).match, Match::kNo) << what;
    }
}

TEST(Wireguard, IsNeverSureOfACutDatagram) {
    EXPECT_TRUE(accepted_cuts(wireguard::validate, datagram(initiation())).empty());
    EXPECT_TRUE(accepted_cuts(wireguard::validate, reply(response(), kSenderIndex)).empty());
    EXPECT_TRUE(accepted_cuts(wireguard::validate, reply(cookie_reply(), kSenderIndex)).empty());
}

}  // namespace
}  // namespace sensor::identify
