#include "sensor/identify/protocols/mdns.h"

#include <gtest/gtest.h>

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace sensor::identify {
namespace {

using namespace test;

// Who has _ipp._tcp.local, by unicast please.
constexpr auto kQuery =
    "0000 0000 0001 0000 0000 0000 04 5f697070 04 5f746370 05 6c6f63616c 00 000c 8001"_hex;
// printer.local is 192.0.2.9: flush your caches.
constexpr auto kAnswer =
    "0000 8400 0000 0001 0000 0000 07 7072696e746572 05 6c6f63616c 00"
    "0001 8001 00000078 0004 c0000209"_hex;

TEST(Mdns, RecognisesWhatGoesToTheGroup) {
    EXPECT_EQ(recognised_as(multicast(kQuery)), "mdns");
    EXPECT_EQ(recognised_as(multicast(kAnswer)), "mdns");
    EXPECT_EQ(ask(mdns::validate, multicast(kAnswer)).role, Role::kEither);
}

TEST(Mdns, RecognisesASimpleResolversQuestionByItsDomain) {
    const auto local = changed(kQuery, 0, {0x12, 0x34});
    const auto other = changed(local, 23, {'x'});

    EXPECT_EQ(recognised_as(multicast(local)), "mdns");
    EXPECT_NE(recognised_as(multicast(other)), "mdns");
}

TEST(Mdns, LeavesAUnicastQueryToDns) {
    const auto plain = changed(kQuery, 31, {0x00});
    EXPECT_EQ(ask(mdns::validate, datagram(kQuery)).match, Match::kNo);
    EXPECT_EQ(recognised_as(datagram(plain)), "dns");
}

TEST(Mdns, RecognisesAUnicastAnswerWithoutIdAndQuestion) {
    EXPECT_EQ(recognised_as(datagram(kAnswer)), "mdns");
    EXPECT_EQ(ask(mdns::validate, datagram(changed(kAnswer, 1, {1}))).match, Match::kNo);
    EXPECT_EQ(ask(mdns::validate, datagram(changed(kAnswer, 2, {0x80}))).match, Match::kNo);
}

TEST(Mdns, ChecksEveryField) {
    const std::vector<std::pair<const char*, Payload>> near_misses{
        {"opcode 1", changed(kQuery, 2, {0x08})},
        {"rcode", changed(kQuery, 3, {0x01})},
        {"no question", changed(kQuery, 5, {0})},
        {"a question too many", changed(kQuery, 5, {2})},
        {"class 5", changed(kQuery, 32, {5})},
        {"a byte too many", concatenated({kQuery, "00"_hex})},
    };
    for (const auto& [what, payload] : near_misses) {
        EXPECT_EQ(ask(mdns::validate, multicast(payload)).match, Match::kNo) << what;
    }
}

TEST(Mdns, IsNeverSureOfACutDatagram) {
    EXPECT_TRUE(accepted_cuts(mdns::validate, multicast(kQuery)).empty());
    EXPECT_TRUE(accepted_cuts(mdns::validate, multicast(kAnswer)).empty());
}

TEST(Mdns, NotesTheNameOfTheFirstRecord) {
    EXPECT_EQ(fact_of(mdns::kProtocol, multicast(kQuery), Fact::kDnsName), "_ipp._tcp.local");
    EXPECT_EQ(fact_of(mdns::kProtocol, multicast(kQuery), Fact::kDnsType), "PTR");
    EXPECT_EQ(fact_of(mdns::kProtocol, multicast(kAnswer), Fact::kDnsName), "printer.local");
}

}  // namespace
}  // namespace sensor::identify
