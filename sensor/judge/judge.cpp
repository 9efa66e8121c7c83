#include "sensor/judge/judge.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "sensor/judge/exchange.h"
#include "sensor/judge/neighbours.h"
#include "sensor/judge/question.h"

namespace sensor::judge {
namespace {

/// The record at which a session is counted, if all went well: every session has one such record.
bool is_counting_record(RecordKind kind, const Observation& session) {
    const bool is_unknown = session.protocol == kUnknownProtocol;
    if (is_unknown) return kind == RecordKind::kEnd;
    return kind == (session.proxy ? RecordKind::kInner : RecordKind::kUnapproved);
}

constexpr AlertLimits kNoLimits{.per_device = 0, .per_app = 0, .per_rule = 0};

}  // namespace

Judge::Judge(const Policy& policy, std::span<const AppGroup> groups, const Limits& limits)
    : policy_{&policy},
      tells_all_{limits.tells_all},
      table_{std::max<std::size_t>(limits.behaviours, 1)},
      spread_{2 * std::max<std::size_t>(limits.behaviours, 1)} {
    use(policy, groups);
}

void Judge::use(const Policy& policy, std::span<const AppGroup> groups) {
    policy_ = &policy;
    apps_by_group_.clear();
    for (const AppGroup& group : groups)
        apps_by_group_.emplace(group.name, group.apps);
    for (const Exception& exception : policy.exceptions)
        exception_hits_.try_emplace(exception.id, 0);
}

Considered Judge::consider(RecordKind kind, const Observation& session) {
    Considered result;
    ++statistics_.records;
    now_ = std::max(now_, session.last);
    if (Behaviour* behaviour = table_.find_session(half_of(session)); behaviour != nullptr) {
        ++statistics_.updates;
        result.finding = behaviour->id;
        update(*behaviour, kind, session, result.told);
    } else if (is_real_exchange(kind, session)) {
        count(kind, session, result);
    } else {
        ++statistics_.unproven;
    }
    close_stale(result.told);
    return result;
}

Decision Judge::decide_on(const Observation& session) const {
    Question question = question_of(session);
    const auto group = apps_by_group_.find(question.app_group);
    if (group != apps_by_group_.end()) question.group_apps = group->second;
    return decide(*policy_, question, Explain::kNo);
}

void Judge::count(RecordKind kind, const Observation& session, Considered& result) {
    Decision decision = decide_on(session);
    if (decision.approved) {
        note_hits(kind, session, decision);
        result.exceptions_hit = std::move(decision.exceptions_hit);
        auto objection = neighbour_objection(*policy_, session);
        if (!objection) {
            ++statistics_.approved;
            return;
        }
        decision = *std::move(objection);
    }
    const bool is_neighbour = is_neighbour_kind(decision.kind);
    Behaviour& behaviour =
        behaviour_for(behaviour_key(decision.kind, session), session, result.told);
    // Its first record was not remembered, because too many sessions are open at once.
    const bool is_late = !is_neighbour && session.protocol != kUnknownProtocol &&
                         !is_counting_record(kind, session) && behaviour.starts.sessions() != 0;
    if (!is_late) {
        ++statistics_.sessions;
        join(behaviour, std::move(decision), kind, session, result);
        if (is_neighbour && !behaviour.is_told) result.finding.clear();  // a suspicion
        return;
    }
    ++statistics_.updates;
    result.finding = behaviour.id;
    behaviour.decision = std::move(decision);
    update(behaviour, kind, session, result.told);
}

/// The session is one more of the behaviour's.
void Judge::join(Behaviour& behaviour, Decision decision, RecordKind kind,
                 const Observation& session, Considered& result) {
    result.finding = behaviour.id;
    behaviour.decision = std::move(decision);
    behaviour.starts.add(session.start);
    const SpreadKeys keys = spread_keys(session);
    note_spread(*policy_, session, spread_.note(keys.destinations, hash_of(session.server.address)),
                spread_.note(keys.ports, static_cast<std::uint64_t>(session.server.port)),
                behaviour.evidence);
    behaviour.first_seen = std::min(behaviour.first_seen, session.start);
    if (kind != RecordKind::kEnd) table_.open_session(behaviour, half_of(session));
    update(behaviour, kind, session, result.told);
}

bool Judge::is_over(const Behaviour& behaviour, const Observation& session) const {
    return session.start - behaviour.last_seen > policy_->time_window &&
           behaviour.open_sessions.empty();
}

Behaviour& Judge::behaviour_for(std::string key, const Observation& session,
                                std::vector<Finding>& told) {
    if (Behaviour* known = table_.find(key); known != nullptr) {
        if (!is_over(*known, session)) return *known;
        close(*known, told);
    }
    if (table_.full()) evict(*table_.oldest(), told);
    ++statistics_.behaviours;
    return table_.add(std::move(key), session);
}

void Judge::update(Behaviour& behaviour, RecordKind kind, const Observation& session,
                   std::vector<Finding>& told) {
    behaviour.last_seen = std::max(behaviour.last_seen, session.last);
    behaviour.longest = std::max(behaviour.longest, session.last - session.start);
    const bool is_same = behaviour.newest.flow_id == session.flow_id;
    if (is_same || behaviour.newest.protocol.empty() || session.start >= behaviour.newest.start) {
        behaviour.newest = session;
    }
    note_decision(behaviour.decision.kind, behaviour.decision.expected, session,
                  behaviour.evidence);
    note_context(*policy_, session, behaviour.first_seen, behaviour.evidence);
    table_.touch(behaviour);
    if (kind == RecordKind::kEnd) table_.close_session(half_of(session));
    tell_if_changed(behaviour, told);
}

void Judge::note_hits(RecordKind kind, const Observation& session, const Decision& decision) {
    if (!is_counting_record(kind, session)) return;
    for (const std::string& id : decision.exceptions_hit) {
        ++exception_hits_[id];
        Timestamp& last = exception_last_hits_[id];
        last = std::max(last, session.start);
    }
}

void Judge::close_stale(std::vector<Finding>& told) {
    constexpr unsigned kAtOnce = 8;  // keeps the work per record bounded
    for (unsigned i = 0; i < kAtOnce; ++i) {
        Behaviour* oldest = table_.oldest();
        if (oldest == nullptr || now_ - oldest->last_seen <= policy_->time_window) return;
        if (oldest->open_sessions.empty()) {
            close(*oldest, told);
        } else {
            table_.touch(*oldest);
        }
    }
}

/// It was quiet for TimeWindow. If it comes back, its finding goes on.
void Judge::close(Behaviour& behaviour, std::vector<Finding>& told) {
    if (behaviour.is_told) tell(behaviour, weigh(behaviour), told, FindingStatus::kClosed);
    forget(behaviour);
}

/// It makes room for others. If it comes back, its finding goes on.
void Judge::evict(Behaviour& behaviour, std::vector<Finding>& told) {
    ++statistics_.evicted;
    close(behaviour, told);
}

void Judge::forget(Behaviour& behaviour) {
    if (behaviour.is_told) {
        EarlierLife life = behaviour.earlier;
        if (life.times == 0) life.first_seen = behaviour.first_seen;
        ++life.times;
        life.sessions = behaviour.starts.sessions();
        life.last_seen = behaviour.last_seen;
        table_.remember(behaviour.key, {.id = behaviour.id,
                                        .revision = behaviour.revision,
                                        .severity = behaviour.told_severity,
                                        .life = life,
                                        .starts = behaviour.starts,
                                        .is_told_here = behaviour.is_told_here});
    }
    table_.remove(behaviour);
}

Points Judge::weigh(Behaviour& behaviour) const {
    const Recurrence recurrence =
        behaviour.starts.measure(policy_->beacon_interval_tolerance, policy_->recurrence_minimum);
    note_history(*policy_, recurrence, behaviour.longest, behaviour.evidence);
    return points_of(*policy_, behaviour.evidence, behaviour.newest.protocol);
}

void Judge::tell_if_changed(Behaviour& behaviour, std::vector<Finding>& told) {
    const Points points = weigh(behaviour);
    const Severity severity = severity_of(policy_->severity, sum_of(points));
    const bool is_same =
        behaviour.is_told && severity == behaviour.told_severity && points == behaviour.told_points;
    if (!is_same) tell_within_limits(behaviour, points, told);
}

/// The first revision only if there is room for one more alert.
void Judge::tell_within_limits(Behaviour& behaviour, const Points& points,
                               std::vector<Finding>& told) {
    Suppressed untold;
    if (!behaviour.is_told) {
        // One that does not keep time is only a suspicion, which nobody is told of.
        const bool is_suspicion = behaviour.decision.kind == FindingKind::kBeaconing &&
                                  !behaviour.evidence[Evidence::kRecurrence];
        if (is_suspicion) return;
        const std::string subject = subject_of(behaviour.newest);
        const Severity severity = severity_of(policy_->severity, sum_of(points));
        const AlertBudget::Owners owners{.device = subject,
                                         .app = behaviour.newest.attribution.app,
                                         .rule = behaviour.decision.rule};
        const bool is_again = std::exchange(behaviour.is_suppressed, true);
        const AlertLimits& most = tells_all_ ? kNoLimits : policy_->alert_limits;
        if (!budget_.admit(most, owners, severity, now_, is_again, untold)) return;
        behaviour.is_suppressed = false;
    }
    tell(behaviour, points, told);
    told.back().suppressed = untold;
}

void Judge::tell_if_grown(Behaviour& behaviour, std::vector<Finding>& told) {
    const std::uint64_t sessions = behaviour.starts.sessions();
    const bool has_grown =
        sessions != behaviour.told_sessions || behaviour.last_seen != behaviour.told_last_seen;
    if (has_grown && behaviour.is_told) tell(behaviour, weigh(behaviour), told);
}

void Judge::tell(Behaviour& behaviour, const Points& points, std::vector<Finding>& told,
                 FindingStatus status) {
    const int score = sum_of(points);
    behaviour.is_told = true;
    ++behaviour.revision;
    ++statistics_.revisions;
    behaviour.told_points = points;
    const Severity severity = severity_of(policy_->severity, score);
    const bool is_again = std::exchange(behaviour.is_told_here, true);
    const auto before = is_again ? std::optional{behaviour.told_severity} : std::nullopt;
    behaviour.told_severity = severity;
    behaviour.told_sessions = behaviour.starts.sessions();
    behaviour.told_last_seen = behaviour.last_seen;
    const Decision& decision = behaviour.decision;
    told.push_back(
        {.id = behaviour.id,
         .revision = behaviour.revision,
         .status = status,
         .revised_by = std::exchange(behaviour.revised_by, {}),
         .earlier = behaviour.earlier,
         .kind = decision.kind,
         .severity = severity,
         .severity_before = before,
         .score = score,
         .contributions = contributions_of(*policy_, behaviour.evidence, behaviour.newest.protocol,
                                           behaviour.newest.attribution.platform),
         .rule = decision.rule,
         .expected = decision.expected,
         .role = decision.role,
         .analytics = {analytic_of(decision.kind, behaviour.newest.protocol,
                                   behaviour.newest.attribution.platform)},
         .first_seen = behaviour.first_seen,
         .last_seen = behaviour.last_seen,
         .recurrence = behaviour.starts.measure(policy_->beacon_interval_tolerance,
                                                policy_->recurrence_minimum),
         .session = behaviour.newest});
}

void Judge::restore(Behaviour behaviour) {
    if (table_.full() || table_.find(behaviour.key) != nullptr) return;
    now_ = std::max(now_, behaviour.last_seen);
    table_.restore(std::move(behaviour));
}

void Judge::restore(std::string key, BehaviourTable::Past past) {
    if (table_.find(key) == nullptr) table_.remember(std::move(key), std::move(past));
}

void Judge::restore_hits(const std::string& exception, std::uint64_t hits, Timestamp last) {
    const auto known = exception_hits_.find(exception);
    if (known == exception_hits_.end()) return;
    known->second += hits;
    if (hits != 0) exception_last_hits_[exception] = last;
}

std::vector<Finding> Judge::finish() {
    std::vector<Finding> told;
    table_.each([&](Behaviour& behaviour) { tell_if_grown(behaviour, told); });
    std::ranges::sort(
        told, {}, [](const Finding& finding) { return std::tie(finding.first_seen, finding.id); });
    return told;
}

}  // namespace sensor::judge
