#include "sensor/judge/policy_idle.h"

#include <algorithm>

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

/// Whether `larger`, which denies, is about everybody that `smaller` is about.
bool role_covers(const Role& larger, const Role& smaller) {
    if (!larger.conditions.cover(smaller.conditions)) return false;
    if (larger.apps.empty() && larger.app_groups.empty()) return true;
    if (smaller.apps.empty() && smaller.app_groups.empty()) return false;
    return all_covered(larger.apps, smaller.apps, glob_covers) &&
           all_covered(larger.app_groups, smaller.app_groups, std::equal_to{});
}

bool rules_cover(const AppRules& larger, const Role& smaller) {
    const auto is_covered = [&](const std::string& app) { return glob_covers(larger.app, app); };
    return !smaller.apps.empty() && smaller.app_groups.empty() &&
           std::ranges::all_of(smaller.apps, is_covered);
}

/// The rule that denies `protocol` to all that `path` is about; empty if none does.
template <class Smaller, class Rule, class Covers, class Name>
std::string denier_of(const std::string& protocol, const Smaller& smaller,
                      const std::vector<Rule>& rules, Covers&& covers, Name&& name) {
    for (const Rule& rule : rules) {
        if (static_cast<const void*>(&rule) == static_cast<const void*>(&smaller)) continue;
        if (rule.rules.deny.contains(protocol) && covers(rule, smaller)) return name(rule);
    }
    return {};
}

std::string name_of_app(const AppRules& rules) {
    return "apps." + rules.app;
}
std::string name_of_role(const Role& role) {
    return "roles." + role.name;
}

void report_dead(const std::string& path, const std::string& protocol, const std::string& denier,
                 const Reading& reading) {
    if (denier.empty()) return;
    // Another file's is there to be denied: it is included.
    if (reading.given.at(path).file != reading.given.at(denier).file) return;
    reading.problems.error(reading.given.at(path), path + " allows " + protocol + ", which " +
                                                       denier +
                                                       " denies to all of the same apps, and deny "
                                                       "goes before; remove one");
}

/// Whether the protocol defaults allow all that the exception matches, and nobody denies any of it.
bool is_allowed_by_default(const ExceptionMatch& match, const Policy& policy) {
    if (match.protocols.empty() || match.ports.empty()) return false;
    const auto denies = [&](const std::string& protocol, const auto& rules) {
        return std::ranges::any_of(
            rules, [&](const auto& rule) { return rule.rules.deny.contains(protocol); });
    };
    return std::ranges::all_of(match.protocols, [&](const std::string& protocol) {
        const auto found = policy.defaults.find(protocol);
        return found != policy.defaults.end() && ports_cover(found->second, match.ports) &&
               !denies(protocol, policy.apps) && !denies(protocol, policy.roles);
    });
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

void check_dead_allowances(const Reading& reading) {
    const Policy& policy = reading.policy;
    const auto app_covers = [](const AppRules& larger, const AppRules& smaller) {
        return glob_covers(larger.app, smaller.app);
    };
    for (const AppRules& rules : policy.apps) {
        for (const auto& [protocol, ports] : rules.rules.allow) {
            report_dead(name_of_app(rules), protocol,
                        denier_of(protocol, rules, policy.apps, app_covers, name_of_app), reading);
        }
    }
    for (const Role& role : policy.roles) {
        for (const auto& [protocol, ports] : role.rules.allow) {
            std::string denier = denier_of(protocol, role, policy.apps, rules_cover, name_of_app);
            if (denier.empty()) {
                denier = denier_of(protocol, role, policy.roles, role_covers, name_of_role);
            }
            report_dead(name_of_role(role), protocol, denier, reading);
        }
    }
}

void warn_of_needless(const Reading& reading) {
    const auto& exceptions = reading.policy.exceptions;
    for (std::size_t i = 0; i < exceptions.size(); ++i) {
        const Exception& exception = exceptions[i];
        if (reading.today >= exception.void_from) continue;  // it was told to be expired
        const yaml::Place& place = reading.given.at("EnterpriseExceptionList." + exception.id);
        if (is_allowed_by_default(exception.match, reading.policy)) {
            reading.problems.warning(place, "exception '" + exception.id +
                                                "' is never needed: " + std::string{kDefaultsKey} +
                                                " allows all that it matches; remove it");
            continue;
        }
        for (std::size_t j = 0; j < exceptions.size(); ++j) {
            if (i == j || !is_shadowed_by(exception, exceptions[j], j < i)) continue;
            reading.problems.warning(
                place, "exception '" + exception.id + "' is never needed: '" + exceptions[j].id +
                           "' covers all that it matches, for as long; remove one");
            break;
        }
    }
}

}  // namespace sensor::judge
