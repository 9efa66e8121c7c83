#include "sensor/control/review/policy_test.h"

#include <algorithm>
#include <limits>
#include <span>
#include <tuple>
#include <vector>

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

void add_moments(const Observation& session, std::vector<Moment>& moments) {
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

}  // namespace

std::vector<std::string> differences_of(const ExpectedFinding& expected, const Finding& finding) {
    std::vector<std::string> differences;
    const auto compare = [&](std::string_view label, const auto& told, const auto& is,
                             const auto& text) {
        if (!told || *told == is) return;
        differences.push_back(std::string{label} + " " + text(is) + ", not " + text(*told));
    };
    const auto name = [](auto value) { return std::string{name_of(value)}; };
    const auto number = [](auto value) { return std::to_string(value); };
    const auto text = [](const std::string& value) { return value.empty() ? "unknown" : value; };
    compare("kind", expected.kind, finding.kind, name);
    compare("severity", expected.severity, finding.severity, name);
    compare("score", expected.score, finding.score, number);
    compare("rule", expected.rule, finding.rule, text);
    compare("expected", expected.expected, finding.expected, text);
    compare("app", expected.app, finding.session.attribution.app, text);
    compare("sessions", expected.sessions, finding.recurrence.sessions, number);
    for (const std::string& item : expected.evidence) {
        if (!has(finding, item)) differences.push_back("no evidence " + item);
    }
    for (const std::string& item : expected.without) {
        if (has(finding, item)) differences.push_back("with evidence " + item);
    }
    return differences;
}

namespace {

/// Pairs what is expected with what was found, so that as much as possible has its counterpart: an
/// expectation that several findings meet leaves to a stricter one what only that one needs.
class Pairing {
  public:
    Pairing(std::span<const ExpectedFinding> expected, std::span<const Finding> found)
        : expected_{expected}, found_{found}, taken_by_(found.size(), kNobody) {}

    /// Whether `place` has a finding; others may change theirs for it.
    bool add(std::size_t place) {
        tried_.assign(found_.size(), false);
        return find_for(place);
    }
    [[nodiscard]] bool is_taken(std::size_t finding) const { return taken_by_[finding] != kNobody; }

  private:
    static constexpr std::size_t kNobody = std::numeric_limits<std::size_t>::max();

    bool find_for(std::size_t place) {
        for (std::size_t i = 0; i < found_.size(); ++i) {
            if (tried_[i] || !differences_of(expected_[place], found_[i]).empty()) continue;
            tried_[i] = true;
            if (taken_by_[i] != kNobody && !find_for(taken_by_[i])) continue;
            taken_by_[i] = place;
            return true;
        }
        return false;
    }

    std::span<const ExpectedFinding> expected_;
    std::span<const Finding> found_;
    std::vector<std::size_t> taken_by_;  // places in expected_
    std::vector<bool> tried_;
};

void compare(const PolicyTest& test, PolicyTestOutcome& outcome) {
    Pairing pairing{test.expected, outcome.findings};
    for (std::size_t place = 0; place < test.expected.size(); ++place) {
        if (!pairing.add(place)) outcome.missing.push_back(test.expected[place]);
    }
    for (std::size_t i = 0; i < outcome.findings.size(); ++i) {
        if (!pairing.is_taken(i)) outcome.unexpected.push_back(&outcome.findings[i]);
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
            add_moments(session, moments);
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
