#include "sensor/model/facts.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace sensor {
namespace {

using Noted = std::vector<std::pair<Fact, std::string>>;

Noted all_of(const Facts& facts) {
    Noted noted;
    facts.each([&](Fact fact, std::string_view value) { noted.emplace_back(fact, value); });
    return noted;
}

TEST(Facts, AreKeptInOrder) {
    Facts facts;
    EXPECT_TRUE(facts.empty());

    facts.add(Fact::kTlsSni, "example.com");
    facts.add(Fact::kTlsAlpn, "h2,http/1.1");
    facts.add(Fact::kTlsSni, "again");

    EXPECT_EQ(all_of(facts), (Noted{{Fact::kTlsSni, "example.com"},
                                    {Fact::kTlsAlpn, "h2,http/1.1"},
                                    {Fact::kTlsSni, "again"}}));
    EXPECT_EQ(facts.find(Fact::kTlsSni), "example.com");
    EXPECT_EQ(facts.find(Fact::kJa4), "");
    EXPECT_FALSE(facts.cut());
}

TEST(Facts, MayBeEmptyOrBinary) {
    Facts facts;

    facts.add(Fact::kHttpHost, "");
    facts.add(Fact::kHttpUri, std::string_view{"a\0b\xff", 4});

    EXPECT_EQ(all_of(facts).size(), 2U);
    EXPECT_EQ(facts.find(Fact::kHttpUri), (std::string_view{"a\0b\xff", 4}));
}

TEST(Facts, CutALongValueAndSaySo) {
    Facts facts;
    facts.add(Fact::kHttpUri, std::string(Facts::kMaxValue, 'a'));
    EXPECT_FALSE(facts.cut());

    facts.add(Fact::kHttpUserAgent, std::string(Facts::kMaxValue + 1, 'b'));

    EXPECT_EQ(facts.find(Fact::kHttpUserAgent).size(), Facts::kMaxValue);
    EXPECT_TRUE(facts.cut());
}

TEST(Facts, LeaveOutWhatDoesNotFitAndSaySo) {
    Facts facts;
    const std::string value(Facts::kMaxValue, 'x');
    for (int i = 0; i < 5; ++i)
        facts.add(Fact::kHttpUri, value);

    EXPECT_EQ(all_of(facts).size(), 3U);  // 3 * 257 bytes of 1000
    EXPECT_TRUE(facts.cut());
    facts.add(Fact::kHttpHost, std::string(1000 - 3 * 257 - 2, 'h'));  // the rest, to the byte
    EXPECT_EQ(facts.find(Fact::kHttpHost).size(), 227U);
    facts.add(Fact::kJa4, "");
    EXPECT_EQ(all_of(facts).size(), 4U);
}

TEST(Facts, AreGoneWhenCleared) {
    Facts facts;
    facts.add(Fact::kHttpUri, std::string(300, 'x'));

    facts.clear();

    EXPECT_TRUE(facts.empty());
    EXPECT_FALSE(facts.cut());
}

}  // namespace
}  // namespace sensor
