#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>

#include "lib/json/writer.h"
#include "sensor/attribute/feeds/ndjson.h"
#include "sensor/attribute/rfc3339.h"
#include "sensor/control/review/policy_test.h"
#include "sensor/control/review/policy_test_session.h"

namespace sensor::control {
namespace {

namespace fs = std::filesystem;

/// Time zero of a test, unless the file says otherwise: a Monday morning.
constexpr Timestamp kUsualTime{std::chrono::sys_days{std::chrono::year{2026} / 1 / 5} +
                               std::chrono::hours{9}};

/// One scalar of an event as the JSON that identity events are written in.
void write_scalar(json::Writer& out, std::string_view key, const yaml::Node& value,
                  yaml::Problems& problems) {
    const std::string text = yaml::as_text(value, problems).value_or("");
    constexpr std::array<std::string_view, 2> kNumbers{"port", "source_port"};
    out.escaped_key(key);
    if (std::ranges::find(kNumbers, key) != kNumbers.end()) {
        out.integer(yaml::as_integer(value, 1, 65535, problems).value_or(1));
    } else if (text == "true" || text == "false") {
        out.boolean(text == "true");
    } else {
        out.text(text);
    }
}

/// An identity event as `offport replay --identity` takes it, save that `at` or `before` (of time
/// zero) stands for `ts`, and that `v` is left out.
void read_event(const yaml::Node& node, Timestamp base, PolicyTest& test,
                yaml::Problems& problems) {
    yaml::Map map{node, "an event", problems};
    const auto at = yaml::as_duration(map.optional("at"), problems);
    const auto before = yaml::as_duration(map.optional("before"), problems);
    json::Writer out;
    out.begin_object().member("v", 1).member("ts", "2000-01-01T00:00:00Z");
    for (const auto& [key, value] : map.entries()) {
        if (key.scalar() == "at" || key.scalar() == "before") continue;
        write_scalar(out, key.scalar(), value, problems);
    }
    out.end_object();
    if (!node.is_map()) return;
    auto event = attribute::feeds::parse_ndjson_event(out.view());
    if (!event) return problems.error(node.place(), event.error().message);
    event->time = base + at.value_or(Duration{}) - before.value_or(Duration{});
    test.events.push_back(std::move(*event));
}

template <class Enum>
std::optional<Enum> as_enum(const yaml::Node& node, Enum last, yaml::Problems& problems) {
    std::vector<std::string_view> words;
    for (unsigned i = 0; i <= static_cast<unsigned>(last); ++i)
        words.push_back(name_of(static_cast<Enum>(i)));
    const auto word = yaml::as_word(node, words, problems);
    if (!word) return std::nullopt;
    const auto at = std::ranges::find(words, *word);
    return at == words.end() ? std::nullopt
                             : std::optional{static_cast<Enum>(std::distance(words.begin(), at))};
}

std::vector<std::string> as_evidence(const yaml::Node& node, yaml::Problems& problems) {
    std::vector<std::string> known;
    for (const judge::EvidenceRow& row : judge::kEvidence)
        known.emplace_back(row.name);
    std::vector<std::string> items;
    for (const yaml::Node& element : node.elements())
        items.push_back(known_word(element, known, problems));
    return items;
}

ExpectedFinding read_expected(const yaml::Node& node, yaml::Problems& problems) {
    constexpr std::int64_t kMostScore = 100'000;
    constexpr std::int64_t kMostSessions = 1'000'000;
    yaml::Map map{node, "an expected finding", problems};
    ExpectedFinding expected;
    expected.kind = as_enum(map.optional("kind"), FindingKind::kRelay, problems);
    expected.severity = as_enum(map.optional("severity"), Severity::kHigh, problems);
    const auto score = yaml::as_integer(map.optional("score"), 0, kMostScore, problems);
    if (score) expected.score = static_cast<int>(*score);
    expected.rule = yaml::as_text(map.optional("rule"), problems);
    expected.expected = yaml::as_text(map.optional("expected"), problems);
    expected.app = yaml::as_text(map.optional("app"), problems);
    const auto sessions = yaml::as_integer(map.optional("sessions"), 1, kMostSessions, problems);
    if (sessions) expected.sessions = static_cast<std::uint64_t>(*sessions);
    expected.evidence = as_evidence(map.optional("evidence"), problems);
    expected.without = as_evidence(map.optional("without"), problems);
    map.finish();
    return expected;
}

PolicyTest read_test(const yaml::Node& node, Timestamp base, const Configuration& configuration,
                     yaml::Problems& problems) {
    yaml::Map map{node, "a test", problems};
    PolicyTest test;
    test.place = node.place();
    test.name = yaml::as_text(map.required("name"), problems).value_or("");
    for (const yaml::Node& event : map.optional("events").elements())
        read_event(event, base, test, problems);
    const yaml::Node sessions = map.required("sessions");
    for (const yaml::Node& session : sessions.elements())
        test.sessions.push_back(read_test_session(session, base, configuration, problems));
    if (sessions.defined() && sessions.elements().empty()) {
        problems.error(sessions.place(), "a test without sessions tests nothing; give it some");
    }
    const yaml::Node expected = map.required("expect");
    const bool is_none = expected.is_scalar() && expected.scalar() == "none";
    if (!is_none) {
        for (const yaml::Node& finding : expected.elements())
            test.expected.push_back(read_expected(finding, problems));
    }
    map.finish();
    return test;
}

Timestamp read_base(const yaml::Node& node, yaml::Problems& problems) {
    const auto text = yaml::as_text(node, problems);
    if (!text) return kUsualTime;
    const auto time = attribute::parse_rfc3339(*text);
    if (!time) {
        problems.error(node.place(),
                       "expected a time such as 2026-01-05T09:00:00Z, got '" + *text + "'");
    }
    return time.value_or(kUsualTime);
}

}  // namespace

std::optional<PolicyTests> read_policy_tests(const std::string& path, yaml::Problems& problems) {
    const auto text = yaml::read_text(path);
    if (!text) {
        problems.error({}, path + ": " + text.error().message);
        return std::nullopt;
    }
    const yaml::Node root = yaml::load_text(*text, path, problems);
    if (!root.defined()) return std::nullopt;
    yaml::Map map{root, "a file of tests", problems};
    const auto policy = yaml::as_text(map.required("policy"), problems);
    const Timestamp base = read_base(map.optional("time"), problems);
    const yaml::Node tests = map.required("tests");
    map.finish();
    if (!policy) return std::nullopt;
    const std::string policy_path =
        (fs::path{path}.parent_path() / *policy).lexically_normal().string();
    auto configuration = load_configuration_for(policy_path, base, problems);
    if (!configuration) return std::nullopt;
    PolicyTests read{.configuration = std::move(*configuration), .tests = {}};
    for (const yaml::Node& test : tests.elements())
        read.tests.push_back(read_test(test, base, read.configuration, problems));
    if (tests.defined() && read.tests.empty()) {
        problems.error(tests.place(), "there are no tests in this file; give it some");
    }
    if (problems.has_errors()) return std::nullopt;
    return read;
}

}  // namespace sensor::control
