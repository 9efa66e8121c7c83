#include "sensor/report/encoding.h"

#include <gtest/gtest.h>

#include "tests/unit/report/samples.h"

namespace sensor::report {
namespace {

std::string finding_as(Encoding encoding, bool in_syslog) {
    Encoder encoder{{.encoding = encoding, .in_syslog = in_syslog, .eve = {.host = "tap 1"}}};
    return std::string{encoder.finding(flashlight_finding())};
}

TEST(Encoding, EachIsSpelledItsOwnWay) {
    EXPECT_TRUE(finding_as(Encoding::kEve, false).starts_with(R"({"timestamp":"2026-09-21)"));
    EXPECT_TRUE(finding_as(Encoding::kEcs, false).starts_with(R"({"@timestamp":"2026-09-21)"));
    EXPECT_TRUE(finding_as(Encoding::kOcsf, false).starts_with(R"({"activity_id":2)"));
    EXPECT_TRUE(finding_as(Encoding::kCef, false).starts_with("CEF:0|offport|"));
}

TEST(Encoding, SyslogHasAHeaderOfRfc5424) {
    EXPECT_TRUE(finding_as(Encoding::kCef, true)
                    .starts_with("<131>1 2026-09-21T07:37:12.671000Z tap_1 offport - finding - "
                                 "CEF:0|offport|"));
    Encoder encoder{{.encoding = Encoding::kEve, .in_syslog = true, .eve = {.host = "tap-1"}}};
    EXPECT_TRUE(encoder.flow(flashlight_session(), {})
                    .starts_with("<134>1 2026-09-21T07:37:12.671000Z tap-1 offport - flow - "
                                 R"({"timestamp":)"));
}

TEST(Encoding, SeverityOfSyslogFollowsTheFindings) {
    Encoder encoder{{.encoding = Encoding::kCef, .in_syslog = true, .eve = {}}};
    Finding finding = flashlight_finding();
    for (const auto& [severity, priority] :
         {std::pair{Severity::kInfo, "<134>1 "}, std::pair{Severity::kLow, "<133>1 "},
          std::pair{Severity::kMedium, "<132>1 "}, std::pair{Severity::kHigh, "<131>1 "}}) {
        finding.severity = severity;
        EXPECT_TRUE(encoder.finding(finding).starts_with(priority));
    }
}

TEST(Encoding, AHostNameIsPrintableAndBounded) {
    EXPECT_EQ(hostname_text(""), "-");
    EXPECT_EQ(hostname_text("a b\xc3\xbc\n"), "a_b___");
    EXPECT_EQ(hostname_text(std::string(300, 'x')), std::string(255, 'x'));
}

TEST(Encoding, FlowsAreInEveAndEcsOnly) {
    EXPECT_TRUE(has_flows(Encoding::kEve));
    EXPECT_TRUE(has_flows(Encoding::kEcs));
    EXPECT_FALSE(has_flows(Encoding::kOcsf));
    EXPECT_FALSE(has_flows(Encoding::kCef));
}

}  // namespace
}  // namespace sensor::report
