#include "sensor/report/gravest_findings.h"

#include <gtest/gtest.h>

namespace sensor::report {
namespace {

using namespace std::chrono_literals;

Finding finding(const std::string& id, Severity severity, int score, Duration after = 0s) {
    Finding made;
    made.id = id;
    made.severity = severity;
    made.score = score;
    made.first_seen = timestamp_of(0) + after;
    return made;
}
std::vector<std::string> ids(const std::vector<const Finding*>& findings) {
    std::vector<std::string> all;
    for (const Finding* one : findings)
        all.push_back(one->id);
    return all;
}

TEST(GravestFindings, ShowsTheGravestFirstAndCountsAll) {
    GravestFindings findings{2};
    for (int i = 0; i < 100; ++i)
        findings.add(finding("low" + std::to_string(i), Severity::kLow, i % 10, i * 1s));
    findings.add(finding("high", Severity::kHigh, 80));
    for (int i = 0; i < 100; ++i)
        findings.add(finding("late" + std::to_string(i), Severity::kLow, 9, 1h + i * 1s));

    EXPECT_EQ(ids(findings.gravest()), (std::vector<std::string>{"high", "low9"}));
    EXPECT_EQ(findings.count(), 201U);
    EXPECT_EQ(findings.by_severity()[static_cast<std::size_t>(Severity::kLow)], 200U);
    EXPECT_EQ(findings.worst(), Severity::kHigh);
}

TEST(GravestFindings, KeepsTheNewestRevision) {
    GravestFindings findings{5};
    findings.add(finding("a", Severity::kLow, 10));
    Finding revised = finding("a", Severity::kMedium, 50);
    revised.severity_before = Severity::kLow;
    findings.add(revised);

    ASSERT_EQ(findings.gravest().size(), 1U);
    EXPECT_EQ(findings.gravest()[0]->score, 50);
    EXPECT_EQ(findings.count(), 1U);
    EXPECT_EQ(findings.worst(), Severity::kMedium);
}

TEST(GravestFindings, TakesUpOneThatGrowsGraveLate) {
    GravestFindings findings{1};
    for (int i = 0; i < 10; ++i)
        findings.add(finding("f" + std::to_string(i), Severity::kLow, 10 + i));
    Finding revised = finding("f0", Severity::kHigh, 90);
    revised.severity_before = Severity::kLow;
    findings.add(revised);

    EXPECT_EQ(ids(findings.gravest()), (std::vector<std::string>{"f0"}));
    EXPECT_EQ(findings.count(), 10U);
}

TEST(GravestFindings, OneThatWasWithdrawnIsNone) {
    GravestFindings findings{5};
    findings.add(finding("a", Severity::kLow, 10));
    findings.add(finding("b", Severity::kMedium, 50));
    Finding withdrawn = finding("b", Severity::kMedium, 50);
    withdrawn.severity_before = Severity::kMedium;
    withdrawn.status = FindingStatus::kWithdrawn;
    findings.add(withdrawn);

    EXPECT_EQ(ids(findings.gravest()), (std::vector<std::string>{"a"}));
    EXPECT_EQ(findings.count(), 1U);
    EXPECT_EQ(findings.worst(), Severity::kLow);
}

TEST(GravestFindings, MayBeNone) {
    const GravestFindings findings{3};
    EXPECT_TRUE(findings.gravest().empty());
    EXPECT_EQ(findings.worst(), std::nullopt);
}

}  // namespace
}  // namespace sensor::report
