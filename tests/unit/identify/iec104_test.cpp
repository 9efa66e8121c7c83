#include "sensor/identify/protocols/iec104.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

constexpr auto kStart = "68 04 07 00 00 00"_hex;
constexpr auto kStarted = "68 04 0b 00 00 00"_hex;
constexpr auto kTest = "68 04 43 00 00 00"_hex;
constexpr auto kReceived = "68 04 01 00 0a 00"_hex;
// General interrogation of station 1, and two single points as a sequence from address 5.
constexpr auto kInterrogation = "68 0e 0000 0000 64 01 06 00 0100 000000 14"_hex;
constexpr auto kPoints = "68 0f 0200 0200 01 82 14 00 0100 050000 01 00"_hex;
// Two short floats, each with its address.
constexpr auto kFloats =
    "68 1a 0400 0200 0d 02 03 00 0100 010000 0000803f 00 020000 00000040 00"_hex;

Match of(bytes::View said) {
    return ask(iec104::validate, stream(said)).match;
}

TEST(Iec104, RecognisesEveryFormat) {
    for (const bytes::View said :
         {bytes::View{kStart}, bytes::View{kStarted}, bytes::View{kTest}, bytes::View{kReceived},
          bytes::View{kInterrogation}, bytes::View{kPoints}, bytes::View{kFloats}}) {
        EXPECT_EQ(of(said), Match::kYes);
        EXPECT_EQ(recognised_as(stream(said)), "iec104");
    }
    EXPECT_EQ(ask(iec104::validate, stream(kStart)).role, Role::kClient);
    EXPECT_EQ(ask(iec104::validate, stream_back(kStarted)).role, Role::kServer);
}

TEST(Iec104, ReadsSeveralFramesOfASegment) {
    EXPECT_EQ(of(concatenated({kStart, kInterrogation, kPoints})), Match::kYes);
    EXPECT_EQ(of(concatenated({kStart, "69"_hex})), Match::kNo);
    EXPECT_EQ(of(concatenated({kStart, changed(kInterrogation, 7, {2})})), Match::kNo);
}

TEST(Iec104, ConfirmsAStartThatIsConfirmed) {
    Dialogue dialogue{Transport::kTcp};
    Dialogue tested{Transport::kTcp};
    Dialogue unconfirmed{Transport::kTcp};
    Dialogue echo{Transport::kTcp};
    dialogue.client(kStart).server(kStarted);
    tested.client(kStart).server(kTest).server(kStarted);
    unconfirmed.client(kStart).server(kPoints);
    echo.client(kStart).server(kStart);

    EXPECT_EQ(dialogue.protocol(), "iec104");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
    EXPECT_EQ(tested.confirmed(), Confirmed::kBoth);
    EXPECT_NE(unconfirmed.confirmed(), Confirmed::kBoth);
    EXPECT_EQ(echo.confirmed(), Confirmed::kClient);
}

TEST(Iec104, ConfirmsInTheMiddle) {
    Dialogue dialogue{Transport::kTcp, Dialogue::Opening::kMissed};
    dialogue.client(kReceived).server(kPoints);
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(Iec104, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"start", changed(kStart, 0, {0x69})},
        {"length 3", changed(kStart, 1, {3})},
        {"length 254", changed(kStart, 1, {254})},
        {"two functions at once", changed(kStart, 2, {0x0f})},
        {"second octet", changed(kStart, 3, {1})},
        {"third octet", changed(kStart, 4, {1})},
        {"fourth octet", changed(kStart, 5, {1})},
        {"an unnumbered frame with more", Payload{0x68, 5, 7, 0, 0, 0, 0}},
        {"supervisory with a send number", changed(kReceived, 3, {1})},
        {"odd receive number", changed(kReceived, 4, {0x0b})},
        {"odd receive number of an ASDU", changed(kInterrogation, 4, {1})},
        {"type 0", changed(kInterrogation, 6, {0})},
        {"type 22", changed(kInterrogation, 6, {22})},
        {"no objects", changed(kInterrogation, 7, {0})},
        {"an object too many", changed(kPoints, 7, {0x83})},
        {"cause 0", changed(kInterrogation, 8, {0})},
        {"cause 48", changed(kInterrogation, 8, {48})},
        {"station 0", changed(kInterrogation, 10, {0})},
        {"a shorter type", changed(kFloats, 6, {9})},
    };
    for (const auto& [what, payload] : near_misses)
        EXPECT_EQ(of(payload), Match::kNo) << what;
}

TEST(Iec104, WaitsForAWholeFrame) {
    for (std::size_t size = 0; size < kInterrogation.size(); ++size)
        EXPECT_EQ(of(bytes::View{kInterrogation}.first(size)), Match::kNeedMore) << size;
    const auto both = concatenated({kStart, kInterrogation});
    for (std::size_t size = kStart.size(); size < both.size(); ++size)
        EXPECT_EQ(of(bytes::View{both}.first(size)), Match::kYes) << size;
}

}  // namespace
}  // namespace sensor::identify
