// Unit tests of a policy: sessions in, findings that are expected of them out. Cold path.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sensor/control/configuration.h"
#include "sensor/control/review/rejudge.h"
#include "sensor/model/event.h"

namespace sensor::control {

/// A session of a test, which may come again and again.
struct TestSession {
    Observation session;     ///< its start is the first one's
    AppGroupId app_group{};  ///< as the tunnel tag would name it
    std::uint64_t times = 1;
    Duration interval{};
};

/// What a finding must be; what is left out may be anything.
struct ExpectedFinding {
    std::optional<FindingKind> kind;
    std::optional<Severity> severity;
    std::optional<int> score;
    std::optional<std::string> rule;
    std::optional<std::string> expected;
    std::optional<std::string> app;
    std::optional<std::uint64_t> sessions;
    std::vector<std::string> evidence;  ///< all of these
    std::vector<std::string> without;   ///< and none of these
};

struct PolicyTest {
    std::string name;
    yaml::Place place;
    std::vector<IdentityEvent> events;
    std::vector<TestSession> sessions;
    std::vector<ExpectedFinding> expected;  ///< exactly these
};

/// The tests of one file, and the configuration that they are about.
struct PolicyTests {
    Configuration configuration;
    std::vector<PolicyTest> tests;
};

/// Nothing if there are errors; `problems` has all of them, those of the policy too.
[[nodiscard]] std::optional<PolicyTests> read_policy_tests(const std::string& path,
                                                           yaml::Problems& problems);

/// What came of one test.
struct PolicyTestOutcome {
    std::vector<Finding> findings;           ///< in the order of when they were first seen
    std::vector<ExpectedFinding> missing;    ///< expected, and not found
    std::vector<const Finding*> unexpected;  ///< of `findings`
    std::vector<Observation> sessions;       ///< each of the test's as it was judged, once

    [[nodiscard]] bool passed() const noexcept { return missing.empty() && unexpected.empty(); }
};
[[nodiscard]] PolicyTestOutcome run_policy_test(const PolicyTest& test,
                                                const Configuration& configuration);

/// What keeps the finding from being the expected one: "score 41, not 45", "no evidence
/// device_locked"; empty if it is that.
[[nodiscard]] std::vector<std::string> differences_of(const ExpectedFinding& expected,
                                                      const Finding& finding);
/// "port-mismatch, severity medium, evidence device_locked": what is asked of a finding.
[[nodiscard]] std::string text_of(const ExpectedFinding& expected);

}  // namespace sensor::control
