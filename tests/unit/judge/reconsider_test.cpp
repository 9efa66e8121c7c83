// Facts that come in after the sessions they bear on.
#include "tests/unit/judge/judging.h"

namespace sensor::judge::test {
namespace {

class Reconsidering : public Judging {
  protected:
    /// A session of nobody known, with both its records; the id of its finding.
    std::string found(const Observation& session) {
        const Considered considered = judge_.consider(RecordKind::kUnapproved, session);
        end(session);
        return considered.finding;
    }
    static Observation ended(Observation session, const std::string& app) {
        session.attribution.app = app;
        session.ended = true;
        return session;
    }
    std::vector<Finding> reconsider(const std::vector<Observation>& sessions,
                                    const std::string& finding) {
        std::vector<Revised> revised;
        for (const Observation& session : sessions)
            revised.push_back({session, "mdm: com.x connected"});
        std::vector<Finding> told;
        results_ = judge_.reconsider(revised, finding);
        for (const Considered& result : results_)
            told.insert(told.end(), result.told.begin(), result.told.end());
        return told;
    }

    std::vector<Considered> results_;
};

TEST_F(Reconsidering, AFindingFollowsItsSessionsToTheirApp) {
    const Observation session = tcp("tls", 8088, "");
    const std::string finding = found(session);

    const auto told = reconsider({ended(session, "com.x")}, finding);

    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].id, finding);
    EXPECT_EQ(told[0].revision, 2U);
    EXPECT_EQ(told[0].status, FindingStatus::kOpen);
    EXPECT_EQ(told[0].revised_by, "mdm: com.x connected");
    EXPECT_EQ(told[0].session.attribution.app, "com.x");
    EXPECT_TRUE(has_item(told[0], "outside_app_mapping"));
    EXPECT_EQ(results_.at(0).finding, finding);
    EXPECT_EQ(judge_.open_behaviours(), 1U);
}

TEST_F(Reconsidering, TheNextSessionOfTheAppIsTheSameFindings) {
    const Observation session = tcp("tls", 8088, "");
    const std::string finding = found(session);
    reconsider({ended(session, "com.x")}, finding);
    Observation next = tcp("tls", 8088, "com.x");
    next.start += 60s;
    next.last += 60s;

    EXPECT_EQ(judge_.consider(RecordKind::kUnapproved, next).finding, finding);
}

TEST_F(Reconsidering, WhatIsApprovedNowIsWithdrawn) {
    const Observation session = tcp("tls", 8088, "");
    const std::string finding = found(session);

    const auto told = reconsider({ended(session, "com.dev")}, finding);

    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].id, finding);
    EXPECT_EQ(told[0].status, FindingStatus::kWithdrawn);
    EXPECT_EQ(told[0].revised_by, "mdm: com.x connected");
    EXPECT_EQ(results_.at(0).finding, "");
    EXPECT_EQ(results_.at(0).exceptions_hit, std::vector<std::string>{"EX-1"});
    EXPECT_EQ(judge_.open_behaviours(), 0U);
    EXPECT_EQ(judge_.statistics().withdrawn, 1U);
    EXPECT_TRUE(judge_.finish().empty());
}

TEST_F(Reconsidering, ASessionThatTurnsOutAnothersLeavesTheRest) {
    const Observation one = tcp("tls", 8088, "");
    Observation two = tcp("tls", 8088, "");
    two.start += 60s;
    two.last += 60s;
    const std::string finding = found(one);
    ASSERT_EQ(found(two), finding);

    const auto told = reconsider({ended(two, "com.x")}, finding);

    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(told[0].id, finding);
    EXPECT_EQ(told[0].recurrence.sessions, 1U);
    EXPECT_EQ(told[0].status, FindingStatus::kOpen);
    EXPECT_NE(told[1].id, finding);
    EXPECT_EQ(told[1].revision, 1U);
    EXPECT_EQ(told[1].revised_by, "mdm: com.x connected");
    EXPECT_EQ(results_.at(0).finding, told[1].id);

    const auto rest = reconsider({ended(one, "com.x")}, finding);
    ASSERT_FALSE(rest.empty());
    EXPECT_EQ(rest[0].id, finding);
    EXPECT_EQ(rest[0].status, FindingStatus::kWithdrawn);
    EXPECT_EQ(judge_.open_behaviours(), 1U);
}

TEST_F(Reconsidering, AllSessionsOfAFindingAtOnceKeepIt) {
    const Observation one = tcp("tls", 8088, "");
    Observation two = tcp("tls", 8088, "");
    two.start += 60s;
    two.last += 60s;
    const std::string finding = found(one);
    found(two);

    const auto told = reconsider({ended(one, "com.x"), ended(two, "com.x")}, finding);

    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].id, finding);
    EXPECT_EQ(told[0].recurrence.sessions, 2U);
    EXPECT_EQ(told[0].session.start, two.start);
}

TEST_F(Reconsidering, ASessionThatWasApprovedIsFoundWhenItsFactsArrive) {
    const Observation session = tcp("tls", 8088, "com.dev");
    EXPECT_TRUE(whole(session).empty());

    const auto told = reconsider({ended(session, "com.x")}, "");

    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].revision, 1U);
    EXPECT_EQ(told[0].revised_by, "mdm: com.x connected");
    EXPECT_EQ(told[0].recurrence.sessions, 1U);
    expect_balance();
}

TEST_F(Reconsidering, ContextRaisesAFinding) {
    const Observation session = tcp("tls", 8088, "com.x");
    const std::string finding = found(session);
    Observation locked = ended(session, "com.x");
    locked.context.locked = Tristate::kYes;

    const auto told = reconsider({locked}, finding);

    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].revision, 2U);
    EXPECT_TRUE(has_item(told[0], "device_locked"));
    EXPECT_EQ(told[0].recurrence.sessions, 1U);
}

TEST_F(Reconsidering, AFactThatTakesEvidenceBackLowersAFinding) {
    Observation session = tcp("tls", 8088, "com.x");
    session.context.locked = Tristate::kYes;
    const std::string finding = found(session);
    Observation unlocked = ended(session, "com.x");
    unlocked.context.locked = Tristate::kNo;

    const auto told = reconsider({unlocked}, finding);

    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].id, finding);
    EXPECT_FALSE(has_item(told[0], "device_locked"));
    EXPECT_TRUE(has_item(told[0], "port_mismatch"));
}

TEST_F(Reconsidering, WhatChangesNothingIsNotTold) {
    const Observation session = tcp("tls", 8088, "com.x");
    const std::string finding = found(session);

    EXPECT_TRUE(reconsider({ended(session, "com.x")}, finding).empty());
    Observation later = session;
    later.last += 1s;
    const auto told = end(later);
    for (const Finding& each : told)
        EXPECT_EQ(each.revised_by, "") << "of an earlier occasion";
}

TEST_F(Reconsidering, ScansStaySilent) {
    Observation unanswered = tcp("unknown", 443);
    unanswered.tcp_state = TcpState::kSynSent;
    unanswered.tcp_flags_to_server = kTcpSyn;
    unanswered.tcp_flags_to_client = 0;
    unanswered.packets_to_client = unanswered.bytes_to_client = 0;

    EXPECT_TRUE(reconsider({ended(unanswered, "com.x")}, "").empty());
}

TEST_F(Reconsidering, AFindingThatWasForgottenIsNotFoundAnew) {
    EXPECT_TRUE(reconsider({ended(tcp("tls", 8088, ""), "com.x")}, "0123456789abcdef").empty());
    EXPECT_EQ(judge_.open_behaviours(), 0U);
}

}  // namespace
}  // namespace sensor::judge::test
