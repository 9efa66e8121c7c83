#include "sensor/identify/protocols/llmnr.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

constexpr auto kQuery = "4a5b 0000 0001 0000 0000 0000 06 66696c657276 00 001c 0001"_hex;
constexpr auto kAnswer =
    "4a5b 8000 0001 0001 0000 0000 06 66696c657276 00 0001 0001"
    "c00c 0001 0001 0000001e 0004 c0000207"_hex;

TEST(Llmnr, RecognisesAQueryToTheGroup) {
    const Verdict verdict = ask(llmnr::validate, multicast(kQuery));

    EXPECT_EQ(verdict.match, Match::kYes);
    EXPECT_EQ(verdict.role, Role::kClient);
    EXPECT_EQ(recognised_as(multicast(kQuery)), "llmnr");
}

TEST(Llmnr, LeavesAUnicastQueryToDns) {
    EXPECT_EQ(recognised_as(datagram(kQuery)), "dns");
}

TEST(Llmnr, TurnsTheSessionOfAnAnswerRound) {
    Dialogue dialogue{Transport::kUdp};
    dialogue.client(kAnswer);

    EXPECT_EQ(dialogue.protocol(), "llmnr");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kServer);
    EXPECT_TRUE(dialogue.is_turned_round());
}

// No AAAA record: an SOA in the authority section says so.
constexpr auto kNoSuchRecord =
    "4a5b 8000 0001 0000 0001 0000 06 66696c657276 00 001c 0001"
    "c00c 0006 0001 0000001e 0018 c00c c00c 00000001 0000012c 0000012c 0000012c 0000012c"_hex;

TEST(Llmnr, AnAnswerWithoutRecordsBringsAnSoa) {
    EXPECT_EQ(recognised_as(datagram(kNoSuchRecord)), "llmnr");
    EXPECT_EQ(ask(llmnr::validate, datagram(changed(kNoSuchRecord, 2, {0x84}))).match, Match::kNo);
    EXPECT_EQ(ask(llmnr::validate, multicast(kNoSuchRecord)).match, Match::kNo);
    EXPECT_TRUE(accepted_cuts(llmnr::validate, datagram(kNoSuchRecord)).empty());
}

TEST(Llmnr, LeavesADnsExchangeWithBareFlagsToDns) {
    Dialogue dialogue{Transport::kUdp};
    dialogue.client(changed(kQuery, 21, {0x01})).server(kAnswer);

    EXPECT_EQ(dialogue.protocol(), "dns");
    EXPECT_EQ(dialogue.confirmed(), Confirmed::kBoth);
}

TEST(Llmnr, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"no id", changed(kQuery, 0, {0, 0})},
        {"recursion desired", changed(kQuery, 2, {0x01})},
        {"opcode 1", changed(kQuery, 2, {0x08})},
        {"reserved bits", changed(kQuery, 3, {0x10})},
        {"two questions", changed(kQuery, 5, {2})},
        {"a byte too many", concatenated({kQuery, "00"_hex})},
    };
    for (const auto& [what, payload] : near_misses) {
        EXPECT_EQ(ask(llmnr::validate, multicast(payload)).match, Match::kNo) << what;
    }
    const std::vector<std::pair<const char*, Payload>> bad_answers{
        {"authoritative", changed(kAnswer, 2, {0x84})},
        {"recursion available", changed(kAnswer, 3, {0x80})},
        {"no answer", changed(kAnswer, 7, {0})},
    };
    for (const auto& [what, payload] : bad_answers) {
        EXPECT_EQ(ask(llmnr::validate, datagram(payload)).match, Match::kNo) << what;
    }
}

TEST(Llmnr, IsNeverSureOfACutDatagram) {
    EXPECT_TRUE(accepted_cuts(llmnr::validate, multicast(kQuery)).empty());
    EXPECT_TRUE(accepted_cuts(llmnr::validate, datagram(kAnswer)).empty());
}

TEST(Llmnr, NotesTheName) {
    EXPECT_EQ(fact_of(llmnr::kProtocol, multicast(kQuery), Fact::kDnsName), "filerv");
    EXPECT_EQ(fact_of(llmnr::kProtocol, multicast(kQuery), Fact::kDnsType), "AAAA");
}

}  // namespace
}  // namespace sensor::identify
