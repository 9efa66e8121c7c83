#include "sensor/judge/score.h"

#include <numeric>

#include "sensor/judge/glob.h"
#include "sensor/judge/wording.h"

namespace sensor::judge {
namespace {

std::string where(const Observation& session) {
    return to_string(session.transport, session.server.port);
}

std::string what(const Observation& session) {
    return session.protocol == kUnknownProtocol ? "an unrecognised protocol" : session.protocol;
}

/// Evidence stays, so that it must say of which of the behaviour's sessions it is.
std::string that(const Observation& session) {
    return "the session of " + clock_time(session.start);
}

void note_app_state(const Policy& policy, const Observation& session, Timestamp first_seen,
                    EvidenceList& evidence) {
    const DeviceContext& context = session.context;
    // AN1828 has no such channel: iOS tells nobody.
    if (!policy.foreground_state_required || session.attribution.platform == Platform::kIos) return;
    if (context.last_foreground && *context.last_foreground >= first_seen) {
        evidence.drop(Evidence::kAppBackground);
        return;
    }
    if (context.app_state != AppState::kBackground) return;
    std::string detail = "the app was in the background";
    if (context.app_state_since) detail += " since " + clock_time(*context.app_state_since);
    evidence.set(Evidence::kAppBackground,
                 detail + " and did not come to the foreground while this went on");
}

/// Where no feed tells of touches, a device that has been locked for so long was not touched.
void note_touches(const Policy& policy, const Observation& session, EvidenceList& evidence) {
    const DeviceContext& context = session.context;
    const Duration window = policy.recent_user_interaction_window;
    if (context.since_interaction) {
        if (*context.since_interaction <= window) return;
        evidence.set(Evidence::kNoRecentInteraction, "nobody had touched the device for " +
                                                         length_of(*context.since_interaction) +
                                                         " when " + that(session) + " began");
        return;
    }
    if (context.locked != Tristate::kYes || !context.locked_since) return;
    const Duration locked = session.start - *context.locked_since;
    if (locked <= window) return;
    evidence.set(Evidence::kNoRecentInteraction, "the device had been locked for " +
                                                     length_of(locked) + " when " + that(session) +
                                                     " began, and no feed tells of touches");
}

void note_background_work(const Policy& policy, const Observation& session,
                          EvidenceList& evidence) {
    const DeviceContext& context = session.context;
    if (!is_background_work(policy, context)) return;
    if (context.since_job) {
        evidence.set(Evidence::kBackgroundJob,
                     "the app's background work" +
                         (context.job.empty() ? std::string{} : " (" + context.job + ")") +
                         " started " + length_of(*context.since_job) + " before " + that(session));
        return;
    }
    evidence.set(Evidence::kBackgroundJob, "a process of the app started " +
                                               length_of(*context.since_process) + " before " +
                                               that(session) + ", while the device was locked");
}

void note_device_state(const Policy& policy, const Observation& session, EvidenceList& evidence) {
    const DeviceContext& context = session.context;
    if (context.locked == Tristate::kYes) {
        std::string detail = "the device was locked";
        if (context.locked_since) {
            detail += " since " + clock_time(*context.locked_since) + ", " +
                      length_of(session.start - *context.locked_since) + " before " + that(session);
        }
        evidence.set(Evidence::kDeviceLocked, detail);
    }
    note_touches(policy, session, evidence);
    note_background_work(policy, session, evidence);
}

void note_standing(const Policy& policy, const Observation& session, EvidenceList& evidence) {
    const DeviceContext& context = session.context;
    const std::string& app = session.attribution.app;
    const bool is_ios = session.attribution.platform == Platform::kIos;
    const auto& listed = is_ios ? policy.allowed_managed_apps : policy.allowed_apps;
    const std::string subject = app.empty() ? "the app" : app;
    if (context.app_managed == Tristate::kNo) {
        evidence.set(Evidence::kAppUnmanaged,
                     subject + " is not managed by the organisation on this device");
    }
    if (context.app_approved == Tristate::kNo) {
        evidence.set(Evidence::kAppUnapproved, subject + " is not approved by the organisation");
    } else if (context.app_approved == Tristate::kUnknown && !app.empty() && !listed.empty() &&
               !any_glob_matches(listed, app)) {
        evidence.set(Evidence::kAppUnapproved,
                     app + " is not on " + (is_ios ? "AllowedManagedApps" : "AllowedAppList"));
    }
    if (context.compliant == Tristate::kNo) {
        evidence.set(Evidence::kDeviceNoncompliant,
                     "the device does not comply with the organisation's rules");
    }
}

std::string spread_of(const Recurrence& recurrence) {
    const bool is_exact = recurrence.spread < std::chrono::seconds{1};
    return is_exact ? "less than 1 s" : length_of(recurrence.spread);
}

void note_beaconing(const Observation& session, EvidenceList& evidence) {
    constexpr std::uint64_t kLittle = 4096;  // bytes: a poll and its answer, handshake included
    evidence.set(Evidence::kBeaconing,
                 what(session) + " on " + where(session) +
                     " while the app was not used, to a destination outside its baseline");
    const std::uint64_t bytes = session.bytes_to_server + session.bytes_to_client;
    if (bytes > kLittle) return;
    evidence.set(Evidence::kLowVolume, std::to_string(bytes) + " bytes in " + that(session));
}

Evidence item_of(FindingKind kind) noexcept {
    switch (kind) {
        case FindingKind::kPortMismatch: return Evidence::kPortMismatch;
        case FindingKind::kProtocolUnapproved: return Evidence::kProtocolUnapproved;
        case FindingKind::kPortMasquerade: return Evidence::kPortMasquerade;
        case FindingKind::kBeaconing: return Evidence::kBeaconing;
        case FindingKind::kRelay: return Evidence::kRelay;
    }
    return Evidence::kPortMismatch;
}

}  // namespace

/// Where no feed tells of jobs, a process that began while the device was locked stands for one.
bool is_background_work(const Policy& policy, const DeviceContext& context) noexcept {
    if (context.since_job) return *context.since_job <= policy.job_window;
    return context.started_locked == Tristate::kYes && context.since_process &&
           *context.since_process <= policy.job_window;
}

void note_decision(FindingKind kind, const std::string& expected, const Observation& session,
                   EvidenceList& evidence) {
    if (kind == FindingKind::kBeaconing) return note_beaconing(session, evidence);
    if (kind == FindingKind::kRelay) {
        return evidence.set(Evidence::kRelay, session.server_device + " serves " + what(session) +
                                                  " on " + where(session));
    }
    const std::string& app = session.attribution.app;
    evidence.set(item_of(kind),
                 what(session) + " on " + where(session) + "; the policy expects " + expected);
    evidence.set(Evidence::kProtocolRisk,
                 "how risky the policy rates " + what(session) + " where it is not approved");
    if (!app.empty()) {
        evidence.set(Evidence::kOutsideAppMapping,
                     where(session) + " is not in the mapping of " + app +
                         " or of a service class, and no exception matches");
    }
}

void note_context(const Policy& policy, const Observation& session, Timestamp first_seen,
                  EvidenceList& evidence) {
    note_app_state(policy, session, first_seen, evidence);
    const bool is_ios = session.attribution.platform == Platform::kIos;
    if (is_ios && policy.supervised_required && session.context.supervised != Tristate::kYes)
        return;
    note_device_state(policy, session, evidence);
    note_standing(policy, session, evidence);
}

void note_spread(const Policy& policy, const Observation& session, unsigned destinations,
                 unsigned ports, EvidenceList& evidence) {
    const auto text = [](unsigned count) {
        return std::to_string(count) + (count == SpreadTable::kMost ? " or more" : "");
    };
    if (destinations >= policy.spread_minimum) {
        evidence.set(Evidence::kManyDestinations,
                     text(destinations) + " destinations on " + where(session));
    }
    if (ports >= policy.spread_minimum) {
        evidence.set(Evidence::kManyPorts, text(ports) + " ports of one destination");
    }
}

void note_history(const Policy& policy, const Recurrence& recurrence, Duration longest,
                  EvidenceList& evidence) {
    if (recurrence.stable) {
        evidence.set(Evidence::kRecurrence, std::to_string(recurrence.sessions) +
                                                " sessions, one every " +
                                                length_of(recurrence.median_interval) +
                                                ", give or take " + spread_of(recurrence));
    }
    if (longest >= policy.persistence_threshold) {
        evidence.set(Evidence::kPersistence, "a session lived for " + length_of(longest));
    }
}

std::string analytic_of(Platform platform) {
    return platform == Platform::kIos ? "AN1828" : "AN1827";
}

Points points_of(const Policy& policy, const EvidenceList& evidence, const std::string& protocol) {
    Points points{};
    for (std::size_t i = 0; i < kEvidenceCount; ++i) {
        const auto item = static_cast<Evidence>(i);
        if (!evidence[item]) continue;
        points[i] =
            item == Evidence::kProtocolRisk ? policy.risk_of(protocol) : policy.points_of(item);
    }
    return points;
}

std::vector<Contribution> contributions_of(const Policy& policy, const EvidenceList& evidence,
                                           const std::string& protocol, Platform platform) {
    const Points points = points_of(policy, evidence, protocol);
    std::vector<Contribution> contributions;
    for (std::size_t i = 0; i < kEvidenceCount; ++i) {
        if (points[i] == 0) continue;
        const auto item = static_cast<Evidence>(i);
        const EvidenceRow& row = row_of(item);
        contributions.push_back({.name = std::string{row.name},
                                 .channel = row.channel == 0 ? std::string{}
                                                             : analytic_of(platform) + "." +
                                                                   std::to_string(row.channel),
                                 .points = points[i],
                                 .detail = *evidence[item]});
    }
    return contributions;
}

int sum_of(const Points& points) noexcept {
    return std::accumulate(points.begin(), points.end(), 0);
}

Severity severity_of(const SeverityThresholds& thresholds, int score) noexcept {
    if (score >= thresholds.high) return Severity::kHigh;
    if (score >= thresholds.medium) return Severity::kMedium;
    if (score >= thresholds.low) return Severity::kLow;
    return Severity::kInfo;
}

}  // namespace sensor::judge
