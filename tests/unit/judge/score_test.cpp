#include "sensor/judge/score.h"

#include <algorithm>

#include "tests/unit/judge/cast.h"

namespace sensor::judge::test {
namespace {

/// The detail of an item that a session's context gives; nothing if it is no evidence.
std::optional<std::string> detail_of(Evidence item, const Observation& session,
                                     const Policy& policy = {}) {
    EvidenceList evidence;
    note_context(policy, session, session.start, evidence);
    return evidence[item];
}

TEST(Context, OfWhichNothingIsKnownIsNoEvidence) {
    EvidenceList evidence;
    note_context(Policy{}, tcp("tls", 8088), kBase, evidence);

    for (std::size_t i = 0; i < kEvidenceCount; ++i)
        EXPECT_FALSE(evidence[static_cast<Evidence>(i)].has_value()) << kEvidence[i].name;
}

TEST(Context, ALockedDevice) {
    Observation session = tcp("tls", 8088);
    session.context.locked = Tristate::kNo;
    EXPECT_EQ(detail_of(Evidence::kDeviceLocked, session), std::nullopt);
    session.context.locked = Tristate::kYes;
    EXPECT_EQ(detail_of(Evidence::kDeviceLocked, session), "the device was locked");
    session.context.locked_since = kBase - 4min;
    EXPECT_EQ(detail_of(Evidence::kDeviceLocked, session),
              "the device was locked since 06:56:00Z, 4 min before the session of "
              "07:00:00Z");
}

TEST(Context, AnAppInTheBackground) {
    Observation session = tcp("tls", 8088);
    session.context.app_state = AppState::kForeground;
    EXPECT_EQ(detail_of(Evidence::kAppBackground, session), std::nullopt);
    session.context.app_state = AppState::kBackground;
    session.context.app_state_since = kBase - 1h;
    EXPECT_EQ(detail_of(Evidence::kAppBackground, session),
              "the app was in the background since 06:00:00Z and did not come to the foreground "
              "while this went on");
    session.context.last_foreground = kBase - 1h;
    EXPECT_TRUE(detail_of(Evidence::kAppBackground, session));
    session.context.last_foreground = kBase;
    EXPECT_EQ(detail_of(Evidence::kAppBackground, session), std::nullopt);
}

TEST(Context, BackgroundCountsOnlyWhereTheAnalyticHasIt) {
    Observation session = tcp("tls", 8088);
    session.context.app_state = AppState::kBackground;
    Policy policy;
    policy.foreground_state_required = false;
    EXPECT_EQ(detail_of(Evidence::kAppBackground, session, policy), std::nullopt);
    session.attribution.platform = Platform::kIos;
    EXPECT_EQ(detail_of(Evidence::kAppBackground, session), std::nullopt);
}

TEST(Context, ComingToTheForegroundTakesEarlierEvidenceBack) {
    Observation session = tcp("tls", 8088);
    session.context.app_state = AppState::kBackground;
    EvidenceList evidence;
    note_context(Policy{}, session, kBase, evidence);
    ASSERT_TRUE(evidence[Evidence::kAppBackground]);

    session.context.last_foreground = kBase + 1min;
    note_context(Policy{}, session, kBase, evidence);

    EXPECT_FALSE(evidence[Evidence::kAppBackground]);
}

TEST(Context, ALongLockStandsForNoTouchWhereNobodyTellsOfTouches) {
    Observation session = tcp("tls", 8088);
    session.context.locked = Tristate::kYes;
    session.context.locked_since = kBase - 10min;
    EXPECT_EQ(detail_of(Evidence::kNoRecentInteraction, session), std::nullopt);
    session.context.locked_since = kBase - 11min;
    EXPECT_EQ(detail_of(Evidence::kNoRecentInteraction, session),
              "the device had been locked for 11 min when the session of 07:00:00Z began, and no "
              "feed tells of touches");
    session.context.since_interaction = 1min;
    EXPECT_EQ(detail_of(Evidence::kNoRecentInteraction, session), std::nullopt);
    session.context.since_interaction.reset();
    session.context.locked = Tristate::kNo;
    EXPECT_EQ(detail_of(Evidence::kNoRecentInteraction, session), std::nullopt);
}

TEST(Context, AProcessThatBeganWhileLockedStandsForAJob) {
    Observation session = tcp("tls", 8088);
    session.context.since_process = 5min;
    session.context.started_locked = Tristate::kYes;
    EXPECT_EQ(detail_of(Evidence::kBackgroundJob, session),
              "a process of the app started 5 min before the session of 07:00:00Z, while the "
              "device was locked");
    session.context.since_process = 5min + 1s;
    EXPECT_EQ(detail_of(Evidence::kBackgroundJob, session), std::nullopt);
    session.context.since_process = 1min;
    session.context.started_locked = Tristate::kUnknown;
    EXPECT_EQ(detail_of(Evidence::kBackgroundJob, session), std::nullopt);
    session.context.started_locked = Tristate::kYes;
    session.context.since_job = 6min;
    EXPECT_EQ(detail_of(Evidence::kBackgroundJob, session), std::nullopt) << "jobs are told of";
}

TEST(Context, NoRecentInteraction) {
    Observation session = tcp("tls", 8088);
    session.context.since_interaction = 10min;
    EXPECT_EQ(detail_of(Evidence::kNoRecentInteraction, session), std::nullopt);
    session.context.since_interaction = 10min + 1s;
    EXPECT_EQ(detail_of(Evidence::kNoRecentInteraction, session),
              "nobody had touched the device for 10 min 1 s when the session of 07:00:00Z began");
}

TEST(Context, ABackgroundJob) {
    Observation session = tcp("tls", 8088);
    session.context.since_job = 6min;
    EXPECT_EQ(detail_of(Evidence::kBackgroundJob, session), std::nullopt);
    session.context.since_job = 3s;
    session.context.job = "workmanager";
    EXPECT_EQ(detail_of(Evidence::kBackgroundJob, session),
              "the app's background work (workmanager) started 3 s before the session of "
              "07:00:00Z");
}

TEST(Context, AnAppTheOrganisationDoesNotKnow) {
    Observation session = tcp("tls", 8088, "com.x");
    session.context.app_managed = Tristate::kYes;
    session.context.app_approved = Tristate::kYes;
    EXPECT_EQ(detail_of(Evidence::kAppUnmanaged, session), std::nullopt);
    EXPECT_EQ(detail_of(Evidence::kAppUnapproved, session), std::nullopt);
    session.context.app_managed = Tristate::kNo;
    session.context.app_approved = Tristate::kNo;
    EXPECT_EQ(detail_of(Evidence::kAppUnmanaged, session),
              "com.x is not managed by the organisation on this device");
    EXPECT_EQ(detail_of(Evidence::kAppUnapproved, session),
              "com.x is not approved by the organisation");
}

TEST(Context, AnAppThatIsNotListed) {
    Policy policy;
    policy.allowed_apps = {"com.example.*"};
    policy.allowed_managed_apps = {"org.example.*"};
    Observation session = tcp("tls", 8088, "com.x");
    EXPECT_EQ(detail_of(Evidence::kAppUnapproved, session, policy),
              "com.x is not on AllowedAppList");
    session.context.app_approved = Tristate::kYes;
    EXPECT_EQ(detail_of(Evidence::kAppUnapproved, session, policy), std::nullopt);
    session.context.app_approved = Tristate::kUnknown;
    session.attribution.app = "com.example.a";
    EXPECT_EQ(detail_of(Evidence::kAppUnapproved, session, policy), std::nullopt);
    session.attribution.platform = Platform::kIos;
    EXPECT_EQ(detail_of(Evidence::kAppUnapproved, session, policy),
              "com.example.a is not on AllowedManagedApps");
    session.attribution.app.clear();
    EXPECT_EQ(detail_of(Evidence::kAppUnapproved, session, policy), std::nullopt);
}

TEST(Context, ANoncompliantDevice) {
    Observation session = tcp("tls", 8088);
    session.context.compliant = Tristate::kYes;
    EXPECT_EQ(detail_of(Evidence::kDeviceNoncompliant, session), std::nullopt);
    session.context.compliant = Tristate::kNo;
    EXPECT_TRUE(detail_of(Evidence::kDeviceNoncompliant, session));
}

TEST(Context, MayRequireSupervisedDevicesOnIos) {
    Policy policy;
    policy.supervised_required = true;
    Observation session = tcp("tls", 8088);
    session.context.locked = Tristate::kYes;
    EXPECT_TRUE(detail_of(Evidence::kDeviceLocked, session, policy));
    session.attribution.platform = Platform::kIos;
    EXPECT_FALSE(detail_of(Evidence::kDeviceLocked, session, policy));
    session.context.supervised = Tristate::kYes;
    EXPECT_TRUE(detail_of(Evidence::kDeviceLocked, session, policy));
}

TEST(Contributions, HaveTheChannelOfTheirAnalytic) {
    EvidenceList evidence;
    for (std::size_t i = 0; i < kEvidenceCount; ++i)
        evidence.set(static_cast<Evidence>(i), "seen");

    const auto android = contributions_of(Policy{}, evidence, "tls", Platform::kAndroid);
    const auto ios = contributions_of(Policy{}, evidence, "tls", Platform::kIos);

    const std::vector<std::pair<std::string, std::string>> expected{
        {"port_mismatch", "AN1827.1"},
        {"protocol_unapproved", "AN1827.1"},
        {"port_masquerade", "AN1827.1"},
        {"beaconing", ""},
        {"relay", ""},
        {"protocol_risk", "AN1827.1"},
        {"outside_app_mapping", "AN1827.3"},
        {"recurrence", "AN1827.2"},
        {"persistence", "AN1827.2"},
        {"many_destinations", ""},
        {"many_ports", ""},
        {"low_volume", ""},
        {"app_background", "AN1827.4"},
        {"device_locked", "AN1827.5"},
        {"no_recent_interaction", "AN1827.6"},
        {"background_job", "AN1827.7"},
        {"app_unmanaged", "AN1827.8"},
        {"app_unapproved", "AN1827.8"},
        {"device_noncompliant", ""},
    };
    ASSERT_EQ(android.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_EQ(android[i].name, expected[i].first);
        EXPECT_EQ(android[i].channel, expected[i].second);
    }
    EXPECT_EQ(ios[13].channel, "AN1828.5");
    EXPECT_EQ(analytic_of(Platform::kUnknown), "AN1827");
}

TEST(Contributions, OfNoPointsAreLeftOut) {
    Policy policy;
    policy.points[static_cast<std::size_t>(Evidence::kPortMismatch)] = 0;
    policy.protocol_risk["stun"] = 0;
    EvidenceList evidence;
    evidence.set(Evidence::kPortMismatch, "seen");
    evidence.set(Evidence::kProtocolRisk, "seen");

    EXPECT_TRUE(contributions_of(policy, evidence, "stun", Platform::kAndroid).empty());
    EXPECT_EQ(sum_of(points_of(policy, evidence, "tls")), 6);
}

TEST(SeverityOf, RisesAtItsThresholds) {
    const SeverityThresholds thresholds;
    EXPECT_EQ(severity_of(thresholds, 19), Severity::kInfo);
    EXPECT_EQ(severity_of(thresholds, 20), Severity::kLow);
    EXPECT_EQ(severity_of(thresholds, 44), Severity::kLow);
    EXPECT_EQ(severity_of(thresholds, 45), Severity::kMedium);
    EXPECT_EQ(severity_of(thresholds, 69), Severity::kMedium);
    EXPECT_EQ(severity_of(thresholds, 70), Severity::kHigh);
}

}  // namespace
}  // namespace sensor::judge::test
