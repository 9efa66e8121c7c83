// More evidence never makes a finding milder.
#include <random>

#include "sensor/judge/judge.h"
#include "sensor/judge/score.h"
#include "tests/unit/judge/cast.h"

namespace sensor::judge::test {
namespace {

constexpr std::uint32_t kSeed = 20260921;

int score_of(const Policy& policy, const EvidenceList& evidence) {
    return sum_of(points_of(policy, evidence, "tls"));
}

Policy random_policy(std::mt19937& random) {
    Policy policy;
    for (int& points : policy.points)
        points = static_cast<int>(random() % 50);
    return policy;
}

TEST(Score, NeverFallsWithAnotherItem) {
    std::mt19937 random{kSeed};
    for (int round = 0; round < 500; ++round) {
        const Policy policy = random_policy(random);
        std::vector<std::size_t> order(kEvidenceCount);
        for (std::size_t i = 0; i < kEvidenceCount; ++i)
            order[i] = i;
        std::ranges::shuffle(order, random);
        EvidenceList evidence;
        int score = 0;
        Severity severity = Severity::kInfo;
        for (const std::size_t item : order) {
            evidence.set(static_cast<Evidence>(item), "seen");
            const int more = score_of(policy, evidence);
            EXPECT_GE(more, score) << kEvidence[item].name;
            EXPECT_GE(severity_of(policy.severity, more), severity) << kEvidence[item].name;
            score = more;
            severity = severity_of(policy.severity, more);
        }
    }
}

/// Each makes a session worse in one way that the policy knows.
using Worsen = void (*)(Observation&);
constexpr Worsen kWays[] = {
    [](Observation& it) { it.context.locked = Tristate::kYes; },
    [](Observation& it) { it.context.app_state = AppState::kBackground; },
    [](Observation& it) { it.context.since_interaction = 1h; },
    [](Observation& it) { it.context.since_job = 1s; },
    [](Observation& it) { it.context.app_managed = Tristate::kNo; },
    [](Observation& it) { it.context.app_approved = Tristate::kNo; },
    [](Observation& it) { it.context.compliant = Tristate::kNo; },
    [](Observation& it) { it.last = it.start + 1h; },
};

int judged(const Policy& policy, const Observation& session) {
    Judge judge{policy};
    int score = 0;
    for (const RecordKind kind : {RecordKind::kUnapproved, RecordKind::kEnd}) {
        for (const Finding& finding : judge.consider(kind, session).told)
            score = finding.score;
    }
    return score;
}

TEST(Score, OfASessionNeverFallsWithWorseCircumstances) {
    std::mt19937 random{kSeed};
    for (int round = 0; round < 200; ++round) {
        const Policy policy = random_policy(random);
        std::vector<Worsen> ways(std::begin(kWays), std::end(kWays));
        std::ranges::shuffle(ways, random);
        Observation session = tcp("tls", 8088);
        int score = judged(policy, session);
        for (const Worsen worsen : ways) {
            worsen(session);
            const int more = judged(policy, session);
            EXPECT_GE(more, score);
            score = more;
        }
    }
}

TEST(Score, OfABehaviourNeverFallsWithMoreOfTheSameSessions) {
    std::mt19937 random{kSeed};
    for (int round = 0; round < 100; ++round) {
        const Policy policy = random_policy(random);
        Judge judge{policy};
        int score = 0;
        for (int i = 0; i < 12; ++i) {
            Observation session = tcp("tls", 8088, "com.x", kBase + i * 5min);
            for (const Worsen worsen : kWays) {
                if (random() % 4 == 0) worsen(session);
            }
            for (const RecordKind kind : {RecordKind::kUnapproved, RecordKind::kEnd}) {
                for (const Finding& finding : judge.consider(kind, session).told) {
                    EXPECT_GE(finding.score, score);
                    score = finding.score;
                }
            }
        }
    }
}

}  // namespace
}  // namespace sensor::judge::test
