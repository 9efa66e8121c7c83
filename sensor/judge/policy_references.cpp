#include "sensor/judge/policy_references.h"

#include <algorithm>
#include <array>

#include "sensor/judge/glob.h"

namespace sensor::judge {
namespace {

/// A `?` stands for one character, so that it covers none of a pattern that may be any length.
bool glob_covers(std::string_view larger, std::string_view smaller) {
    if (larger == smaller) return true;
    const bool is_doubtful =
        larger.find('?') != std::string_view::npos && smaller.find('*') != std::string_view::npos;
    return !is_doubtful && glob_matches(larger, smaller);
}

bool prefix_covers(const Prefix& larger, const Prefix& smaller) {
    return larger.length <= smaller.length && larger.contains(smaller.base);
}

template <class Value, class Covers>
bool all_covered(const std::vector<Value>& larger, const std::vector<Value>& smaller,
                 Covers&& covers) {
    return std::ranges::all_of(smaller, [&](const Value& value) {
        return std::ranges::any_of(larger, [&](const Value& each) { return covers(each, value); });
    });
}

template <class Value, class Covers>
bool list_covers(const std::vector<Value>& larger, const std::vector<Value>& smaller,
                 Covers&& covers) {
    return larger.empty() || (!smaller.empty() && all_covered(larger, smaller, covers));
}

bool ports_cover(const PortSet& larger, const PortSet& smaller) {
    if (larger.empty()) return true;
    PortSet both = larger;
    both.add(smaller);
    return !smaller.empty() && both == larger;
}

bool destinations_cover(const ExceptionMatch& larger, const ExceptionMatch& smaller) {
    if (!larger.has_destinations()) return true;
    return smaller.has_destinations() &&
           all_covered(larger.prefixes, smaller.prefixes, prefix_covers) &&
           all_covered(larger.names, smaller.names, glob_covers) &&
           all_covered(larger.service_classes, smaller.service_classes, std::equal_to{});
}

/// Of two that cover each other, the later one is the one too many.
bool is_shadowed_by(const Exception& exception, const Exception& other, bool is_earlier) {
    return other.void_from >= exception.void_from && covers(other.match, exception.match) &&
           (is_earlier || other.void_from > exception.void_from ||
            !covers(exception.match, other.match));
}

}  // namespace

bool covers(const ExceptionMatch& larger, const ExceptionMatch& smaller) {
    return list_covers(larger.apps, smaller.apps, glob_covers) &&
           list_covers(larger.app_groups, smaller.app_groups, std::equal_to{}) &&
           list_covers(larger.roles, smaller.roles, std::equal_to{}) &&
           list_covers(larger.devices, smaller.devices, glob_covers) &&
           list_covers(larger.protocols, smaller.protocols, std::equal_to{}) &&
           ports_cover(larger.ports, smaller.ports) && destinations_cover(larger, smaller) &&
           larger.conditions.cover(smaller.conditions);
}

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

void warn_of_shadowed(const Reading& reading) {
    const auto& exceptions = reading.policy.exceptions;
    for (std::size_t i = 0; i < exceptions.size(); ++i) {
        const Exception& exception = exceptions[i];
        if (reading.today >= exception.void_from) continue;  // it was told to be expired
        for (std::size_t j = 0; j < exceptions.size(); ++j) {
            if (i == j || !is_shadowed_by(exception, exceptions[j], j < i)) continue;
            const auto at = reading.given.find("EnterpriseExceptionList." + exception.id);
            reading.problems.warning(at->second,
                                     "exception '" + exception.id + "' is never needed: '" +
                                         exceptions[j].id +
                                         "' covers all that it matches, for as long; remove one");
            break;
        }
    }
}

}  // namespace sensor::judge
