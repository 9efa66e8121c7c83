// Engine, when facts come in after the sessions they bear on.
#include <map>
#include <set>
#include <utility>

#include "sensor/control/engine.h"
#include "sensor/judge/beyond_proxy.h"

namespace sensor::control {
namespace {

using Explain = attribute::Directory::Explain;

/// Which of the facts that the session's light is due to came in just now.
std::string reason_of(const Observation& session, const std::set<Timestamp>& news) {
    std::string reason;
    for (const UsedFact& fact : session.facts_used) {
        if (!news.contains(fact.time)) continue;
        if (!reason.empty()) reason += "; ";
        reason += fact.source.empty() ? fact.what : fact.source + ": " + fact.what;
    }
    return reason.empty() ? "identity events that came in later" : reason;
}

/// Sessions of one finding, and where what becomes of them is noted.
struct Group {
    std::vector<judge::Revised> sessions;
    std::vector<std::string*> findings;
};

}  // namespace

void Engine::keep(const Told& told) {
    SessionLog::Entry& entry = log_->note(*told.record);
    const Observation& session = told.observation;
    entry.facts = session.facts;
    entry.light = light_of(session);
    const auto found = findings_.find(session.flow_id);
    if (found == findings_.end()) return;
    entry.finding = found->second.outer;
    entry.beyond = found->second.beyond;
}

/// Of a session that is still open, so that its end knows.
void Engine::note_live(const Observation& session, const std::string& finding) {
    if (session.ended) return;
    FindingsOfSession& found = findings_[session.flow_id];
    (session.proxy ? found.beyond : found.outer) = finding;
}

void Engine::learn(const std::vector<IdentityEvent>& events) {
    if (log_) directory_->watch();
    for (const IdentityEvent& event : events)
        directory_->apply(event);
    if (log_) revise(events);
}

void Engine::revise(const std::vector<IdentityEvent>& events) {
    const auto touched = directory_->take_touched();
    if (touched.empty()) return;
    std::set<Timestamp> news;
    for (const IdentityEvent& event : events)
        news.insert(event.time);

    std::map<std::string, Group> groups;  // by the finding that they belonged to
    const auto visit = [&](SessionLog::Entry& entry) {
        Told told{entry.record, signatures_.names(), entry.facts};
        Observation& session = told.observation;
        directory_->describe(session, told.app_group, told.tag_rule, Explain::kYes);
        const std::uint64_t light = light_of(session);
        if (std::exchange(entry.light, light) == light) return;
        const std::string reason = reason_of(session, news);
        if (auto beyond = judge::beyond_proxy(session)) {
            Group& group = groups[entry.beyond];
            group.sessions.push_back({std::move(*beyond), reason});
            group.findings.push_back(&entry.beyond);
        }
        Group& group = groups[entry.finding];
        group.sessions.push_back({std::move(session), reason});
        group.findings.push_back(&entry.finding);
    };
    for (const auto& [address, range] : touched)
        log_->each_of(address, range.from, range.to, visit);

    for (auto& [finding, group] : groups) {
        const auto results = judge_->reconsider(group.sessions, finding);
        for (std::size_t i = 0; i < results.size(); ++i) {
            *group.findings[i] = results[i].finding;
            note_live(group.sessions[i].session, results[i].finding);
            tell(results[i].told);
        }
    }
}

}  // namespace sensor::control
