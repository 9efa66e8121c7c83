#include "sensor/judge/alert_limits.h"

#include "tests/unit/judge/judging.h"

namespace sensor::judge::test {
namespace {

constexpr AlertLimits kTwoOfADevice{.per_device = 2, .per_app = 0, .per_rule = 0};

class Budget : public testing::Test {
  protected:
    bool admit(const AlertLimits& limits, std::string_view device, Duration after = 0s,
               Severity severity = Severity::kLow, bool is_again = false) {
        untold = {};
        return budget.admit(limits, {device, "app", "rule"}, severity, kBase + after, is_again,
                            untold);
    }

    AlertBudget budget;
    Suppressed untold;
};

TEST_F(Budget, LetsThroughAsManyAsTheLimitAnHour) {
    EXPECT_TRUE(admit(kTwoOfADevice, "a"));
    EXPECT_TRUE(admit(kTwoOfADevice, "a", 10min));
    EXPECT_FALSE(admit(kTwoOfADevice, "a", 59min));
    EXPECT_TRUE(admit(kTwoOfADevice, "b", 59min)) << "another device";
    EXPECT_EQ(budget.suppressed(), 1U);

    EXPECT_TRUE(admit(kTwoOfADevice, "a", 60min));
    EXPECT_EQ(untold, (Suppressed{.of_device = 1}));
    EXPECT_TRUE(admit(kTwoOfADevice, "a", 61min));
    EXPECT_EQ(untold, Suppressed{});
}

TEST_F(Budget, EachSeverityHasItsOwn) {
    EXPECT_TRUE(admit(kTwoOfADevice, "a"));
    EXPECT_TRUE(admit(kTwoOfADevice, "a"));
    EXPECT_FALSE(admit(kTwoOfADevice, "a"));
    EXPECT_TRUE(admit(kTwoOfADevice, "a", 0s, Severity::kHigh));
}

TEST_F(Budget, CountsWhatIsTriedAgainOnce) {
    (void)admit(kTwoOfADevice, "a");
    (void)admit(kTwoOfADevice, "a");
    EXPECT_FALSE(admit(kTwoOfADevice, "a"));
    EXPECT_FALSE(admit(kTwoOfADevice, "a", 1s, Severity::kLow, true));
    EXPECT_EQ(budget.suppressed(), 1U);
    EXPECT_TRUE(admit(kTwoOfADevice, "a", 60min, Severity::kLow, true));
    EXPECT_EQ(untold.of_device, 1U);
}

TEST_F(Budget, AnyLimitHolds) {
    const AlertLimits limits{.per_device = 0, .per_app = 1, .per_rule = 0};
    EXPECT_TRUE(admit(limits, "a"));
    EXPECT_FALSE(admit(limits, "b"));
    EXPECT_TRUE(admit(limits, "c", 1h));
    EXPECT_EQ(untold, (Suppressed{.of_app = 1}));
}

TEST_F(Budget, ZeroIsNoLimit) {
    for (int i = 0; i < 1000; ++i)
        ASSERT_TRUE(admit({.per_device = 0, .per_app = 0, .per_rule = 0}, "a"));
}

TEST_F(Judging, WhatIsSuppressedIsToldWhenThereIsRoom) {
    Policy strict = policy_;
    strict.alert_limits = {.per_device = 1, .per_app = 0, .per_rule = 0};
    judge_.use(strict);
    EXPECT_EQ(whole(tcp("tls", 8088, "com.a")).size(), 1U);
    const Considered untold = judge_.consider(RecordKind::kUnapproved, tcp("tls", 8089, "com.b"));
    EXPECT_TRUE(untold.told.empty());
    EXPECT_FALSE(untold.finding.empty()) << "it is a finding all the same";
    EXPECT_EQ(judge_.statistics().suppressed, 1U);

    const auto told = whole(tcp("tls", 8089, "com.b", kBase + 1h));

    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].id, untold.finding);
    EXPECT_EQ(told[0].revision, 1U);
    EXPECT_EQ(told[0].recurrence.sessions, 2U);
    EXPECT_EQ(told[0].suppressed, (Suppressed{.of_device = 1}));
    judge_.use(policy_);
}

TEST_F(Judging, WhatWasNeverToldIsNotClosedAloud) {
    Policy strict = policy_;
    strict.alert_limits = {.per_device = 1, .per_app = 0, .per_rule = 0};
    judge_.use(strict);
    (void)whole(tcp("tls", 8088, "com.a"));
    (void)whole(tcp("tls", 8089, "com.b"));

    const auto told = whole(tcp("tls", 443, "com.b", kBase + 30h));  // approved

    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].status, FindingStatus::kClosed);
    EXPECT_EQ(judge_.open_behaviours(), 0U);
    EXPECT_TRUE(judge_.finish().empty());
    judge_.use(policy_);
}

}  // namespace
}  // namespace sensor::judge::test
