#include "sensor/identify/protocols/ike.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

constexpr auto kInitiator = "05ac0f4d122013f4"_hex;
constexpr auto kResponder = "5f46ee70bc4c5d0d"_hex;
constexpr auto kNobody = "0000000000000000"_hex;
// Payloads of version 2: SA with one proposal, key exchange, nonce.
constexpr auto kSa = "22 00 000c 01010004 02030405"_hex;
constexpr auto kKey = "28 00 0010 000e0000 a1b2c3d4 e5f60718"_hex;
constexpr auto kNonce = "00 00 000c 6f7e8d9c 0b1a2938"_hex;
constexpr auto kMarker = "00000000"_hex;

/// A message with the length that it has.
Payload message(bytes::View responder, bytes::View fields,
                std::initializer_list<bytes::View> body) {
    const Payload content = concatenated(body);
    const auto length = static_cast<std::uint8_t>(28 + content.size());
    return concatenated({kInitiator, responder, fields, Payload{0, 0, 0, length}, content});
}
/// IKE_SA_INIT: SA next, 2.0, exchange 34, initiator, message 0.
Payload init() {
    return message(kNobody, "21 20 22 08 00000000"_hex, {kSa, kKey, kNonce});
}
Payload init_answer() {
    return message(kResponder, "21 20 22 20 00000000"_hex, {kSa, kKey, kNonce});
}
/// A refusal, INVALID_KE_PAYLOAD, from a responder that kept no state.
Payload refusal() {
    return message(kNobody, "29 20 22 20 00000000"_hex, {"00 00 000a 0000 0011 000e"_hex});
}
/// IKE_AUTH, all in an encrypted payload.
Payload auth(std::uint8_t flags) {
    return message(kResponder, Payload{0x2e, 0x20, 0x23, flags, 0, 0, 0, 1},
                   {"21 00 0044"_hex, Noise{1}.next(64)});
}
/// Version 1, Main Mode: SA and a vendor id.
Payload main_mode(bytes::View responder) {
    return message(responder, "01 10 02 00 00000000"_hex,
                   {"0d 00 0008 00000001"_hex, "00 00 0014"_hex, Noise{2}.next(16)});
}
Payload main_mode_encrypted() {
    return message(kResponder, "05 10 02 01 00000000"_hex, {Noise{3}.next(40)});
}
Payload quick_mode() {
    return message(kResponder, "08 10 20 01 5a17c0de"_hex, {Noise{4}.next(128)});
}
Payload framed(const Payload& ike) {
    return concatenated({Payload{0, static_cast<std::uint8_t>(ike.size() + 6)}, kMarker, ike});
}

TEST(Ike, RecognisesBothVersions) {
    const std::vector<std::pair<Payload, Role>> messages{
        {init(), Role::kClient},
        {init_answer(), Role::kServer},
        {refusal(), Role::kServer},
        {changed(init(), 18, {38}), Role::kClient},  // IKE_SESSION_RESUME
        {auth(0x08), Role::kEither},
        {auth(0x20), Role::kEither},
        {main_mode(kNobody), Role::kClient},
        {main_mode(kResponder), Role::kEither},
        {main_mode_encrypted(), Role::kEither},
        {quick_mode(), Role::kEither},
    };
    for (const auto& [payload, role] : messages) {
        EXPECT_EQ(ask(ike::validate, datagram(payload)).role, role);
        EXPECT_EQ(recognised_as(datagram(payload)), "ike") << payload.size();
        const auto marked = concatenated({kMarker, payload});
        EXPECT_EQ(recognised_as(datagram(marked)), "ike") << payload.size();
    }
}

TEST(Ike, ConfirmsByTheInitiatorsSpi) {
    for (const auto& answer : {init_answer(), refusal(), auth(0x20)}) {
        Dialogue dialogue{Transport::kUdp};
        dialogue.client(init()).server(answer);
        EXPECT_EQ(dialogue.protocol(), "ike");
        EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
        EXPECT_FALSE(dialogue.is_turned_round());
    }
    Dialogue moved{Transport::kUdp};  // to port 4500, in the middle
    moved.client(concatenated({kMarker, auth(0x08)})).server(concatenated({kMarker, auth(0x20)}));
    EXPECT_EQ(moved.confirmed(), Confirmed::kBoth);
}

TEST(Ike, DoesNotConfirmAnotherSpi) {
    Dialogue dialogue{Transport::kUdp};
    dialogue.client(init()).server(changed(init_answer(), 0, {0x06}));
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kClient);
}

TEST(Ike, IsFoundOverTcp) {
    Dialogue dialogue{Transport::kTcp};
    const auto said = concatenated({"494b45544350"_hex, framed(init())});
    for (std::size_t size = 0; size < said.size(); ++size) {
        EXPECT_EQ(ask(ike::validate, stream(bytes::View{said}.first(size))).match, Match::kNeedMore)
            << size;
    }
    dialogue.client(said).server(framed(init_answer()));
    EXPECT_EQ(dialogue.protocol(), "ike");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(Ike, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"no initiator", changed(init(), 0, {0, 0, 0, 0, 0, 0, 0, 0})},
        {"version 3", changed(init(), 17, {0x30})},
        {"version 0", changed(init(), 17, {0x00})},
        {"exchange 33", changed(init(), 18, {33})},
        {"exchange 45", changed(auth(8), 18, {45})},
        {"a reserved flag", changed(init(), 19, {0x09})},
        {"a request of the responder", changed(init_answer(), 19, {0x00})},
        {"a response of the initiator", changed(init_answer(), 19, {0x28})},
        {"a request that knows the responder", changed(init(), 8, {1, 2, 3, 4, 5, 6, 7, 8})},
        {"message 1", changed(init(), 23, {1})},
        {"length", changed(init(), 27, {0x43})},
        {"length", changed(init(), 24, {1})},
        {"nothing next", changed(init(), 16, {0})},
        {"payload 32", changed(init(), 16, {32})},
        {"a chain that ends early", changed(init(), 28, {0})},
        {"a chain that goes on", changed(init(), 56, {0x29})},
        {"a reserved bit of a payload", changed(init(), 29, {1})},
        {"a payload of 3 bytes", changed(init(), 31, {3})},
        {"a payload past the end", changed(init(), 59, {0x0d})},
        {"an encrypted payload too short", changed(auth(8), 31, {0x43})},
        {"IKE_AUTH in the clear", changed(init_answer(), 18, {35})},
        {"IKE_AUTH before the answer", changed(auth(8), 8, {0, 0, 0, 0, 0, 0, 0, 0})},
        {"encrypted zeros",
         message(kResponder, "2e 20 23 08 00000001"_hex, {"21 00 0044"_hex, Payload(64, 0)})},
        {"version 1, exchange 7", changed(main_mode(kNobody), 18, {7})},
        {"version 1, a flag", changed(main_mode(kNobody), 19, {8})},
        {"version 1, payload 23", changed(main_mode(kNobody), 16, {23})},
        {"version 1, a reserved byte", changed(main_mode(kNobody), 29, {0x80})},
        {"Main Mode with a message id", changed(main_mode(kNobody), 23, {1})},
        {"Quick Mode without", changed(quick_mode(), 20, {0, 0, 0, 0})},
        {"encrypted, 41 bytes",
         message(kResponder, "05 10 02 01 00000000"_hex, {Noise{3}.next(41)})},
        {"encrypted before the answer", changed(main_mode(kNobody), 19, {1})},
        {"a keep-alive", Payload{0xff}},
    };
    for (const auto& [what, payload] : near_misses) {
        EXPECT_EQ(ask(ike::validate, datagram(payload)).match, Match::kNo) << what;
        const auto marked = concatenated({kMarker, payload});
        EXPECT_EQ(ask(ike::validate, datagram(marked)).match, Match::kNo) << what;
    }
}

TEST(Ike, IsNeverSureOfACutDatagram) {
    for (const auto& payload : {init(), auth(8), main_mode(kNobody), main_mode_encrypted()}) {
        EXPECT_TRUE(accepted_cuts(ike::validate, datagram(payload)).empty());
    }
}

}  // namespace
}  // namespace sensor::identify
