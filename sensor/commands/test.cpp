// offport test: unit tests of a policy.

#include <iostream>

#include "sensor/commands/command.h"
#include "sensor/commands/decision_text.h"
#include "sensor/control/review/policy_test.h"
#include "sensor/judge/beyond_proxy.h"
#include "sensor/judge/exchange.h"
#include "sensor/judge/question.h"
#include "sensor/report/wording.h"

namespace sensor::commands {
namespace {

std::string text_of(const Finding& finding) {
    std::string text = report::sentence_of(finding) + ": " + std::string{name_of(finding.kind)} +
                       ", severity " + std::string{name_of(finding.severity)} + ", score " +
                       std::to_string(finding.score) + ", rule " + finding.rule + ", sessions " +
                       std::to_string(finding.recurrence.sessions);
    for (const Contribution& part : finding.contributions)
        text += ", evidence " + part.name;
    return text;
}

/// The rule that decided about each session, and how it came to that.
void print_why(const control::PolicyTestOutcome& outcome,
               const control::Configuration& configuration) {
    const auto print = [&](const Observation& session) {
        judge::Question question = judge::question_of(session);
        const auto group = configuration.identity.find_group(question.app_group);
        const AppGroup* known = configuration.identity.group(group);
        if (known != nullptr) question.group_apps = known->apps;
        print_decision(std::cout, question, judge::decide(configuration.policy, question),
                       Rules::kWithASay, "    ");
        if (!judge::is_real_exchange(RecordKind::kEnd, session)) {
            std::cout << "    It is no finding in any case: nothing shows that both ends spoke.\n";
        }
    };
    for (const Observation& session : outcome.sessions) {
        print(session);
        if (const auto beyond = judge::beyond_proxy(session)) print(*beyond);
    }
}

/// How the finding that comes nearest to an expected one differs from it.
void print_nearest(const control::ExpectedFinding& missing,
                   const std::vector<const Finding*>& unexpected) {
    std::vector<std::string> nearest;
    for (const Finding* finding : unexpected) {
        auto differences = control::differences_of(missing, *finding);
        if (nearest.empty() || differences.size() < nearest.size())
            nearest = std::move(differences);
    }
    if (nearest.empty()) return;
    std::cout << "  nearest   ";
    for (std::size_t i = 0; i < nearest.size(); ++i)
        std::cout << (i == 0 ? "" : "; ") << nearest[i];
    std::cout << '\n';
}

void print_failure(const control::PolicyTest& test, const control::PolicyTestOutcome& outcome,
                   const control::Configuration& configuration) {
    std::cout << test.place.file << ':' << test.place.line << ':' << test.place.column
              << ": FAILED: " << test.name << '\n';
    for (const control::ExpectedFinding& missing : outcome.missing) {
        std::cout << "  expected  " << control::text_of(missing) << '\n';
        print_nearest(missing, outcome.unexpected);
    }
    if (outcome.missing.empty()) std::cout << "  expected  nothing more\n";
    for (const Finding* finding : outcome.unexpected)
        std::cout << "  got       " << text_of(*finding) << '\n';
    if (outcome.unexpected.empty()) std::cout << "  got       nothing\n";
    print_why(outcome, configuration);
}

struct Counts {
    std::uint64_t passed = 0;
    std::uint64_t failed = 0;
};

/// False if the file is no file of tests.
bool test_file(const std::string& path, Counts& counts) {
    yaml::Problems problems;
    const auto tests = control::read_policy_tests(path, problems);
    for (const yaml::Problem& problem : problems.sorted())
        std::cerr << problem.to_string() << '\n';
    if (!tests) return false;
    Counts here;
    for (const control::PolicyTest& test : tests->tests) {
        const auto outcome = control::run_policy_test(test, tests->configuration);
        ++(outcome.passed() ? here.passed : here.failed);
        if (!outcome.passed()) print_failure(test, outcome, tests->configuration);
    }
    std::cout << path << ": " << here.passed << " passed, " << here.failed << " failed\n";
    counts.passed += here.passed;
    counts.failed += here.failed;
    return true;
}

int run(const Words& words) {
    const auto line = CommandLine::read(words, {});
    if (!line) return usage_error(kTest, line.error().message);
    if (line->positional().empty()) return usage_error(kTest, "give at least one file of tests");
    Counts counts;
    bool are_read = true;
    for (const std::string& path : line->positional())
        are_read = test_file(path, counts) && are_read;
    if (line->positional().size() > 1) {
        std::cout << counts.passed << " passed, " << counts.failed << " failed\n";
    }
    return are_read && counts.failed == 0 ? kDone : kBadInput;
}

}  // namespace

const Command kTest{
    .name = "test",
    .summary = "run unit tests of a policy: sessions in, expected findings out",
    .usage =
        "usage: offport test FILE...\n\n"
        "  FILE   YAML; config/tests/policy_test.yaml shows every key\n\n"
        "  policy: ../policy.yaml            # beside it identity.yaml and sensor.yaml, if needed\n"
        "  tests:\n"
        "    - name: HTTP is not for 8888\n"
        "      sessions:\n"
        "        - {app: com.example.app, protocol: http, port: 8888, context: {locked: true}}\n"
        "      expect:                       # exactly these findings, or none\n"
        "        - {kind: port-mismatch, severity: low, evidence: [device_locked]}\n\n"
        "A test that fails prints what was expected, what came, and which rule decided. The exit\n"
        "code is 1 if one fails, or if a file has a mistake.\n",
    .run = run,
};

}  // namespace sensor::commands
