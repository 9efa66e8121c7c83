#include "sensor/judge/policy_load.h"

#include <filesystem>
#include <fstream>

#include "tests/unit/judge/cast.h"

namespace sensor::judge::test {
namespace {

namespace fs = std::filesystem;

/// Files in a directory of the test's own.
class PolicyFiles : public testing::Test {
  protected:
    void SetUp() override {
        const auto* info = testing::UnitTest::GetInstance()->current_test_info();
        root_ = fs::path{testing::TempDir()} / (std::string{"judge_"} + info->name());
        fs::remove_all(root_);
        fs::create_directories(root_);
    }
    void TearDown() override { fs::remove_all(root_); }

    void write(const std::string& name, std::string_view text) const {
        fs::create_directories((root_ / name).parent_path());
        std::ofstream{root_ / name} << text;
    }
    [[nodiscard]] std::string path(const std::string& name) const {
        return (root_ / name).string();
    }

    std::optional<Policy> load(const std::string& name) {
        yaml::Problems problems;
        auto policy = load_policy(path(name), vocabulary(), kBase, problems);
        lines_.clear();
        for (const yaml::Problem& problem : problems.sorted())
            lines_.push_back(problem.to_string());
        return policy;
    }

    fs::path root_;
    std::vector<std::string> lines_;
};

TEST(PolicyLoad, ReadsEverySetting) {
    const Policy policy = policy_of(R"(TimeWindow: 12h
RecentUserInteractionWindow: 5m
BeaconIntervalTolerance: 0.1
RecurrenceMinimum: 6
PersistenceThreshold: 20m
JobWindow: 2m
ForegroundStateRequired: false
SupervisedRequired: true
AllowedAppList: ["com.example.*"]
AllowedManagedApps: org.example.app
score: {port_mismatch: 1, protocol_risk: {default: 2, ssh: 3}}
severity: {low: 1, medium: 2, high: 3}
)");

    EXPECT_EQ(policy.time_window, Duration{12h});
    EXPECT_EQ(policy.recent_user_interaction_window, Duration{5min});
    EXPECT_DOUBLE_EQ(policy.beacon_interval_tolerance, 0.1);
    EXPECT_EQ(policy.recurrence_minimum, 6U);
    EXPECT_EQ(policy.persistence_threshold, Duration{20min});
    EXPECT_EQ(policy.job_window, Duration{2min});
    EXPECT_FALSE(policy.foreground_state_required);
    EXPECT_TRUE(policy.supervised_required);
    EXPECT_EQ(policy.allowed_apps, std::vector<std::string>{"com.example.*"});
    EXPECT_EQ(policy.allowed_managed_apps, std::vector<std::string>{"org.example.app"});
    EXPECT_EQ(policy.points_of(Evidence::kPortMismatch), 1);
    EXPECT_EQ(policy.points_of(Evidence::kRecurrence), row_of(Evidence::kRecurrence).points);
    EXPECT_EQ(policy.risk_of("ssh"), 3);
    EXPECT_EQ(policy.risk_of("tls"), 2);
    EXPECT_EQ(policy.severity.high, 3);
}

TEST(PolicyLoad, ReadsEveryFormOfPorts) {
    const Policy policy = policy_of(R"(AllowedProtocolPortMappings:
  dns: {udp: 53, tcp: 53}
  stun: {udp: any, tcp: [443, "3478-3481"]}
  tls: {tcp: "8801-8810"}
  unknown: {tcp: 5222}
)");

    EXPECT_EQ(to_string(policy.defaults.at("dns")), "tcp/53 and udp/53");
    EXPECT_EQ(to_string(policy.defaults.at("stun")), "tcp/443, 3478-3481 and udp/any");
    EXPECT_EQ(to_string(policy.defaults.at("tls")), "tcp/8801-8810");
    EXPECT_EQ(to_string(policy.defaults.at("unknown")), "tcp/5222");
}

TEST(PolicyLoad, ReadsAnException) {
    const Policy policy = policy_of(R"(EnterpriseExceptionList:
  - id: EX-7
    owner: dev@example.org
    reason: proxy
    created: 2026-03-01
    expires: 2027-03-01
    match:
      apps: [a.*]
      app_groups: [devtools]
      devices: ["serial:*"]
      protocols: [http]
      ports: {tcp: 8888}
      destinations: [10.0.0.0/8, "*.Dev.example", 2001:db8::/32, 192.0.2.1]
)");

    ASSERT_EQ(policy.exceptions.size(), 1U);
    const Exception& exception = policy.exceptions[0];
    EXPECT_EQ(exception.void_from,
              Timestamp{std::chrono::sys_days{std::chrono::year{2027} / 3 / 2}});
    EXPECT_EQ(exception.match.prefixes.size(), 3U);
    EXPECT_EQ(exception.match.names, std::vector<std::string>{"*.dev.example"});
    EXPECT_EQ(to_string(exception.match.ports), "tcp/8888");
}

TEST(PolicyLoad, AnEmptyFileIsAPolicyThatAllowsNothing) {
    EXPECT_TRUE(policy_of("").defaults.empty());
    EXPECT_TRUE(policy_of("# nothing\n").roles.empty());
}

TEST_F(PolicyFiles, IncludesAreRelativeAndUnite) {
    write("policy.yaml", "AllowedAppList: [a]\nroles: {r: {apps: [a]}}\nTimeWindow: 1h\n");
    write("site/policy.yaml",
          "include: [../policy.yaml]\nAllowedAppList: [b]\nroles: {s: {apps: [b]}}\n");

    const auto policy = load("site/policy.yaml");

    ASSERT_TRUE(policy) << testing::PrintToString(lines_);
    EXPECT_EQ(policy->allowed_apps, (std::vector<std::string>{"a", "b"}));
    ASSERT_EQ(policy->roles.size(), 2U);
    EXPECT_EQ(policy->time_window, Duration{1h});
}

TEST_F(PolicyFiles, ANameInTwoFilesIsReportedInTheIncludingOne) {
    write("base.yaml", R"(TimeWindow: 1h
roles: {mail: {apps: [a], deny: [ssh]}}
apps: {a.b: {deny: [ssh]}}
AllowedServiceClasses: {c: {names: [n], allow: {tls: {tcp: 1}}}}
AllowedProtocolPortMappings: {tls: {tcp: 443}}
ReservedPorts: {tcp/443: tls}
EnterpriseExceptionList:
  - {id: A, owner: o, reason: r, expires: 2027-01-01, match: {apps: [x]}}
score: {recurrence: 1}
severity: {low: 20}
)");
    std::ifstream base{path("base.yaml")};
    const std::string same{std::istreambuf_iterator<char>{base}, {}};
    write("site.yaml", "include: base.yaml\n" + same);

    EXPECT_FALSE(load("site.yaml"));

    const std::string site = path("site.yaml");
    const auto twice = [&](std::string_view here, std::string_view what, std::string_view there) {
        return site + std::string{here} + ": error: " + std::string{what} +
               " is given twice, first at " + path("base.yaml") + std::string{there} +
               "; remove one, or name it under override: in the file that includes both";
    };
    EXPECT_EQ(lines_, (std::vector<std::string>{
                          twice(":2:13", "TimeWindow", ":1:13"),
                          twice(":3:9", "roles.mail", ":2:9"),
                          twice(":4:8", "apps.a.b", ":3:8"),
                          twice(":5:25", "AllowedServiceClasses.c", ":4:25"),
                          twice(":6:31", "AllowedProtocolPortMappings.tls", ":5:31"),
                          twice(":7:17", "ReservedPorts.tcp/443", ":6:17"),
                          twice(":9:10", "EnterpriseExceptionList.A", ":8:10"),
                          twice(":10:21", "score.recurrence", ":9:21"),
                          twice(":11:17", "severity.low", ":10:17"),
                      }));
}

TEST_F(PolicyFiles, WhatTheIncludingFileOverridesIsItsOwn) {
    write("base.yaml", R"(TimeWindow: 1h
RecurrenceMinimum: 9
roles: {mail: {apps: [a], deny: [ssh]}, files: {apps: [b], deny: [ssh]}}
AllowedProtocolPortMappings: {tls: {tcp: 443}}
ReservedPorts: {tcp/443: tls, tcp/5555: adb}
severity: {low: 50, medium: 60, high: 70}
)");
    write("site.yaml", R"(include: base.yaml
override: [TimeWindow, roles.mail, AllowedProtocolPortMappings.tls, ReservedPorts.tcp/5555,
           severity.medium]
TimeWindow: 2h
roles: {mail: {apps: [c], deny: [ftp]}}
AllowedProtocolPortMappings: {tls: {tcp: 8443}}
severity: {medium: 65}
)");

    const auto policy = load("site.yaml");

    ASSERT_TRUE(policy) << ::testing::PrintToString(lines_);
    EXPECT_EQ(policy->time_window, Duration{2h});
    EXPECT_EQ(policy->recurrence_minimum, 9U);
    ASSERT_EQ(policy->roles.size(), 2U);
    EXPECT_EQ(policy->roles[0].name, "files");
    EXPECT_EQ(policy->roles[1].apps, std::vector<std::string>{"c"});
    EXPECT_TRUE(policy->defaults.at("tls").contains(Transport::kTcp, PortNumber{8443}));
    EXPECT_FALSE(policy->defaults.at("tls").contains(Transport::kTcp, PortNumber{443}));
    ASSERT_EQ(policy->reservations.size(), 1U);  // the other one is overridden by nothing
    EXPECT_EQ(policy->reservations[0].name, "tcp/443");
    EXPECT_EQ(policy->severity.low, 50);
    EXPECT_EQ(policy->severity.medium, 65);
}

TEST_F(PolicyFiles, AFileMayDenyWhatAnotherAllows) {
    write("base.yaml", "roles: {mail: {apps: [a], allow: {unknown: {tcp: 443}}}}\n");
    write("site.yaml", "include: base.yaml\nroles: {all: {apps: ['*'], deny: [unknown]}}\n");

    EXPECT_TRUE(load("site.yaml")) << ::testing::PrintToString(lines_);
}

TEST_F(PolicyFiles, AnOverrideOfNothingIsReported) {
    write("base.yaml", "TimeWindow: 1h\n");
    write("site.yaml", "include: base.yaml\noverride: [TimeWindow, JobWindow]\nJobWindow: 1m\n");

    EXPECT_FALSE(load("site.yaml"));

    EXPECT_EQ(lines_, std::vector<std::string>{
                          path("site.yaml") + ":2:24: error: nothing that this file includes gives "
                                              "'JobWindow'; write it as in ReservedPorts.tcp/443, "
                                              "or remove it"});
}

TEST_F(PolicyFiles, AnOverrideHoldsOnlyForWhatIsIncluded) {
    write("base.yaml", "include: deep.yaml\noverride: [TimeWindow]\nTimeWindow: 2h\n");
    write("deep.yaml", "TimeWindow: 1h\n");
    write("site.yaml", "include: base.yaml\nTimeWindow: 3h\n");

    EXPECT_FALSE(load("site.yaml"));

    ASSERT_EQ(lines_.size(), 1U);
    EXPECT_NE(lines_[0].find("TimeWindow is given twice, first at " + path("base.yaml") + ":3:13"),
              std::string::npos)
        << lines_[0];
}

TEST_F(PolicyFiles, AFileIncludedTwiceCountsOnce) {
    write("base.yaml", "roles: {r: {apps: [a]}}\n");
    write("left.yaml", "include: base.yaml\n");
    write("right.yaml", "include: base.yaml\n");
    write("policy.yaml", "include: [left.yaml, right.yaml]\n");

    const auto policy = load("policy.yaml");

    ASSERT_TRUE(policy) << testing::PrintToString(lines_);
    EXPECT_EQ(policy->roles.size(), 1U);
}

TEST_F(PolicyFiles, AnIncludeCycleIsReported) {
    write("a.yaml", "include: [b.yaml]\n");
    write("b.yaml", "TimeWindow: 1h\ninclude: [a.yaml]\n");

    EXPECT_FALSE(load("a.yaml"));

    EXPECT_EQ(lines_, std::vector<std::string>{path("b.yaml") + ":2:11: error: '" + path("a.yaml") +
                                               "' includes itself by way of this line"});
}

TEST_F(PolicyFiles, MistakesInIncludedFilesNameThem) {
    write("base.yaml", "TimeWindow: soon\n");
    write("policy.yaml", "include: [base.yaml]\n");

    EXPECT_FALSE(load("policy.yaml"));

    EXPECT_EQ(lines_,
              std::vector<std::string>{
                  path("base.yaml") +
                  ":1:13: error: expected a duration such as 90s, 10m, 2h or 7d, got 'soon'"});
}

TEST_F(PolicyFiles, AMissingFileIsReported) {
    EXPECT_FALSE(load("nowhere.yaml"));

    const std::string missing = path("nowhere.yaml");
    EXPECT_EQ(lines_, std::vector<std::string>{missing + ":1:1: error: '" + missing +
                                               "' cannot be read; check that it exists and is "
                                               "readable"});
}

}  // namespace
}  // namespace sensor::judge::test
