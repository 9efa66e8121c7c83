#include "sensor/identify/protocols/netbios_ns.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

// "FRED" with suffix 0: 4652 4544 and spaces, a nibble a letter.
constexpr auto kQuery =
    "8001 0110 0001 0000 0000 0000 20"
    "45474643454645454341434143414341 43414341434143414341434143414141 00 0020 0001"_hex;
constexpr auto kAnswer =
    "8001 8580 0000 0001 0000 0000 20"
    "45474643454645454341434143414341 43414341434143414341434143414141 00 0020 0001"
    "000493e0 0006 0000 c0000204"_hex;
constexpr auto kRegistration =
    "8002 2910 0001 0000 0000 0001 20"
    "45474643454645454341434143414341 43414341434143414341434143414141 00 0020 0001"
    "c00c 0020 0001 000493e0 0006 0000 c0000204"_hex;

TEST(NetbiosNs, RecognisesQueriesAnswersAndRegistrations) {
    EXPECT_EQ(recognised_as(datagram(kQuery)), "netbios-ns");
    EXPECT_EQ(recognised_as(datagram(kRegistration)), "netbios-ns");
    EXPECT_EQ(recognised_as(reply(kAnswer)), "netbios-ns");
    EXPECT_EQ(recognised_as(datagram(changed(kQuery, 47, {0x21}))), "netbios-ns") << "node status";
}

TEST(NetbiosNs, ConfirmsAnAnswerWithTheSameId) {
    Dialogue right{Transport::kUdp};
    Dialogue wrong{Transport::kUdp};
    right.client(kQuery).server(kAnswer);
    wrong.client(kQuery).server(changed(kAnswer, 1, {2}));

    EXPECT_EQ(right.protocol(), "netbios-ns");
    EXPECT_EQ(right.confirmed(), Confirmed::kBoth);
    EXPECT_EQ(wrong.confirmed(), Confirmed::kClient);
}

TEST(NetbiosNs, LetsQueriesCrossButNotEcho) {
    Dialogue crossing{Transport::kUdp};
    Dialogue echo{Transport::kUdp};
    crossing.client(kQuery).server(changed(kQuery, 1, {9}));
    echo.client(kQuery).server(kQuery);

    EXPECT_EQ(crossing.confirmed(), Confirmed::kBoth);
    EXPECT_FALSE(crossing.is_turned_round());
    EXPECT_EQ(echo.confirmed(), Confirmed::kClient);
}

TEST(NetbiosNs, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"opcode 1", changed(kQuery, 2, {0x09})},
        {"opcode 7 asked", changed(kQuery, 2, {0x39})},
        {"reserved bits", changed(kQuery, 3, {0x30})},
        {"rcode asked", changed(kQuery, 3, {0x11})},
        {"two questions", changed(kQuery, 5, {2})},
        {"a registration without address", changed(kQuery, 2, {0x29})},
        {"a label of 31", changed(kQuery, 12, {0x1f})},
        {"a letter past P", changed(kQuery, 20, {'Q'})},
        {"type A", changed(kQuery, 47, {0x01})},
        {"class 2", changed(kQuery, 49, {2})},
        {"a byte too many", concatenated({kQuery, "00"_hex})},
    };
    for (const auto& [what, payload] : near_misses) {
        EXPECT_EQ(ask(netbios_ns::validate, datagram(payload)).match, Match::kNo) << what;
    }
}

TEST(NetbiosNs, IsNeverSureOfACutDatagram) {
    EXPECT_TRUE(accepted_cuts(netbios_ns::validate, datagram(kQuery)).empty());
    EXPECT_TRUE(accepted_cuts(netbios_ns::validate, datagram(kRegistration)).empty());
    EXPECT_TRUE(accepted_cuts(netbios_ns::validate, reply(kAnswer)).empty());
}

}  // namespace
}  // namespace sensor::identify
