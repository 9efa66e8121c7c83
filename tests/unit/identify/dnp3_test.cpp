#include "sensor/identify/protocols/dnp3.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

// Master 1024 reads classes 1, 2 and 3 of outstation 1; its answer takes two blocks.
constexpr auto kRead = "0564 11 c4 0100 0004 5e98 c0c0013c02063c03063c0406 9e30"_hex;
constexpr auto kAnswer =
    "0564 18 44 0004 0100 2f00 c0c081000001020000010155aa55aa55 27f3 aa55aa c240"_hex;
// The same two ask for and tell the link's status, reset it, and confirm.
constexpr auto kStatus = "0564 05 c9 0100 0004 a657"_hex;
constexpr auto kStatusIs = "0564 05 0b 0004 0100 5a96"_hex;
constexpr auto kReset = "0564 05 c0 0100 0004 e921"_hex;
constexpr auto kConfirmed = "0564 08 d3 0100 0004 248c c0c001 6da0"_hex;
constexpr auto kTest = "0564 05 d2 0100 0004 77cd"_hex;
// Outstation 2 answers master 1025.
constexpr auto kOther = "0564 0a 44 0104 0200 1a2c c0c0810000 9ce8"_hex;

Match of(bytes::View said) {
    return ask(dnp3::validate, datagram(said)).match;
}

TEST(Dnp3, RecognisesFrames) {
    const std::array<bytes::View, 7> all{kRead,  kAnswer,    kStatus, kStatusIs,
                                         kReset, kConfirmed, kTest};
    for (const bytes::View said : all) {
        EXPECT_EQ(of(said), Match::kYes);
        EXPECT_EQ(recognised_as(datagram(said)), "dnp3");
        EXPECT_EQ(recognised_as(stream(said)), "dnp3");
    }
    EXPECT_EQ(of(concatenated({kRead, kStatus})), Match::kYes);
}

TEST(Dnp3, ConfirmsTheOtherEndOfTheLine) {
    Dialogue dialogue{Transport::kTcp};
    Dialogue outstation_first{Transport::kTcp};
    Dialogue other{Transport::kUdp};
    Dialogue echo{Transport::kUdp};
    dialogue.client(kRead).server(kAnswer);
    outstation_first.server(kAnswer).client(kRead);
    other.client(kRead).server(kOther);
    echo.client(kRead).server(kRead);

    EXPECT_EQ(dialogue.protocol(), "dnp3");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
    EXPECT_EQ(outstation_first.confirmed(), Confirmed::kBoth);
    EXPECT_EQ(other.confirmed(), Confirmed::kClient);
    EXPECT_EQ(echo.confirmed(), Confirmed::kClient);
}

TEST(Dnp3, TakesAMasterForTheClientOnlyWhereNobodySawTheOpening) {
    Exchange unseen = datagram(kAnswer);
    unseen.direction_known = false;
    EXPECT_EQ(ask(dnp3::validate, unseen).role, Role::kServer);
    unseen.said = kRead;
    EXPECT_EQ(ask(dnp3::validate, unseen).role, Role::kClient);
    EXPECT_EQ(ask(dnp3::validate, datagram(kAnswer)).role, Role::kEither);
}

TEST(Dnp3, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"start", changed(kStatus, 1, {0x65})},
        {"length 4", changed(kStatus, 2, {4})},
        {"control", changed(kStatus, 3, {0xc8})},
        {"destination", changed(kStatus, 4, {2})},
        {"CRC", changed(kStatus, 8, {0xa7})},
        {"first block", changed(kAnswer, 12, {0x82})},
        {"second block", changed(kAnswer, 29, {0xab})},
        {"second block's CRC", changed(kAnswer, 32, {0x41})},
        {"no such primary function", Payload{0x05, 0x64, 5, 0xc5, 1, 0, 0, 4, 0xf7, 0x8e}},
        {"no such secondary function", Payload{0x05, 0x64, 5, 0x05, 0, 4, 1, 0, 7, 9}},
        {"user data without any", Payload{0x05, 0x64, 5, 0xc4, 1, 0, 0, 4, 0xf1, 0xad}},
        {"status with user data",
         Payload{0x05, 0x64, 6, 0xc9, 1, 0, 0, 4, 0xf6, 0xc4, 0xc0, 0x1d, 0x0a}},
        {"something behind", concatenated({kStatus, "00"_hex})},
        {"a bad frame behind", concatenated({kStatus, changed(kStatus, 8, {0xa7})})},
    };
    for (const auto& [what, payload] : near_misses)
        EXPECT_EQ(of(payload), Match::kNo) << what;
}

TEST(Dnp3, IsNeverSureOfACutDatagram) {
    EXPECT_TRUE(accepted_cuts(dnp3::validate, datagram(kAnswer)).empty());
}

TEST(Dnp3OverTcp, WaitsForTheHeader) {
    for (std::size_t size = 0; size < 10; ++size) {
        EXPECT_EQ(ask(dnp3::validate, stream(bytes::View{kAnswer}.first(size))).match,
                  Match::kNeedMore)
            << size;
    }
    for (std::size_t size = 10; size < kAnswer.size(); ++size) {
        EXPECT_EQ(ask(dnp3::validate, stream(bytes::View{kAnswer}.first(size))).match, Match::kYes)
            << size;
    }
}

}  // namespace
}  // namespace sensor::identify
