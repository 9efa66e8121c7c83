#include "sensor/model/fact_list.h"

#include <vector>

#include <gtest/gtest.h>

namespace sensor {
namespace {

using Noted = std::vector<std::pair<Fact, std::string_view>>;

Noted all_of(const FactList& facts) {
    return {facts.begin(), facts.end()};
}

TEST(FactList, KeepsFactsInOrder) {
    FactList facts{{Fact::kTlsSni, "a.example"}, {Fact::kTlsAlpn, ""}};
    facts.emplace_back(Fact::kTlsSni, "b.example");

    EXPECT_EQ(
        all_of(facts),
        (Noted{{Fact::kTlsSni, "a.example"}, {Fact::kTlsAlpn, ""}, {Fact::kTlsSni, "b.example"}}));
    EXPECT_EQ(facts.find(Fact::kTlsSni), "a.example");
    EXPECT_EQ(facts.find(Fact::kJa4), "");
}

TEST(FactList, CutsWhatIsTooLong) {
    FactList facts{{Fact::kHttpUri, std::string(Facts::kMaxValue + 1, 'x')}};
    facts.emplace_back(Fact::kHttpHost, "after");

    EXPECT_EQ(facts.find(Fact::kHttpUri).size(), Facts::kMaxValue);
    EXPECT_EQ(facts.find(Fact::kHttpHost), "after");
}

TEST(FactList, TakesWhatIsToldAgainInPlaceOfWhatWasThere) {
    FactList facts{
        {Fact::kHttpHost, "old"}, {Fact::kHttpMethod, "GET"}, {Fact::kHttpHost, "older"}};
    Facts told;
    told.add(Fact::kHttpHost, "new");
    told.add(Fact::kHttpUri, "/");

    facts.renew(told);

    EXPECT_EQ(all_of(facts),
              (Noted{{Fact::kHttpMethod, "GET"}, {Fact::kHttpHost, "new"}, {Fact::kHttpUri, "/"}}));
}

TEST(FactList, MayBeEmpty) {
    FactList facts;
    EXPECT_TRUE(facts.empty());
    EXPECT_EQ(facts.begin(), facts.end());
    facts.renew(Facts{});
    EXPECT_TRUE(facts.empty());
}

}  // namespace
}  // namespace sensor
