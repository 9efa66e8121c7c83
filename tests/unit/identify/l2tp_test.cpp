#include "sensor/identify/protocols/l2tp.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

constexpr auto kProtocolVersion = "8008 0000 0002 0100"_hex;
constexpr auto kFraming = "800a 0000 0003 00000003"_hex;
constexpr auto kHostName = "8009 0000 0007 6c6163"_hex;
constexpr auto kAssigned = "8008 0000 0009 1a2b"_hex;        // tunnel 0x1a2b
constexpr auto kAssigned3 = "800a 0000 003d 1a2b3c4d"_hex;   // control connection 0x1a2b3c4d
constexpr auto kHidden = "c00c 0000 000b a1b2c3d4e5f6"_hex;  // a challenge, hidden
constexpr auto kOfAVendor = "0008 0009 0001 ffff"_hex;

/// A control message with the length that it has; `receiver` is tunnel and session, or connection.
Payload message(std::uint8_t version, bytes::View receiver, std::uint8_t type,
                std::initializer_list<bytes::View> avps) {
    const Payload rest = concatenated(avps);
    const auto length = static_cast<std::uint8_t>(12 + 8 + rest.size());
    return concatenated({Payload{0xc8, version, 0, length}, receiver, "0000 0000"_hex,
                         "8008 0000 0000"_hex, Payload{0, type}, rest});
}
Payload request() {
    return message(2, "0000 0000"_hex, 1,
                   {kProtocolVersion, kHostName, kFraming, kAssigned, kHidden, kOfAVendor});
}
Payload answer() {
    return message(2, "1a2b 0000"_hex, 2,
                   {kProtocolVersion, kFraming, kHostName, "8008 0000 0009 0007"_hex});
}
Payload request3() {
    return message(3, "00000000"_hex, 1, {kHostName, kAssigned3});
}
Payload answer3() {
    return message(3, "1a2b3c4d"_hex, 2, {kHostName, "800a 0000 003d 00000009"_hex});
}
constexpr auto kBare = "c802 000c 1a2b 0000 0000 0001"_hex;

TEST(L2tp, RecognisesControlMessages) {
    EXPECT_EQ(ask(l2tp::validate, datagram(request())).role, Role::kClient);
    EXPECT_EQ(ask(l2tp::validate, datagram(answer())).role, Role::kServer);
    for (const auto& payload :
         {request(), answer(), request3(), answer3(), message(2, "1a2b 0000"_hex, 3, {}),  // SCCCN
          message(2, "1a2b 0000"_hex, 6, {}),                                              // HELLO
          message(2, "1a2b 0005"_hex, 14, {}),                                             // CDN
          message(3, "1a2b3c4d"_hex, 20, {})}) {                                           // ACK
        EXPECT_EQ(recognised_as(datagram(payload)), "l2tp") << payload.size();
    }
}

TEST(L2tp, ConfirmsByTheNameThatTheRequestAssigned) {
    for (const auto& reply : {answer(), Payload{kBare.begin(), kBare.end()},
                              message(2, "1a2b 0000"_hex, 4, {})}) {  // StopCCN
        Dialogue dialogue{Transport::kUdp};
        dialogue.client(request()).server(reply);
        EXPECT_EQ(dialogue.protocol(), "l2tp");
        EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth) << reply.size();
    }
    Dialogue dialogue{Transport::kUdp};
    dialogue.client(request3()).server(answer3());
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(L2tp, DoesNotConfirmAnotherTunnel) {
    for (const auto& reply : {changed(answer(), 5, {0x2c}), changed(kBare, 5, {0x2c})}) {
        Dialogue dialogue{Transport::kUdp};
        dialogue.client(request()).server(reply);
        EXPECT_EQ(dialogue.confirmed(), Confirmed::kClient) << reply.size();
    }
    Dialogue dialogue{Transport::kUdp};
    dialogue.client(request3()).server(changed(answer3(), 7, {0}));
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kClient);
}

TEST(L2tp, LetsBothEndsCallAtOnce) {
    Dialogue dialogue{Transport::kUdp};
    dialogue.client(request()).server(request());
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
    EXPECT_FALSE(dialogue.is_turned_round());
}

TEST(L2tp, BelievesABareAcknowledgementOnlyOfAKnownTunnel) {
    EXPECT_EQ(ask(l2tp::validate, reply(kBare)).match, Match::kNeedMore);
    EXPECT_EQ(ask(l2tp::validate, reply(kBare, 0x1a2b)).match, Match::kYes);
}

TEST(L2tp, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"a data message", changed(request(), 0, {0x48})},
        {"no length", changed(request(), 0, {0x88})},
        {"an offset", changed(request(), 0, {0xca})},
        {"a reserved bit", changed(request(), 1, {0x12})},
        {"version 1", changed(request(), 1, {1})},
        {"version 4", changed(request(), 1, {4})},
        {"length", changed(request(), 3, {0x40})},
        {"a request to a tunnel", changed(request(), 5, {1})},
        {"a request for a session", changed(request(), 7, {1})},
        {"an answer to no tunnel", changed(answer(), 4, {0, 0})},
        {"a reserved bit of an AVP", changed(request(), 12, {0x84})},
        {"a type of three bytes", changed(request(), 13, {9})},
        {"a vendor's message type", changed(request(), 15, {9})},
        {"another AVP first", changed(request(), 17, {2})},
        {"message type 0", changed(request(), 19, {0})},
        {"message type 5", changed(answer(), 19, {5})},
        {"message type 30", changed(answer(), 19, {30})},
        {"an AVP of 5 bytes", changed(request(), 21, {5})},
        {"an AVP past the end", changed(request(), 21, {0xff})},
        {"two message types", message(2, "0000 0000"_hex, 1, {kAssigned, "8008000000000001"_hex})},
        {"a request that assigns nothing", message(2, "0000 0000"_hex, 1, {kHostName})},
        {"an assigned tunnel of 4 bytes",
         message(2, "0000 0000"_hex, 1, {"800a 0000 0009 00001a2b"_hex})},
        {"an assigned connection of 2 bytes",
         message(3, "00000000"_hex, 1, {"8008 0000 003d 1a2b"_hex})},
    };
    for (const auto& [what, payload] : near_misses) {
        EXPECT_EQ(ask(l2tp::validate, datagram(payload)).match, Match::kNo) << what;
    }
}

TEST(L2tp, IsNeverSureOfACutDatagram) {
    EXPECT_TRUE(accepted_cuts(l2tp::validate, datagram(request())).empty());
    EXPECT_TRUE(accepted_cuts(l2tp::validate, reply(answer(), 0x1a2b)).empty());
    EXPECT_TRUE(accepted_cuts(l2tp::validate, datagram(request3())).empty());
}

}  // namespace
}  // namespace sensor::identify
