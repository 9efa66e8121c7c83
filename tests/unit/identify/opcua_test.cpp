#include "sensor/identify/protocols/opcua.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;
using namespace std::string_view_literals;

// Version 0, buffers of 64 KiB, no limits, "opc.tcp://h:4840".
constexpr auto kHello =
    "48454c46 30000000 00000000 00000100 00000100 00000000 00000000 10000000"
    "6f70632e7463703a2f2f683a34383430"_hex;
constexpr auto kAcknowledge = "41434b46 1c000000 00000000 00000100 00000100 00000000 00000000"_hex;
// BadTcpEndpointUrlInvalid, "no".
constexpr auto kError = "45525246 12000000 00008380 02000000 6e6f"_hex;
// Server "urn:s" at "opc.tcp://h".
constexpr auto kReverse =
    "52484546 20000000 05000000 75726e3a73 0b000000 6f70632e7463703a2f2f68"_hex;
// Channel 7, token 1, sequence 52, request 2, then a GetEndpoints request's identifier.
constexpr auto kMessage = "4d534746 1c000000 07000000 01000000 34000000 02000000 0100ac01"_hex;
constexpr auto kClose = "434c4f46 1c000000 07000000 01000000 35000000 03000000 0100c401"_hex;

Payload opening() {
    constexpr auto kPolicy = "http://opcfoundation.org/UA/SecurityPolicy#None"sv;
    Payload whole =
        concatenated({"4f504e46 53000000 00000000 2f000000"_hex, bytes::view_of(kPolicy),
                      "ffffffff ffffffff 33000000 01000000"_hex});
    const auto size = static_cast<std::uint8_t>(whole.size() + 4);
    whole = concatenated({whole, "0100be01"_hex});
    whole[4] = size;
    return whole;
}

Match of(bytes::View said) {
    return ask(opcua::validate, stream(said)).match;
}

TEST(Opcua, RecognisesEveryMessage) {
    const Payload open = opening();
    const std::array<bytes::View, 7> all{kHello, kAcknowledge, kError, kReverse,
                                         open,   kMessage,     kClose};
    for (const bytes::View said : all) {
        EXPECT_EQ(of(said), Match::kYes) << bytes::text_of(said).substr(0, 3);
        EXPECT_EQ(recognised_as(stream(said)), "opcua");
    }
    EXPECT_EQ(ask(opcua::validate, stream(kHello)).role, Role::kClient);
    EXPECT_EQ(ask(opcua::validate, stream(kAcknowledge)).role, Role::kServer);
    EXPECT_EQ(of(concatenated({kHello, open, kMessage})), Match::kYes);
}

TEST(Opcua, ConfirmsWhatAnswersAHello) {
    const std::vector<std::pair<bytes::View, Confirmed>> answers{
        {kAcknowledge, Confirmed::kBoth},
        {kError, Confirmed::kBoth},
        {kHello, Confirmed::kClient},
        {kMessage, Confirmed::kClient},
    };
    for (const auto& [answer, confirmed] : answers) {
        Dialogue dialogue{Transport::kTcp};
        dialogue.client(kHello).server(answer);
        EXPECT_EQ(dialogue.protocol(), "opcua");
        EXPECT_EQ(dialogue.confirmed(), confirmed);
    }
    Dialogue middle{Transport::kTcp, Dialogue::Opening::kMissed};
    middle.client(kMessage).server(kMessage);
    EXPECT_EQ(middle.confirmed(), Confirmed::kBoth);
}

TEST(Opcua, LetsAServerOpenTheConnection) {
    Dialogue dialogue{Transport::kTcp};
    dialogue.client(kReverse).server(kHello);
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
    EXPECT_FALSE(dialogue.is_turned_round());
}

TEST(Opcua, WaitsForTheSecondOfEncryptedChunks) {
    const auto encrypted = changed(kMessage, 16, {0xd3, 0x55, 0x90, 0xa1, 0x7e});
    EXPECT_EQ(of(encrypted), Match::kNeedMore);
    EXPECT_EQ(of(concatenated({encrypted, encrypted})), Match::kYes);
    EXPECT_EQ(of(concatenated({encrypted, changed(encrypted, 3, {'X'})})), Match::kNo);
}

TEST(Opcua, ChecksEveryField) {
    const Payload open = opening();
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"type", changed(kHello, 2, {'P'})},
        {"a hello in chunks", changed(kHello, 3, {'C'})},
        {"size short", changed(kHello, 4, {0x2f})},
        {"size of nothing", changed(kHello, 4, {8})},
        {"size of many megabytes", changed(kHello, 7, {2})},
        {"version", changed(kHello, 9, {1})},
        {"receive buffer", changed(kHello, 13, {0x10, 0})},
        {"send buffer", changed(kHello, 17, {0x10, 0})},
        {"URL longer than the message", changed(kHello, 28, {0x11})},
        {"URL shorter than the message", changed(kHello, 28, {0x0f})},
        {"URL with a blank", changed(kHello, 40, {' '})},
        {"acknowledgement with more", changed(concatenated({kAcknowledge, "00"_hex}), 4, {0x1d})},
        {"an error that is none", changed(kError, 11, {0})},
        {"another policy", changed(open, 20, {'X'})},
        {"a message without channel", changed(kMessage, 8, {0})},
        {"a message without token", changed(kMessage, 12, {0})},
        {"message chunk X", changed(kMessage, 3, {'X'})},
    };
    for (const auto& [what, payload] : near_misses)
        EXPECT_NE(of(payload), Match::kYes) << what;
}

TEST(Opcua, WaitsForItsFields) {
    for (std::size_t size = 0; size < kHello.size(); ++size)
        EXPECT_EQ(of(bytes::View{kHello}.first(size)), Match::kNeedMore) << size;
    for (std::size_t size = 0; size < 24; ++size)
        EXPECT_EQ(of(bytes::View{kMessage}.first(size)), Match::kNeedMore) << size;
}

}  // namespace
}  // namespace sensor::identify
