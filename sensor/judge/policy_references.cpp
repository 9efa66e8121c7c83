#include "sensor/judge/policy_references.h"

#include <algorithm>
#include <array>

namespace sensor::judge {

void check_references(const Reading& reading) {
    const auto check = [&](const Reference& reference, const auto& known) {
        std::vector<std::string_view> names;
        for (const auto& each : known)
            names.push_back(each.name);
        if (std::ranges::find(names, reference.name) != names.end()) return;
        const std::string hint = yaml::nearest(reference.name, names);
        reading.problems.error(reference.place,
                               "there is no " + reference.what + " '" + reference.name + "'" +
                                   (hint.empty() ? "" : "; did you mean '" + hint + "'?"));
    };
    for (const Reference& role : reading.roles_named)
        check(role, reading.policy.roles);
    for (const Reference& service : reading.service_classes_named)
        check(service, reading.policy.service_classes);
}

void check_severity(const Reading& reading) {
    const SeverityThresholds& thresholds = reading.policy.severity;
    struct Level {
        std::string_view name;
        int threshold;
    };
    const std::array<Level, 3> levels{
        {{"low", thresholds.low}, {"medium", thresholds.medium}, {"high", thresholds.high}}};
    for (std::size_t i = 1; i < levels.size(); ++i) {
        const Level& below = levels[i - 1];
        const Level& level = levels[i];
        if (level.threshold > below.threshold) continue;
        auto given = reading.given.find("severity." + std::string{level.name});
        if (given == reading.given.end()) {
            given = reading.given.find("severity." + std::string{below.name});
        }
        reading.problems.error(given->second, "severity must rise: " + std::string{level.name} +
                                                  " is " + std::to_string(level.threshold) +
                                                  ", which is not above " +
                                                  std::string{below.name} + " with " +
                                                  std::to_string(below.threshold));
    }
}

}  // namespace sensor::judge
