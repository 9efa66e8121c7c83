// Judge, when facts come in after the sessions they bear on.
#include <algorithm>
#include <utility>

#include "sensor/judge/exchange.h"
#include "sensor/judge/judge.h"

namespace sensor::judge {
namespace {

/// What no fact about the device can take back.
EvidenceList spread_of(const EvidenceList& evidence) {
    EvidenceList kept;
    for (const Evidence item : {Evidence::kManyDestinations, Evidence::kManyPorts}) {
        if (const auto& detail = evidence[item]) kept.set(item, *detail);
    }
    return kept;
}

RecordKind kind_of(const Observation& session) {
    if (session.ended) return RecordKind::kEnd;
    return session.proxy ? RecordKind::kInner : RecordKind::kUnapproved;
}

}  // namespace

std::vector<Considered> Judge::reconsider(std::span<const Revised> sessions,
                                          std::string_view finding) {
    std::vector<Considered> results(sessions.size());
    std::vector<Decision> decisions;
    for (const Revised& revised : sessions) {
        ++statistics_.revised;
        now_ = std::max(now_, revised.session.last);
        decisions.push_back(decide_on(revised.session));
    }
    Behaviour* before = finding.empty() ? nullptr : table_.find_id(finding);
    if (before != nullptr && follows(*before, sessions, decisions)) {
        follow(*before, sessions, decisions, results);
        return results;
    }
    for (std::size_t i = 0; i < sessions.size(); ++i)
        reconsider_one(sessions[i], std::move(decisions[i]), finding, results[i]);
    return results;
}

/// These are all of the behaviour's sessions, and still of one behaviour: this, or one that nobody
/// knows yet.
bool Judge::follows(const Behaviour& behaviour, std::span<const Revised> sessions,
                    const std::vector<Decision>& decisions) {
    if (behaviour.starts.sessions() != sessions.size() || decisions.front().approved) return false;
    const std::string key = behaviour_key(decisions.front().kind, sessions.front().session);
    if (key != behaviour.key && table_.find(key) != nullptr) return false;
    for (std::size_t i = 1; i < sessions.size(); ++i) {
        const bool is_same =
            !decisions[i].approved && behaviour_key(decisions[i].kind, sessions[i].session) == key;
        if (!is_same) return false;
    }
    return true;
}

void Judge::follow(Behaviour& behaviour, std::span<const Revised> sessions,
                   const std::vector<Decision>& decisions, std::vector<Considered>& results) {
    const std::string key = behaviour_key(decisions.front().kind, sessions.front().session);
    const bool is_same = key == behaviour.key;
    if (!is_same) table_.rename(behaviour, key);
    behaviour.evidence = spread_of(behaviour.evidence);  // a lock, say, turns out to be over
    for (std::size_t i = 0; i < sessions.size(); ++i) {
        const Observation& session = sessions[i].session;
        const bool is_newest = session.start >= behaviour.newest.start;
        if (is_newest || behaviour.newest.flow_id == session.flow_id) behaviour.newest = session;
        behaviour.decision = decisions[i];
        note_decision(behaviour.decision.kind, behaviour.decision.expected, session,
                      behaviour.evidence);
        note_context(*policy_, session, behaviour.first_seen, behaviour.evidence);
        results[i].finding = behaviour.id;
    }
    behaviour.revised_by = sessions.back().because;
    if (is_same) {
        tell_if_changed(behaviour, results.back().told);
    } else {
        tell_within_limits(behaviour, weigh(behaviour), results.back().told);
    }
    behaviour.revised_by.clear();
}

void Judge::reconsider_one(const Revised& revised, Decision decision, std::string_view finding,
                           Considered& result) {
    const Observation& session = revised.session;
    Behaviour* before = finding.empty() ? nullptr : table_.find_id(finding);
    const bool is_found = !decision.approved && is_real_exchange(kind_of(session), session);
    const std::string key = is_found ? behaviour_key(decision.kind, session) : std::string{};
    if (before != nullptr && before->key == key) {
        result.finding = before->id;
        before->decision = std::move(decision);
        before->revised_by = revised.because;
        update(*before, kind_of(session), session, result.told);
        before->revised_by.clear();
        return;
    }
    if (before != nullptr) leave(*before, revised, result.told);
    if (!is_found) {
        result.exceptions_hit = std::move(decision.exceptions_hit);
        return;
    }
    // One that was found and forgotten since is not found anew.
    if (before == nullptr && !finding.empty()) return;
    Behaviour& behaviour = behaviour_for(key, session, result.told);
    behaviour.revised_by = revised.because;
    join(behaviour, std::move(decision), kind_of(session), session, result);
    behaviour.revised_by.clear();
}

/// The session is not the behaviour's any more.
void Judge::leave(Behaviour& behaviour, const Revised& revised, std::vector<Finding>& told) {
    behaviour.starts.remove(revised.session.start);
    behaviour.evidence.drop(Evidence::kRecurrence);  // weighed anew without it
    table_.close_session(half_of(revised.session));
    behaviour.revised_by = revised.because;
    if (behaviour.starts.sessions() != 0) return tell_if_grown(behaviour, told);
    if (behaviour.is_told) {
        ++statistics_.withdrawn;
        tell(behaviour, weigh(behaviour), told, FindingStatus::kWithdrawn);
    }
    table_.remove(behaviour);
}

}  // namespace sensor::judge
