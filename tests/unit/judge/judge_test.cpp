#include "sensor/judge/judge.h"

#include "tests/unit/judge/judging.h"

namespace sensor::judge::test {
namespace {

TEST_F(Judging, AMismatchIsAFinding) {
    const Observation session = tcp("tls", 8088, "com.x");

    const auto told = unapproved(session);

    ASSERT_EQ(told.size(), 1U);
    const Finding& finding = told[0];
    EXPECT_EQ(finding.revision, 1U);
    EXPECT_EQ(finding.id.size(), 16U);
    EXPECT_EQ(finding.kind, FindingKind::kPortMismatch);
    EXPECT_EQ(finding.rule, "AllowedProtocolPortMappings.tls");
    EXPECT_EQ(finding.expected, "tls on tcp/443");
    EXPECT_EQ(finding.analytics, std::vector<std::string>{"AN1827"});
    EXPECT_EQ(finding.first_seen, session.start);
    EXPECT_EQ(finding.last_seen, session.last);
    EXPECT_EQ(finding.recurrence.sessions, 1U);
    EXPECT_EQ(finding.session.flow_id, session.flow_id);
    ASSERT_FALSE(finding.contributions.empty());
    EXPECT_EQ(finding.contributions[0].detail,
              "tls on tcp/8088; the policy expects tls on tcp/443");
    int sum = 0;
    for (const Contribution& contribution : finding.contributions)
        sum += contribution.points;
    EXPECT_EQ(finding.score, sum);
}

TEST_F(Judging, IosFindingsAnswerToTheIosAnalytic) {
    Observation session = tcp("tls", 8088);
    session.attribution.platform = Platform::kIos;

    const auto told = unapproved(session);

    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].analytics, std::vector<std::string>{"AN1828"});
    EXPECT_EQ(told[0].contributions[0].channel, "AN1828.1");
}

TEST_F(Judging, AnUnknownAppHasNoMappingToBeOutsideOf) {
    const auto known = unapproved(tcp("tls", 8088, "com.x"));
    const auto unknown = unapproved(tcp("tls", 8088, ""));

    EXPECT_TRUE(has_item(known.at(0), "outside_app_mapping"));
    EXPECT_FALSE(has_item(unknown.at(0), "outside_app_mapping"));
}

TEST_F(Judging, WhatOneSideOnlySpeaksIsSilent) {
    for (const Confirmed confirmed : {Confirmed::kNone, Confirmed::kClient, Confirmed::kServer}) {
        Observation session = tcp("tls", 8088);
        session.confirmed = confirmed;
        EXPECT_TRUE(whole(session).empty());
    }
    EXPECT_EQ(judge_.statistics().unproven, 6U);
    EXPECT_EQ(judge_.open_behaviours(), 0U);
    expect_balance();
}

TEST_F(Judging, ConflictingSidesAreSilent) {
    Observation session = tcp("unknown", 443);
    session.conflict = true;
    session.protocol_to_server = "http";
    session.protocol_to_client = "ssh";

    EXPECT_TRUE(whole(session).empty());
}

TEST_F(Judging, ScansAreSilent) {
    Observation unanswered = tcp("unknown", 443);
    unanswered.tcp_state = TcpState::kSynSent;
    unanswered.tcp_flags_to_server = kTcpSyn;
    unanswered.tcp_flags_to_client = 0;
    unanswered.packets_to_client = unanswered.bytes_to_client = 0;
    EXPECT_TRUE(whole(unanswered).empty());

    Observation refused = unanswered;
    refused.tcp_state = TcpState::kReset;
    refused.tcp_flags_to_client = kTcpRst | kTcpAck;
    refused.packets_to_client = 1;
    refused.bytes_to_client = 40;
    EXPECT_TRUE(whole(refused).empty());

    Observation connected = tcp("unknown", 443);  // a connect scan: handshake, then reset
    connected.tcp_state = TcpState::kReset;
    connected.tcp_flags_to_server = kTcpSyn | kTcpAck | kTcpRst;
    connected.tcp_flags_to_client = kTcpSyn | kTcpAck;
    connected.packets_to_server = 3;
    connected.bytes_to_server = 60 + 52 + 52;
    connected.packets_to_client = 1;
    connected.bytes_to_client = 60;
    EXPECT_TRUE(whole(connected).empty());
}

TEST_F(Judging, UnknownOnAReservedPortIsToldOnceItIsOver) {
    const Observation session = tcp("unknown", 443);

    EXPECT_TRUE(unapproved(session).empty());
    const auto told = end(session);

    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].kind, FindingKind::kPortMasquerade);
    EXPECT_EQ(told[0].recurrence.sessions, 1U);
    expect_balance();
}

TEST_F(Judging, UnknownThatPersistsIsToldBeforeItIsOver) {
    Observation session = tcp("unknown", 443);
    session.tcp_state = TcpState::kEstablished;
    EXPECT_TRUE(unapproved(session).empty());
    session.last = session.start + 11min;

    const auto told = persisting(session);

    ASSERT_EQ(told.size(), 1U);
    EXPECT_TRUE(has_item(told[0], "persistence"));
    EXPECT_TRUE(end(session).empty());
    EXPECT_EQ(judge_.statistics().sessions, 1U);
}

TEST_F(Judging, UnknownNeedsPayloadBothWaysAHandshakeAndNoLoss) {
    const auto silent = [&](auto&& change) {
        Observation session = tcp("unknown", 443);
        change(session);
        EXPECT_TRUE(whole(session).empty());
    };

    silent([](Observation& o) { o.loss_seen = true; });
    silent([](Observation& o) { o.tcp_flags_to_client = kTcpAck | kTcpPsh; });  // midstream
    silent([](Observation& o) {
        o.tcp_flags_to_client = kTcpSyn | kTcpAck | kTcpFin;
        o.bytes_to_client = o.packets_to_client * 52;
    });
    silent([](Observation& o) {
        o.tcp_flags_to_server = kTcpSyn | kTcpAck | kTcpFin;
        o.bytes_to_server = o.packets_to_server * 52;
    });
    silent([](Observation& o) { o.transport = Transport::kUdp; });
}

TEST_F(Judging, PayloadIsSeenWithoutPushFlagsToo) {
    Observation session = tcp("unknown", 443);
    session.tcp_flags_to_server = session.tcp_flags_to_client = kTcpSyn | kTcpAck;

    EXPECT_EQ(whole(session).size(), 1U);
}

TEST_F(Judging, ExceptionsSilenceAndCount) {
    const Observation excepted = tcp("tls", 8088, "com.dev");
    EXPECT_TRUE(whole(excepted).empty());
    EXPECT_TRUE(whole(tcp("ssh", 2222, "com.dev")).empty());
    EXPECT_TRUE(whole(tcp("ssh", 2222)).empty());
    EXPECT_TRUE(whole(tcp("unknown", 443, "com.dev")).empty());

    const std::map<std::string, std::uint64_t> expected{{"EX-1", 3}, {"EX-2", 2}};
    EXPECT_EQ(judge_.exception_hits(), expected);
    EXPECT_EQ(judge_.finish().size(), 0U);
    expect_balance();
}

TEST_F(Judging, AnExceptionExpiresByTheSessionsOwnTime) {
    const Timestamp midnight{std::chrono::sys_days{std::chrono::year{2026} / 9 / 22}};

    EXPECT_TRUE(whole(tcp("tls", 8088, "com.dev", midnight - 1s)).empty());
    EXPECT_EQ(whole(tcp("tls", 8088, "com.dev", midnight)).size(), 1U);
}

TEST_F(Judging, OfAGroupOneApprovedAppIsEnough) {
    const Policy policy =
        policy_of("roles: {mail: {apps: [com.mail], allow: {smtp: {tcp: 587}}}}\n");
    const std::vector<AppGroup> groups{{"office", {"com.chat", "com.mail"}}, {"byod", {}}};
    Judge judge{policy, groups};
    const auto told = [&](std::string app, std::string group, std::uint16_t port) {
        Observation session = tcp("smtp", port, std::move(app));
        session.attribution.app_group = std::move(group);
        return judge.consider(RecordKind::kUnapproved, session).told.size();
    };

    EXPECT_EQ(told("", "office", 587), 0U);
    EXPECT_EQ(told("", "office", 2525), 1U);
    EXPECT_EQ(told("com.chat", "office", 587), 1U);
    EXPECT_EQ(told("", "byod", 587), 1U);
    EXPECT_EQ(told("", "", 587), 1U);
}

}  // namespace
}  // namespace sensor::judge::test
