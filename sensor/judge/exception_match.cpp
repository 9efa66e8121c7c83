#include "sensor/judge/exception_match.h"

#include <algorithm>

#include "sensor/judge/glob.h"

namespace sensor::judge {
namespace {

bool is_among(const std::vector<std::string>& words, std::string_view word) noexcept {
    return std::ranges::find(words, word) != words.end();
}

bool has_role(const ExceptionMatch& match, const Policy& policy, const Question& question) {
    return std::ranges::any_of(policy.roles, [&](const Role& role) {
        return is_among(match.roles, role.name) && mismatch_of(role, question).empty();
    });
}

bool is_destination_of(const ExceptionMatch& match, const Policy& policy, const Question& question,
                       std::string_view name) {
    if (!name.empty() && any_glob_matches(match.names, name)) return true;
    const auto is_of = [&](const ServiceClass& service) {
        return is_among(match.service_classes, service.name) &&
               service.has(question.destination, name);
    };
    if (std::ranges::any_of(policy.service_classes, is_of)) return true;
    return question.destination && std::ranges::any_of(match.prefixes, [&](const Prefix& prefix) {
               return prefix.contains(*question.destination);
           });
}

}  // namespace

std::string mismatch_of(const Role& role, const Question& question) {
    if (!role.covers(question.app, question.app_group)) {
        return "covers neither the app nor its group";
    }
    const std::string why = role.conditions.mismatch(question);
    return why.empty() ? why : "does not apply: " + why;
}

std::string mismatch_of(const Exception& exception, const Policy& policy, const Question& question,
                        std::string_view name) {
    const ExceptionMatch& match = exception.match;
    if (question.time >= exception.void_from) {
        return "it expired at the end of " + exception.expires;
    }
    if (!match.apps.empty() && !any_glob_matches(match.apps, question.app)) {
        return "it is for other apps";
    }
    if (!match.app_groups.empty() && !is_among(match.app_groups, question.app_group)) {
        return "it is for other app groups";
    }
    if (!match.roles.empty() && !has_role(match, policy, question)) {
        return "it is for other roles";
    }
    if (!match.devices.empty() && !any_glob_matches(match.devices, question.device)) {
        return "it is for other devices";
    }
    if (!match.protocols.empty() && !is_among(match.protocols, question.protocol)) {
        return "it is for other protocols";
    }
    if (!match.ports.empty() && !match.ports.contains(question.transport, question.port)) {
        return "it is for " + to_string(match.ports);
    }
    if (match.has_destinations() && !is_destination_of(match, policy, question, name)) {
        return "it is for other destinations";
    }
    return match.conditions.mismatch(question);
}

std::string plain_host_name(std::string_view name) {
    const auto colon = name.find(':');
    // A second colon means an IPv6 address, which has no name to match.
    if (colon != std::string_view::npos && colon == name.rfind(':')) name = name.substr(0, colon);
    if (!name.empty() && name.back() == '.') name.remove_suffix(1);
    return lower_case(name);
}

}  // namespace sensor::judge
