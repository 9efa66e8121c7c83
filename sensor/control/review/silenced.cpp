#include "sensor/control/review/silenced.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "sensor/control/review/learned_text.h"
#include "sensor/control/review/policy_difference.h"
#include "sensor/report/wording.h"

namespace sensor::control {
namespace {

void add(const Finding& finding, Silenced& silenced) {
    const Observation& session = finding.session;
    ++silenced.findings;
    silenced.sessions += finding.recurrence.sessions;
    silenced.destinations.insert(session.requested_name.empty() ? to_string(session.server.address)
                                                                : session.requested_name);
    if (session.attribution.device.empty()) {
        silenced.addresses.insert(judge::subject_of(session));
    } else {
        silenced.devices.insert(session.attribution.device);
    }
    if (std::tie(finding.severity, finding.score) <= std::tie(silenced.severity, silenced.score))
        return;
    silenced.severity = finding.severity;
    silenced.score = finding.score;
}

}  // namespace

std::vector<Silenced> silenced_between(const Rejudged& without, const Rejudged& with) {
    std::map<Pair, Silenced> by_pair;
    for (const auto& [change, before, after] : differences_between(without, with)) {
        if (change != Change::kLost) continue;
        Pair pair = pair_of(before->session);
        Silenced& silenced = by_pair[pair];
        silenced.pair = std::move(pair);
        add(*before, silenced);
    }
    std::vector<Silenced> sorted;
    for (auto& [pair, silenced] : by_pair)
        sorted.push_back(std::move(silenced));
    std::ranges::stable_sort(sorted, [](const Silenced& a, const Silenced& b) {
        return std::tie(a.severity, a.score, a.findings) >
               std::tie(b.severity, b.score, b.findings);
    });
    return sorted;
}

std::string text_of(const Silenced& silenced) {
    return std::string{name_of(silenced.severity)} + " " + std::to_string(silenced.score) + ": " +
           text_of(silenced.pair) + ": " + report::counted(silenced.findings, "finding") + ", " +
           report::counted(silenced.destinations.size(), "destination") + ", " +
           text_of(Support{.sessions = silenced.sessions,
                           .devices = silenced.devices.size(),
                           .addresses = silenced.addresses.size()});
}

}  // namespace sensor::control
