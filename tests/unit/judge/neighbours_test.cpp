// Analytics beside AN1827: sessions that the policy approves.
#include "sensor/judge/neighbours.h"

#include "tests/unit/judge/judging.h"

namespace sensor::judge::test {
namespace {

class Neighbourhood : public Judging {
  protected:
    void SetUp() override {
        on_.neighbours = {.beaconing = true, .relay = true, .baseline = {}};
        judge_.use(on_);
    }
    void TearDown() override { judge_.use(policy_); }

    static Observation poll(Duration after) {
        Observation session = tcp("tls", 443, "com.x", kBase + after);
        session.context.app_state = AppState::kBackground;
        session.bytes_to_server = session.bytes_to_client = 700;
        session.facts = {{Fact::kTlsSni, "C2.example"}};
        return session;
    }
    std::vector<Finding> polls(const Observation& like, int count = 5) {
        std::vector<Finding> told;
        for (int i = 0; i < count; ++i) {
            Observation session = like;
            session.flow_id += static_cast<std::uint64_t>(i) * 1000;
            session.start += i * 5min;
            session.last += i * 5min;
            for (Finding& finding : end(session))
                told.push_back(std::move(finding));
        }
        return told;
    }

    Policy on_ = policy_of(kPolicy);
};

TEST_F(Neighbourhood, AnAppThatKeepsTimeInTheBackgroundIsFound) {
    const auto told = polls(poll(0s));

    ASSERT_FALSE(told.empty());
    const Finding& finding = told.front();
    EXPECT_EQ(finding.kind, FindingKind::kBeaconing);
    EXPECT_EQ(finding.rule, "Neighbours.beaconing");
    EXPECT_EQ(finding.analytics, std::vector<std::string>{"AN1681"});
    EXPECT_EQ(finding.recurrence.sessions, 4U) << "RecurrenceMinimum";
    EXPECT_TRUE(has_item(finding, "beaconing"));
    EXPECT_TRUE(has_item(finding, "recurrence"));
    EXPECT_TRUE(has_item(finding, "low_volume"));
    EXPECT_TRUE(has_item(finding, "app_background"));
    EXPECT_FALSE(has_item(finding, "port_mismatch"));
    EXPECT_FALSE(has_item(finding, "outside_app_mapping"));
}

TEST_F(Neighbourhood, WhatDoesNotKeepTimeIsNot) {
    EXPECT_TRUE(polls(poll(0s), 3).empty());
    for (const auto at : {0s, 17s, 900s, 950s, 4000s}) {
        Observation session = poll(at);
        session.flow_id += static_cast<std::uint64_t>(at.count()) * 1000;
        session.server.address = ipv4_address(0xc6336401);
        EXPECT_TRUE(end(session).empty()) << at.count();
    }
}

TEST_F(Neighbourhood, AnAppThatIsUsedOrNotKnownIsNot) {
    Observation used = poll(0s);
    used.context.app_state = AppState::kForeground;
    used.context.locked = Tristate::kYes;
    EXPECT_TRUE(polls(used).empty());
    Observation nobody = poll(0s);
    nobody.context.app_state = AppState::kUnknown;
    EXPECT_TRUE(polls(nobody).empty()) << "unknown is not background";
    Observation unknown = poll(0s);
    unknown.attribution.app.clear();
    EXPECT_TRUE(polls(unknown).empty());
}

TEST_F(Neighbourhood, TheBaselineAndTimekeepersMay) {
    on_.neighbours.baseline = {{.apps = {"com.*"}, .names = {"*.example"}}};
    EXPECT_TRUE(polls(poll(0s)).empty());
    on_.neighbours.baseline = {{.apps = {"com.y"}, .names = {}}};
    EXPECT_FALSE(polls(poll(24h)).empty());
}

TEST_F(Neighbourhood, OffItSaysNothing) {
    judge_.use(policy_);
    EXPECT_TRUE(polls(poll(0s)).empty());
    expect_balance();
}

TEST_F(Neighbourhood, APhoneThatServesAsAProxyIsFound) {
    Observation session = tcp("tls", 443, "com.x");
    session.is_proxied = true;
    EXPECT_TRUE(end(session).empty()) << "a proxy that is no managed device";
    session.flow_id += 1;
    session.server_device = "serial:PHONE";

    const auto told = end(session);

    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].kind, FindingKind::kRelay);
    EXPECT_EQ(told[0].analytics, std::vector<std::string>{"AN1702"});
    EXPECT_TRUE(has_item(told[0], "relay"));
}

TEST(Analytic, IsThatOfKindProtocolAndPlatform) {
    using enum FindingKind;
    EXPECT_EQ(analytic_of(kPortMismatch, "tls", Platform::kIos), "AN1828");
    EXPECT_EQ(analytic_of(kBeaconing, "tls", Platform::kAndroid), "AN1681");
    EXPECT_EQ(analytic_of(kBeaconing, "websocket", Platform::kIos), "AN1682");
    EXPECT_EQ(analytic_of(kBeaconing, "dns", Platform::kUnknown), "AN1793");
    EXPECT_EQ(analytic_of(kBeaconing, "smtp", Platform::kIos), "AN1794");
    EXPECT_EQ(analytic_of(kRelay, "socks5", Platform::kAndroid), "AN1702");
}

}  // namespace
}  // namespace sensor::judge::test
