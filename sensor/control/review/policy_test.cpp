#include "sensor/control/review/policy_test.h"

#include <algorithm>
#include <tuple>

#include "sensor/attribute/directory.h"

namespace sensor::control {
namespace {

struct Moment {
    RecordKind kind{};
    Observation session;
};

/// What the test says of the app and the device goes before what events say.
void describe(const attribute::Directory& directory, const TestSession& test,
              Observation& session) {
    const Observation said = session;
    directory.describe(session, test.app_group, TagRuleId::kNone);
    const auto prefer = [](auto& known, const auto& told) {
        if (told != std::remove_cvref_t<decltype(told)>{}) known = told;
    };
    const Attribution& who = said.attribution;
    prefer(session.attribution.device, who.device);
    prefer(session.attribution.platform, who.platform);
    prefer(session.attribution.app_group, who.app_group);
    if (!who.app.empty()) {
        session.attribution.app = who.app;
        session.attribution.method = AttributionMethod::kFlowRecord;
        session.attribution.confidence = AttributionConfidence::kHigh;
    }
    const DeviceContext& state = said.context;
    DeviceContext& known = session.context;
    prefer(known.app_state, state.app_state);
    prefer(known.app_state_since, state.app_state_since);
    prefer(known.last_foreground, state.last_foreground);
    prefer(known.locked, state.locked);
    prefer(known.locked_since, state.locked_since);
    prefer(known.since_interaction, state.since_interaction);
    prefer(known.since_job, state.since_job);
    prefer(known.job, state.job);
    prefer(known.since_unlock, state.since_unlock);
    prefer(known.started_locked, state.started_locked);
    prefer(known.since_process, state.since_process);
    prefer(known.managed, state.managed);
    prefer(known.supervised, state.supervised);
    prefer(known.compliant, state.compliant);
    prefer(known.app_managed, state.app_managed);
    prefer(known.app_approved, state.app_approved);
    prefer(known.app_installed, state.app_installed);
    prefer(known.app_version, state.app_version);
    prefer(known.app_signer, state.app_signer);
}

/// The session when it comes for the `number`-th time: everything that has a time moves along.
Observation repeated(const TestSession& test, std::uint64_t number) {
    const Duration later = test.interval * static_cast<std::int64_t>(number);
    Observation session = test.session;
    session.start += later;
    session.last += later;
    return session;
}

void add_moments(const Rejudge& judge, const Observation& session, std::vector<Moment>& moments) {
    if (judge.is_plain(session)) return;
    if (session.protocol != judge::kUnknownProtocol) {
        moments.push_back({RecordKind::kUnapproved, session});
    }
    moments.push_back({RecordKind::kEnd, session});
}

Timestamp time_of(const Moment& moment) noexcept {
    return moment.kind == RecordKind::kEnd ? moment.session.last : moment.session.start;
}

bool has(const Finding& finding, std::string_view item) {
    return std::ranges::find(finding.contributions, item, &Contribution::name) !=
           finding.contributions.end();
}

template <class Told, class Is>
bool is_as_told(const std::optional<Told>& told, const Is& is) {
    return !told || *told == is;
}

bool is_expected(const ExpectedFinding& expected, const Finding& finding) {
    const auto has_item = [&](const std::string& item) { return has(finding, item); };
    return is_as_told(expected.kind, finding.kind) &&
           is_as_told(expected.severity, finding.severity) &&
           is_as_told(expected.score, finding.score) && is_as_told(expected.rule, finding.rule) &&
           is_as_told(expected.expected, finding.expected) &&
           is_as_told(expected.app, finding.session.attribution.app) &&
           is_as_told(expected.sessions, finding.recurrence.sessions) &&
           std::ranges::all_of(expected.evidence, has_item) &&
           std::ranges::none_of(expected.without, has_item);
}

void compare(const PolicyTest& test, PolicyTestOutcome& outcome) {
    for (const Finding& finding : outcome.findings)
        outcome.unexpected.push_back(&finding);
    for (const ExpectedFinding& expected : test.expected) {
        const auto found = std::ranges::find_if(outcome.unexpected, [&](const Finding* finding) {
            return is_expected(expected, *finding);
        });
        if (found == outcome.unexpected.end()) {
            outcome.missing.push_back(expected);
        } else {
            outcome.unexpected.erase(found);
        }
    }
}

}  // namespace

PolicyTestOutcome run_policy_test(const PolicyTest& test, const Configuration& configuration) {
    attribute::Directory directory{configuration.identity, {}};
    for (const IdentityEvent& event : test.events)
        directory.apply(event);
    Rejudge judge{configuration};
    PolicyTestOutcome outcome;
    std::vector<Moment> moments;
    std::uint64_t flow_id = 0;
    for (const TestSession& each : test.sessions) {
        for (std::uint64_t number = 0; number < each.times; ++number) {
            Observation session = repeated(each, number);
            session.flow_id = ++flow_id;
            describe(directory, each, session);
            add_moments(judge, session, moments);
            if (number == 0) outcome.sessions.push_back(std::move(session));
        }
    }
    std::ranges::stable_sort(moments, {}, time_of);
    for (Moment& moment : moments)
        judge.consider(moment.kind, std::move(moment.session));
    for (auto& [id, finding] : judge.finish().findings)
        outcome.findings.push_back(finding);
    std::ranges::sort(outcome.findings, [](const Finding& a, const Finding& b) {
        return std::tie(a.first_seen, a.id) < std::tie(b.first_seen, b.id);
    });
    compare(test, outcome);
    return outcome;
}

std::string text_of(const ExpectedFinding& expected) {
    std::string text{expected.kind ? name_of(*expected.kind) : std::string_view{"a finding"}};
    const auto add = [&](std::string_view label, const std::string& value) {
        text += ", " + std::string{label} + " " + value;
    };
    if (expected.severity) add("severity", std::string{name_of(*expected.severity)});
    if (expected.score) add("score", std::to_string(*expected.score));
    if (expected.rule) add("rule", *expected.rule);
    if (expected.expected) add("expected", *expected.expected);
    if (expected.app) add("app", *expected.app);
    if (expected.sessions) add("sessions", std::to_string(*expected.sessions));
    for (const std::string& item : expected.evidence)
        add("evidence", item);
    for (const std::string& item : expected.without)
        add("without", item);
    return text;
}

}  // namespace sensor::control
