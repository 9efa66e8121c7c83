#include "sensor/judge/spread.h"

#include "tests/unit/judge/judging.h"

namespace sensor::judge::test {
namespace {

TEST(Spread, CountsDifferentValues) {
    SpreadTable spread{8};
    EXPECT_EQ(spread.note(1, 10), 1U);
    EXPECT_EQ(spread.note(1, 10), 1U);
    EXPECT_EQ(spread.note(1, 11), 2U);
    EXPECT_EQ(spread.note(2, 10), 1U);
}

TEST(Spread, IsBounded) {
    SpreadTable spread{2};
    for (std::uint64_t value = 0; value < 1000; ++value)
        EXPECT_LE(spread.note(1, value), SpreadTable::kMost);
    (void)spread.note(2, 0);
    (void)spread.note(3, 0);
    EXPECT_EQ(spread.keys(), 2U);
    EXPECT_EQ(spread.note(1, 0), 1U) << "forgotten";
}

TEST_F(Judging, ManyDestinationsOnOneOddPortAreEvidence) {
    std::vector<Finding> told;
    for (std::uint32_t i = 0; i < 5; ++i) {
        Observation session = tcp("tls", 8088);
        session.server.address = ipv4_address(0xc6336400U + i);
        told = whole(session);
        ASSERT_FALSE(told.empty());
        EXPECT_EQ(has_item(told[0], "many_destinations"), i == 4) << i;
    }
    EXPECT_FALSE(has_item(told[0], "many_ports"));
}

TEST_F(Judging, ManyPortsOfOneDestinationAreEvidence) {
    for (std::uint16_t i = 0; i < 5; ++i) {
        const auto told = whole(tcp("tls", static_cast<std::uint16_t>(8088 + i)));
        ASSERT_FALSE(told.empty());
        EXPECT_EQ(has_item(told[0], "many_ports"), i == 4) << i;
        EXPECT_FALSE(has_item(told[0], "many_destinations"));
    }
}

TEST_F(Judging, AnotherAppsDestinationsAreNotThisOnes) {
    for (std::uint32_t i = 0; i < 8; ++i) {
        Observation session = tcp("tls", 8088, "com.app" + std::to_string(i));
        session.server.address = ipv4_address(0xc6336400U + i);
        EXPECT_FALSE(has_item(whole(session).at(0), "many_destinations"));
    }
}

}  // namespace
}  // namespace sensor::judge::test
