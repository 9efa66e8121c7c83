// What the judge remembers: behaviours, their revisions, their end.
#include <sstream>

#include "tests/unit/judge/judging.h"

namespace sensor::judge::test {
namespace {

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
    std::vector<std::optional<Severity>> severities;  // of the revision before each
    Severity first{};
    for (int i = 0; i < 8; ++i) {
        auto findings = whole(tcp("tls", 8088, "com.x", kBase + i * 300s));
        for (const Finding& finding : findings) {
            if (severities.empty()) first = finding.severity;
            severities.push_back(finding.severity_before);
        }
        told.push_back(findings.size());
        if (!findings.empty()) newest = std::move(findings);
    }

    EXPECT_EQ(told, (std::vector<std::size_t>{1, 0, 0, 1, 0, 0, 0, 0}));
    EXPECT_EQ(severities[0], std::nullopt);
    EXPECT_EQ(severities[1], first);
    ASSERT_EQ(newest.size(), 1U);
    EXPECT_EQ(newest[0].revision, 2U);
    EXPECT_TRUE(newest[0].recurrence.stable);
    const auto item = std::ranges::find(newest[0].contributions, "recurrence", &Contribution::name);
    ASSERT_NE(item, newest[0].contributions.end());
    EXPECT_EQ(item->detail, "4 sessions, one every 5 min, give or take less than 1 s");
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

TEST_F(Judging, BeyondTimeWindowAFindingIsClosedAndOpenedAgain) {
    const auto first = whole(tcp("tls", 8088));
    (void)whole(tcp("tls", 8088, "com.example.app", kBase + 10s));
    const auto within = whole(tcp("tls", 8088, "com.example.app", kBase + 24h));
    EXPECT_TRUE(within.empty());

    const auto beyond = whole(tcp("tls", 8088, "com.example.app", kBase + 49h));

    ASSERT_EQ(beyond.size(), 2U);
    EXPECT_EQ(beyond[0].id, first.at(0).id);
    EXPECT_EQ(beyond[0].status, FindingStatus::kClosed);
    EXPECT_EQ(beyond[0].recurrence.sessions, 3U);
    EXPECT_EQ(beyond[0].earlier.times, 0U);
    EXPECT_EQ(beyond[1].id, first.at(0).id);
    EXPECT_EQ(beyond[1].status, FindingStatus::kOpen);
    EXPECT_EQ(beyond[1].revision, 3U);
    EXPECT_EQ(beyond[1].severity_before, first.at(0).severity);
    EXPECT_EQ(beyond[1].first_seen, kBase + 49h);
    EXPECT_EQ(beyond[1].recurrence.sessions, 4U) << "all of its lives";
    EXPECT_EQ(beyond[1].earlier.times, 1U);
    EXPECT_EQ(beyond[1].earlier.sessions, 3U);
    EXPECT_EQ(beyond[1].earlier.first_seen, kBase);
    EXPECT_EQ(judge_.open_behaviours(), 1U);
}

TEST_F(Judging, WhatComesOnceADayRecursOverItsLives) {
    std::vector<Finding> told;
    for (int day = 0; day < 6; ++day)
        told = whole(tcp("tls", 8088, "com.example.app", kBase + day * 25h));

    ASSERT_FALSE(told.empty());
    EXPECT_EQ(told.back().earlier.times, 5U);
    EXPECT_EQ(told.back().earlier.sessions, 5U);
    EXPECT_TRUE(told.back().recurrence.stable);
    EXPECT_EQ(told.back().recurrence.median_interval, Duration{25h});
    EXPECT_TRUE(has_item(told.back(), "recurrence"));
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
    std::map<FindingStatus, int> told;
    for (int i = 0; i < 5; ++i) {
        const std::string app = "com.app" + std::to_string(i);
        for (const Finding& finding :
             small.consider(RecordKind::kUnapproved, tcp("tls", 8088, app)).told)
            ++told[finding.status];
    }

    EXPECT_EQ(small.open_behaviours(), 2U);
    EXPECT_EQ(small.statistics().evicted, 3U);
    EXPECT_EQ(told, (std::map<FindingStatus, int>{{FindingStatus::kOpen, 5},
                                                  {FindingStatus::kClosed, 3}}));
}

TEST_F(Judging, ThatItKeptTimeOnceStaysEvidence) {
    int score = 0;
    std::size_t revisions = 0;
    Timestamp at = kBase;
    for (int i = 0; i < 60; ++i) {
        // Six sessions keep time; whatever comes then does not.
        at += i < 6 ? Duration{60s} : Duration{std::chrono::seconds{61 + i * i * 37 % 1999}};
        for (const Finding& finding : whole(tcp("tls", 8088, "com.a", at))) {
            EXPECT_GE(finding.score, score);
            score = finding.score;
            EXPECT_EQ(has_item(finding, "recurrence"), revisions != 0);
            ++revisions;
        }
    }

    EXPECT_EQ(revisions, 2U);
}

TEST_F(Judging, ARecordingIsJudgedWithoutLimits) {
    const Policy policy = policy_of(std::string{kPolicy} + "AlertLimits: {per_app: 2}\n");
    for (const bool tells_all : {false, true}) {
        Judge judge{policy, {}, {.tells_all = tells_all}};
        std::size_t told = 0;
        for (std::uint16_t port = 9000; port < 9005; ++port)
            told += judge.consider(RecordKind::kUnapproved, tcp("tls", port, "com.a")).told.size();
        EXPECT_EQ(told, tells_all ? 5U : 2U);
        EXPECT_EQ(judge.statistics().suppressed, tells_all ? 0U : 3U);
    }
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
                const Considered considered = judge.consider(kind, session);
                for (const Finding& finding : considered.told)
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
