#include "sensor/identify/protocols/diameter.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

constexpr auto kIds = "00000000 0a0b0c0d 01020304"_hex;  // application, hop by hop, end to end
constexpr auto kOrigin =
    "00000108 4000000d 612e62632e 000000"
    "00000128 4000000b 622e63 00"_hex;
constexpr auto kProduct = "0000010d 0000000c 64737276"_hex;
constexpr auto kResult = "0000010c 4000000c 000007d1"_hex;  // DIAMETER_SUCCESS
constexpr auto kVendors = "00000400 c0000010 000028af 00000001"_hex;

Payload message(std::uint8_t flags, std::uint16_t command,
                std::initializer_list<bytes::View> avps) {
    Payload whole{1,
                  0,
                  0,
                  0,
                  flags,
                  0,
                  static_cast<std::uint8_t>(command >> 8U),
                  static_cast<std::uint8_t>(command)};
    whole.insert(whole.end(), kIds.begin(), kIds.end());
    for (const bytes::View avp : avps)
        whole.insert(whole.end(), avp.begin(), avp.end());
    whole[2] = static_cast<std::uint8_t>(whole.size() >> 8U);
    whole[3] = static_cast<std::uint8_t>(whole.size());
    return whole;
}
const Payload kCapabilities = message(0x80, 257, {kOrigin, kProduct});
const Payload kAgreed = message(0, 257, {kResult, kOrigin});
const Payload kWatchdog = message(0x80, 280, {kOrigin});

Match of(bytes::View said) {
    return ask(diameter::validate, stream(said)).match;
}

TEST(Diameter, RecognisesRequestsAndAnswers) {
    const std::array<Payload, 4> all{kCapabilities, kAgreed, kWatchdog,
                                     message(0xc0, 272, {kOrigin, kVendors})};
    for (const Payload& said : all) {
        EXPECT_EQ(of(said), Match::kYes);
        EXPECT_EQ(recognised_as(stream(said)), "diameter");
    }
    EXPECT_EQ(ask(diameter::validate, stream(kCapabilities)).role, Role::kClient);
    EXPECT_EQ(ask(diameter::validate, stream_back(kAgreed)).role, Role::kServer);
    EXPECT_EQ(ask(diameter::validate, stream(kWatchdog)).role, Role::kEither);
    EXPECT_EQ(fact_of(diameter::kProtocol, stream(kCapabilities), Fact::kSoftware), "dsrv");
}

TEST(Diameter, ConfirmsTheAnswerToTheSameHop) {
    Dialogue dialogue{Transport::kTcp};
    Dialogue other{Transport::kTcp};
    Dialogue command{Transport::kTcp};
    Dialogue echo{Transport::kTcp};
    dialogue.client(kCapabilities).server(kAgreed);
    other.client(kCapabilities).server(changed(kAgreed, 15, {0x0e}));
    command.client(kCapabilities).server(message(0, 280, {kResult, kOrigin}));
    echo.client(kCapabilities).server(kCapabilities);

    EXPECT_EQ(dialogue.protocol(), "diameter");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
    EXPECT_EQ(other.confirmed(), Confirmed::kClient);
    EXPECT_EQ(command.confirmed(), Confirmed::kClient);
    EXPECT_EQ(echo.confirmed(), Confirmed::kClient);
}

TEST(Diameter, LetsBothEndsAskInTheMiddle) {
    Dialogue asks{Transport::kTcp, Dialogue::Opening::kMissed};
    asks.client(kWatchdog).server(changed(kWatchdog, 15, {0x77}));
    EXPECT_EQ(asks.confirmed(), Confirmed::kBoth);
}

TEST(Diameter, ReadsSegmentsAndSeveralMessages) {
    EXPECT_EQ(of(concatenated({kCapabilities, kWatchdog})), Match::kYes);
    EXPECT_EQ(of(concatenated({kCapabilities, "02"_hex})), Match::kNo);
    for (std::size_t size = 0; size < 33; ++size)
        EXPECT_EQ(of(bytes::View{kCapabilities}.first(size)), Match::kNeedMore) << size;
    // Sure once the origin is there, and not before.
    EXPECT_EQ(of(bytes::View{kCapabilities}.first(33)), Match::kYes);
}

TEST(Diameter, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"version 2", changed(kCapabilities, 0, {2})},
        {"length of no words", changed(kCapabilities, 3, {66})},
        {"length without AVPs", changed(kCapabilities, 3, {20})},
        {"length a word short", changed(kCapabilities, 3, {56})},
        {"reserved flag", changed(kCapabilities, 4, {0x81})},
        {"a request with an error", changed(kCapabilities, 4, {0xa0})},
        {"an answer sent again", changed(kAgreed, 4, {0x10})},
        {"command 0", changed(kCapabilities, 6, {0, 0})},
        {"reserved flag of an AVP", changed(kCapabilities, 24, {0x41})},
        {"AVP shorter than its header", changed(kCapabilities, 27, {7})},
        {"vendor's AVP shorter than its header",
         message(0x80, 280, {kOrigin, "00000400 8000000b 000028af"_hex})},
        {"AVP past the end", changed(kCapabilities, 55, {0x0d})},
        {"nobody's", message(0x80, 280, {kVendors})},
        {"a name with a NUL", changed(kCapabilities, 30, {0})},
        {"an answer without a result", message(0, 280, {kOrigin})},
        {"result 6001", changed(kAgreed, 30, {0x17, 0x71})},
    };
    for (const auto& [what, payload] : near_misses)
        EXPECT_EQ(of(payload), Match::kNo) << what;
}

}  // namespace
}  // namespace sensor::identify
