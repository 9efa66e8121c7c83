#include "sensor/identify/protocols/openvpn.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

constexpr auto kClient = "d67be45be5c201eb"_hex;  // session ids
constexpr auto kServer = "19082e80f9ca5280"_hex;
constexpr auto kTime = "5e3e7b98"_hex;
constexpr auto kNothing = "00 00000000"_hex;                 // no acknowledgement, packet 0
constexpr auto kAcked = "01 00000000 d67be45be5c201eb"_hex;  // packet 0 of the client
constexpr auto kHello = "16 0301 0005 01 000001 00"_hex;     // a TLS record

Payload clear_reset() {
    return concatenated({"38"_hex, kClient, kNothing});
}
Payload clear_answer() {
    return concatenated({"40"_hex, kServer, kAcked, "00000000"_hex});
}
Payload clear_ack() {
    return concatenated({"28"_hex, kServer, kAcked});
}
Payload clear_hello() {
    return concatenated({"20"_hex, kClient, "00 00000001"_hex, kHello});
}
/// tls-auth: HMAC, packet id and time behind the session id.
Payload authenticated(const Payload& clear, std::size_t digest = 20, std::uint8_t id = 1) {
    const bytes::View all{clear};
    return concatenated(
        {all.first(9), Noise{7}.next(digest), Payload{0, 0, 0, id}, kTime, all.subspan(9)});
}
/// tls-crypt: packet id, time, tag, ciphertext.
Payload sealed(std::uint8_t opcode, bytes::View session, std::size_t size,
               bytes::View id = "00000001"_hex) {
    return concatenated({Payload{opcode}, session, id, kTime, Noise{8}.next(32 + size)});
}
/// tls-crypt-v2: a wrapped key of `length` bytes at the end.
Payload sealed_with_key(std::uint16_t length, bytes::View id = "0f000001"_hex) {
    Payload whole = sealed(0x50, kClient, 5U + length, id);
    whole.end()[-2] = static_cast<std::uint8_t>(length >> 8U);
    whole.end()[-1] = static_cast<std::uint8_t>(length);
    return whole;
}
Payload framed(const Payload& message) {
    return concatenated({Payload{static_cast<std::uint8_t>(message.size() >> 8U),
                                 static_cast<std::uint8_t>(message.size())},
                         message});
}

TEST(Openvpn, RecognisesEveryResetOfAClient) {
    const std::vector<Payload> resets{
        clear_reset(),
        authenticated(clear_reset(), 16),
        authenticated(clear_reset(), 20),
        authenticated(clear_reset(), 28),
        authenticated(clear_reset(), 32),
        authenticated(clear_reset(), 48),
        authenticated(clear_reset(), 64, 9),
        sealed(0x38, kClient, 5),
        sealed_with_key(299),
        sealed_with_key(290, "00000001"_hex),
    };
    for (const Payload& reset : resets) {
        EXPECT_EQ(ask(openvpn::validate, datagram(reset)).role, Role::kClient) << reset.size();
        EXPECT_EQ(recognised_as(datagram(reset)), "openvpn") << reset.size();
        EXPECT_EQ(recognised_as(stream(framed(reset))), "openvpn") << reset.size();
    }
}

TEST(Openvpn, RecognisesWhatComesLater) {
    const std::vector<Payload> messages{
        clear_answer(),
        clear_ack(),
        clear_hello(),
        authenticated(clear_ack()),
        authenticated(clear_hello(), 64),
        concatenated({"23"_hex, kServer, kAcked, "00000002"_hex, Noise{9}.next(100)}),
        concatenated({"1a"_hex, kServer, kAcked, "00000000"_hex}),
    };
    for (const Payload& message : messages) {
        EXPECT_EQ(recognised_as(reply(message)), "openvpn") << int{message[0]};
        EXPECT_EQ(recognised_as(stream_back(framed(message))), "openvpn") << int{message[0]};
    }
}

TEST(Openvpn, ConfirmsByTheSessionIdOfTheClient) {
    for (const Payload& answer : {clear_answer(), clear_ack(), authenticated(clear_answer())}) {
        Dialogue dialogue{Transport::kUdp};
        dialogue.client(clear_reset()).server(answer);
        EXPECT_EQ(dialogue.protocol(), "openvpn");
        EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth) << answer.size();
    }
    Dialogue over_tcp{Transport::kTcp};
    over_tcp.client(framed(authenticated(clear_reset())));
    over_tcp.server(framed(authenticated(clear_answer())));
    EXPECT_EQ(over_tcp.confirmed(), Confirmed::kBoth);
}

TEST(Openvpn, ConfirmsEncryptedAnswers) {
    for (const Payload& answer : {sealed(0x40, kServer, 17), sealed(0x40, kServer, 23),
                                  sealed(0x28, kServer, 13), sealed(0x20, kServer, 300)}) {
        Dialogue dialogue{Transport::kUdp};
        dialogue.client(sealed_with_key(299)).server(answer);
        EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth) << answer.size();
    }
}

TEST(Openvpn, DoesNotConfirmAnswersToAnotherSession) {
    const Payload other = changed(clear_answer(), 14, {0x11});
    for (const Payload& answer : {other, authenticated(other), sealed(0x40, kServer, 17)}) {
        Dialogue dialogue{Transport::kUdp};
        dialogue.client(clear_reset()).server(answer);
        EXPECT_EQ(dialogue.confirmed(), Confirmed::kClient) << answer.size();
    }
}

TEST(Openvpn, BelievesEncryptedMessagesOnlyAfterAReset) {
    EXPECT_EQ(ask(openvpn::validate, reply(sealed(0x28, kServer, 13))).match, Match::kNo);
    EXPECT_EQ(ask(openvpn::validate, reply(sealed(0x20, kServer, 300))).match, Match::kNo);
    EXPECT_EQ(ask(openvpn::validate, reply(sealed(0x40, kServer, 17))).match, Match::kYes);
}

TEST(Openvpn, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"a reset with key 1", changed(clear_reset(), 0, {0x39})},
        {"opcode 12", changed(clear_reset(), 0, {0x60})},
        {"a session id of zeros", changed(clear_reset(), 1, {0, 0, 0, 0, 0, 0, 0, 0})},
        {"a first packet that acknowledges", changed(clear_reset(), 9, {1})},
        {"packet 1", changed(clear_reset(), 13, {1})},
        {"a byte more", concatenated({clear_reset(), "00"_hex})},
        {"an answer to nothing", concatenated({"40"_hex, kServer, kNothing})},
        {"9 acknowledgements", changed(clear_ack(), 9, {9})},
        {"packet 2^24 acknowledged", changed(clear_ack(), 10, {1})},
        {"an acknowledgement that goes on", concatenated({clear_ack(), "00"_hex})},
        {"control without content", concatenated({"20"_hex, kClient, "00 00000001"_hex})},
        {"control packet 0", changed(clear_hello(), 13, {0})},
        {"control with no TLS", changed(clear_hello(), 14, {0x47})},
        {"tls-auth with packet 0", authenticated(clear_reset(), 20, 0)},
        {"tls-auth with half an HMAC", authenticated(clear_reset(), 12)},
        {"an HMAC of zeros", changed(authenticated(clear_reset(), 16), 9, {0, 0, 0, 0, 0, 0})},
        {"tls-crypt, a byte more", sealed(0x38, kClient, 6)},
        {"tls-crypt in 1970", changed(sealed(0x38, kClient, 5), 13, {0})},
        {"tls-crypt with packet 2^24", changed(sealed(0x38, kClient, 5), 9, {1})},
        {"a wrapped key too short", sealed_with_key(289)},
        {"a wrapped key's length", changed(sealed_with_key(299), 352, {0x2a})},
        {"a soft reset of the first key", concatenated({"18"_hex, kServer, kAcked, kNothing})},
        {"data", concatenated({"48"_hex, "000001"_hex, Noise{3}.next(100)})},
    };
    for (const auto& [what, payload] : near_misses) {
        EXPECT_EQ(ask(openvpn::validate, datagram(payload)).match, Match::kNo) << what;
        EXPECT_NE(ask(openvpn::validate, stream(framed(payload))).match, Match::kYes) << what;
    }
}

TEST(Openvpn, IsNeverSureOfACutMessage) {
    EXPECT_TRUE(accepted_cuts(openvpn::validate, datagram(clear_reset())).empty());
    EXPECT_TRUE(accepted_cuts(openvpn::validate, datagram(authenticated(clear_reset()))).empty());
    EXPECT_TRUE(accepted_cuts(openvpn::validate, datagram(sealed_with_key(299))).empty());
    EXPECT_TRUE(accepted_cuts(openvpn::validate, reply(clear_answer())).empty());
}

TEST(Openvpn, NeedsMoreOfACutStreamAtEveryLength) {
    const Payload said = framed(authenticated(clear_reset()));
    for (std::size_t size = 0; size < said.size(); ++size) {
        const Exchange cut = stream(bytes::View{said}.first(size));
        EXPECT_EQ(ask(openvpn::validate, cut).match, Match::kNeedMore) << size;
    }
    const Payload two = concatenated({said, framed(clear_hello())});
    EXPECT_EQ(recognised_as(stream(two)), "openvpn");
}

}  // namespace
}  // namespace sensor::identify
