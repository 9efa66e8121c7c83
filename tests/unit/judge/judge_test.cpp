#include "sensor/judge/judge.h"

#include <algorithm>
#include <sstream>

#include "tests/unit/judge/cast.h"

namespace sensor::judge::test {
namespace {

constexpr std::string_view kPolicy = R"(
AllowedProtocolPortMappings:
  tls: {tcp: 443}
ReservedPorts:
  tcp/443: [tls]
EnterpriseExceptionList:
  - {id: EX-1, owner: o, reason: r, expires: 2026-09-21, match: {apps: [com.dev]}}
  - {id: EX-2, owner: o, reason: r, expires: 2027-01-01, match: {protocols: ssh}}
)";

bool has_item(const Finding& finding, std::string_view name) {
    return std::ranges::any_of(finding.contributions, [name](const Contribution& contribution) {
        return contribution.name == name;
    });
}

class Judging : public testing::Test {
  protected:
    std::vector<Finding> unapproved(const Observation& session) {
        return judge_.consider(RecordKind::kUnapproved, session);
    }
    std::vector<Finding> persisting(const Observation& session) {
        return judge_.consider(RecordKind::kPersisting, session);
    }
    std::vector<Finding> end(const Observation& session) {
        return judge_.consider(RecordKind::kEnd, session);
    }
    /// Both records of a short session; what is told at the first one.
    std::vector<Finding> whole(const Observation& session) {
        auto told = unapproved(session);
        for (Finding& finding : end(session))
            told.push_back(std::move(finding));
        return told;
    }
    void expect_balance() const {
        const Statistics& is = judge_.statistics();
        EXPECT_EQ(is.records, is.approved + is.unproven + is.sessions + is.updates);
    }

    const Policy policy_ = policy_of(kPolicy);
    Judge judge_{policy_};
};

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

TEST_F(Judging, OneFindingPerBehaviour) {
    std::vector<std::string> ids;
    for (int i = 0; i < 3; ++i) {
        for (const Finding& finding : whole(tcp("tls", 8088, "com.x", kBase + i * i * 40s)))
            ids.push_back(finding.id);
    }
    EXPECT_EQ(ids.size(), 1U);
    EXPECT_EQ(judge_.open_behaviours(), 1U);

    const auto last = judge_.finish();

    ASSERT_EQ(last.size(), 1U);
    EXPECT_EQ(last[0].id, ids[0]);
    EXPECT_EQ(last[0].revision, 2U);
    EXPECT_EQ(last[0].recurrence.sessions, 3U);
    EXPECT_EQ(last[0].last_seen, kBase + 162s);
    EXPECT_TRUE(judge_.finish().empty());
}

TEST_F(Judging, ASessionThatOnlyEndedLaterIsToldByFinish) {
    Observation session = tcp("tls", 8088);
    EXPECT_EQ(unapproved(session).size(), 1U);
    session.last += 30s;
    session.ended = true;
    EXPECT_TRUE(end(session).empty());

    const auto last = judge_.finish();

    ASSERT_EQ(last.size(), 1U);
    EXPECT_TRUE(last[0].session.ended);
    EXPECT_EQ(last[0].recurrence.sessions, 1U);
}

TEST_F(Judging, StableRecurrenceIsANewRevision) {
    std::vector<std::size_t> told;
    std::vector<Finding> newest;
    for (int i = 0; i < 8; ++i) {
        auto findings = whole(tcp("tls", 8088, "com.x", kBase + i * 300s));
        told.push_back(findings.size());
        if (!findings.empty()) newest = std::move(findings);
    }

    EXPECT_EQ(told, (std::vector<std::size_t>{1, 0, 0, 1, 0, 0, 0, 0}));
    ASSERT_EQ(newest.size(), 1U);
    EXPECT_EQ(newest[0].revision, 2U);
    EXPECT_TRUE(newest[0].recurrence.stable);
    const auto item = std::ranges::find(newest[0].contributions, "recurrence", &Contribution::name);
    ASSERT_NE(item, newest[0].contributions.end());
    EXPECT_EQ(item->detail, "4 sessions, one every 5 min, give or take 0 ms");
    EXPECT_EQ(item->channel, "AN1827.2");
    const auto last = judge_.finish();
    ASSERT_EQ(last.size(), 1U);
    EXPECT_EQ(last[0].recurrence.sessions, 8U);
}

TEST_F(Judging, UnstableRecurrenceIsNoEvidence) {
    const std::vector<std::chrono::seconds> offsets{0s, 20s, 400s, 430s, 2000s, 2100s};
    for (const auto offset : offsets)
        (void)whole(tcp("tls", 8088, "com.x", kBase + offset));

    const auto last = judge_.finish();

    ASSERT_EQ(last.size(), 1U);
    EXPECT_FALSE(last[0].recurrence.stable);
    EXPECT_FALSE(has_item(last[0], "recurrence"));
}

TEST_F(Judging, PersistenceIsANewRevision) {
    Observation session = tcp("tls", 8088);
    EXPECT_EQ(unapproved(session).size(), 1U);
    session.last = session.start + 10min;

    const auto told = persisting(session);

    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].revision, 2U);
    const auto item = std::ranges::find(told[0].contributions, "persistence", &Contribution::name);
    ASSERT_NE(item, told[0].contributions.end());
    EXPECT_EQ(item->detail, "a session lived for 10 min");
    EXPECT_EQ(judge_.statistics().sessions, 1U);
    expect_balance();
}

TEST_F(Judging, ContextLearntLaterRevisesTheFinding) {
    Observation session = tcp("tls", 8088);
    EXPECT_EQ(unapproved(session).size(), 1U);
    session.context.locked = Tristate::kYes;

    const auto told = end(session);

    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].revision, 2U);
    EXPECT_TRUE(has_item(told[0], "device_locked"));
}

TEST_F(Judging, AnAppLearntLaterDoesNotMakeASecondFinding) {
    Observation session = tcp("tls", 8088, "");
    const auto first = unapproved(session);
    session.attribution.app = "com.x";

    const auto second = end(session);

    ASSERT_EQ(second.size(), 1U);
    EXPECT_EQ(second[0].id, first.at(0).id);
    EXPECT_EQ(second[0].session.attribution.app, "com.x");
    EXPECT_TRUE(has_item(second[0], "outside_app_mapping"));
}

TEST_F(Judging, EvidenceStaysWhenLaterSessionsAreLessKnown) {
    Observation locked = tcp("tls", 8088);
    locked.context.locked = Tristate::kYes;
    (void)whole(locked);

    EXPECT_TRUE(whole(tcp("tls", 8088, "com.example.app", kBase + 50s)).empty());

    EXPECT_TRUE(has_item(judge_.finish().at(0), "device_locked"));
}

TEST_F(Judging, ComingToTheForegroundIsANewRevision) {
    Observation first = tcp("tls", 8088);
    first.context.app_state = AppState::kBackground;
    EXPECT_TRUE(has_item(whole(first).at(0), "app_background"));
    Observation second = tcp("tls", 8088, "com.example.app", kBase + 5min);
    second.context.app_state = AppState::kBackground;
    second.context.last_foreground = kBase + 2min;

    const auto told = unapproved(second);

    ASSERT_EQ(told.size(), 1U);
    EXPECT_FALSE(has_item(told[0], "app_background"));
}

TEST_F(Judging, TheFindingShowsTheNewestSession) {
    Observation first = tcp("tls", 8088);
    (void)unapproved(first);
    const Observation second = tcp("tls", 8088, "com.example.app", kBase + 1min);
    (void)unapproved(second);
    first.last += 2min;
    (void)end(first);

    const auto last = judge_.finish();

    ASSERT_EQ(last.size(), 1U);
    EXPECT_EQ(last[0].session.flow_id, second.flow_id);
    EXPECT_EQ(last[0].last_seen, first.last);
    EXPECT_EQ(last[0].recurrence.sessions, 2U);
}

TEST_F(Judging, BeyondTimeWindowItIsANewBehaviour) {
    const auto first = whole(tcp("tls", 8088));
    (void)whole(tcp("tls", 8088, "com.example.app", kBase + 10s));
    const auto within = whole(tcp("tls", 8088, "com.example.app", kBase + 24h));
    EXPECT_TRUE(within.empty());

    const auto beyond = whole(tcp("tls", 8088, "com.example.app", kBase + 49h));

    ASSERT_EQ(beyond.size(), 2U);  // the last word on the old one, then the new one
    EXPECT_EQ(beyond[0].id, first.at(0).id);
    EXPECT_EQ(beyond[0].recurrence.sessions, 3U);
    EXPECT_NE(beyond[1].id, first.at(0).id);
    EXPECT_EQ(beyond[1].revision, 1U);
    EXPECT_EQ(judge_.open_behaviours(), 1U);
}

TEST_F(Judging, OtherTrafficClosesWhatIsStale) {
    (void)whole(tcp("tls", 8088, "com.a"));
    (void)whole(tcp("tls", 8088, "com.a", kBase + 1min));

    const auto told = whole(tcp("tls", 8088, "com.b", kBase + 30h));

    EXPECT_EQ(told.size(), 2U);
    EXPECT_EQ(judge_.open_behaviours(), 1U);
}

TEST_F(Judging, ASessionThatIsStillOpenKeepsItsBehaviour) {
    Observation session = tcp("tls", 8088, "com.a");
    (void)unapproved(session);
    (void)whole(tcp("tls", 8088, "com.b", kBase + 30h));
    session.last = kBase + 31h;

    EXPECT_EQ(end(session).size(), 1U);  // persistence

    EXPECT_EQ(judge_.statistics().sessions, 2U);
    EXPECT_EQ(judge_.statistics().behaviours, 2U);
}

TEST_F(Judging, MemoryIsBounded) {
    Judge small{policy_, {}, {.behaviours = 2}};
    std::size_t told = 0;
    for (int i = 0; i < 5; ++i) {
        const std::string app = "com.app" + std::to_string(i);
        told += small.consider(RecordKind::kUnapproved, tcp("tls", 8088, app)).size();
    }

    EXPECT_EQ(small.open_behaviours(), 2U);
    EXPECT_EQ(small.statistics().evicted, 3U);
    EXPECT_EQ(told, 5U);
}

TEST_F(Judging, MoreOpenSessionsThanRememberedAreNotCountedTwice) {
    std::vector<Observation> sessions;
    for (int i = 0; i < 100; ++i)
        sessions.push_back(tcp("tls", 8088, "com.x", kBase + i * 1ms));
    for (const Observation& session : sessions)
        (void)unapproved(session);
    for (const Observation& session : sessions)
        (void)end(session);

    EXPECT_EQ(judge_.statistics().sessions, 100U);
    expect_balance();
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

TEST_F(Judging, AnotherPolicyKeepsTheHistory) {
    const auto first = whole(tcp("tls", 8088));
    const Policy stricter = policy_of(
        "AllowedProtocolPortMappings: {tls: {tcp: 853}}\n"
        "score: {port_mismatch: 60}\n");

    judge_.use(stricter);
    const auto second = whole(tcp("tls", 8088, "com.example.app", kBase + 1min));

    ASSERT_EQ(second.size(), 1U);
    EXPECT_EQ(second[0].id, first.at(0).id);
    EXPECT_EQ(second[0].revision, 2U);
    EXPECT_EQ(second[0].expected, "tls on tcp/853");
}

TEST_F(Judging, OfAGroupOneApprovedAppIsEnough) {
    const Policy policy =
        policy_of("roles: {mail: {apps: [com.mail], allow: {smtp: {tcp: 587}}}}\n");
    const std::vector<AppGroup> groups{{"office", {"com.chat", "com.mail"}}, {"byod", {}}};
    Judge judge{policy, groups};
    const auto told = [&](std::string app, std::string group, std::uint16_t port) {
        Observation session = tcp("smtp", port, std::move(app));
        session.attribution.app_group = std::move(group);
        return judge.consider(RecordKind::kUnapproved, session).size();
    };

    EXPECT_EQ(told("", "office", 587), 0U);
    EXPECT_EQ(told("", "office", 2525), 1U);
    EXPECT_EQ(told("com.chat", "office", 587), 1U);
    EXPECT_EQ(told("", "byod", 587), 1U);
    EXPECT_EQ(told("", "", 587), 1U);
}

/// Every word of a finding that a report could print.
std::string printed(const Finding& finding) {
    std::ostringstream out;
    out << finding.id << " " << finding.revision << " " << name_of(finding.kind) << " "
        << finding.score << " " << finding.rule << " " << nanoseconds_of(finding.last_seen);
    for (const Contribution& contribution : finding.contributions)
        out << " " << contribution.name << "=" << contribution.points << ":" << contribution.detail;
    return out.str();
}

TEST_F(Judging, IsDeterministic) {
    std::vector<Observation> sessions;
    for (int i = 0; i < 300; ++i) {
        sessions.push_back(tcp(i % 3 == 0 ? "ssh" : "tls", static_cast<std::uint16_t>(8000 + i % 7),
                               "com.app" + std::to_string(i % 11), kBase + i * 977s));
    }
    const auto run = [&] {
        Judge judge{policy_, {}, {.behaviours = 40}};
        std::string all;
        for (const Observation& session : sessions) {
            for (const RecordKind kind : {RecordKind::kUnapproved, RecordKind::kEnd}) {
                for (const Finding& finding : judge.consider(kind, session))
                    all += printed(finding) + "\n";
            }
        }
        for (const Finding& finding : judge.finish())
            all += printed(finding) + "\n";
        return all;
    };

    const std::string once = run();
    EXPECT_GT(once.size(), 10'000U);
    EXPECT_EQ(once, run());
}

}  // namespace
}  // namespace sensor::judge::test
