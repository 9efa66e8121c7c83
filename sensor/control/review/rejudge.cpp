#include "sensor/control/review/rejudge.h"

#include <utility>

#include "sensor/judge/beyond_proxy.h"

namespace sensor::control {

Rejudge::Rejudge(const Configuration& configuration)
    : has_neighbours_{configuration.policy.neighbours.any()},
      question_{configuration},
      judge_{configuration.policy, configuration.identity.groups, {.tells_all = true}} {}

void Rejudge::note(judge::Considered considered) {
    for (Finding& finding : considered.told) {
        std::string id = finding.id;
        result_.findings.insert_or_assign(std::move(id), std::move(finding));
    }
}

/// A session through a proxy is two: with the proxy, and with whom the proxy was asked for.
void Rejudge::consider(RecordKind kind, Observation session) {
    const bool begins = kind == RecordKind::kUnapproved;
    // Neighbour analytics look at what is approved, too, once it is over.
    if (question_.approves(session) && (begins || !has_neighbours_)) return;
    session.exceptions_hit.clear();
    if (begins) {
        session.last = session.start;
        session.ended = false;
    }
    note(judge_.consider(kind, session));
    const auto beyond = judge::beyond_proxy(session);
    if (beyond) note(judge_.consider(begins ? RecordKind::kInner : kind, *beyond));
}

Rejudged Rejudge::finish() {
    note({.told = judge_.finish(), .finding = {}, .exceptions_hit = {}});
    result_.statistics = judge_.statistics();
    result_.exception_hits = judge_.exception_hits();
    result_.exception_last_hits = judge_.exception_last_hits();
    return std::move(result_);
}

}  // namespace sensor::control
