#include "sensor/control/review/denial.h"

#include "sensor/judge/exception_match.h"
#include "sensor/judge/glob.h"

namespace sensor::control {
namespace {

std::string denial_of_one(const judge::Policy& policy, const judge::Question& question) {
    for (const judge::AppRules& app : policy.apps) {
        if (!app.rules.deny.contains(question.protocol)) continue;
        if (!judge::glob_matches(app.app, question.app)) continue;
        return "apps." + app.app + ".deny." + question.protocol;
    }
    for (const judge::Role& role : policy.roles) {
        if (!role.rules.deny.contains(question.protocol)) continue;
        if (!judge::mismatch_of(role, question).empty()) continue;
        return "roles." + role.name + ".deny." + question.protocol;
    }
    return {};
}

}  // namespace

std::string denial_of(const judge::Policy& policy, const judge::Question& question) {
    if (!question.app.empty() || question.group_apps.empty()) {
        return denial_of_one(policy, question);
    }
    std::string first;
    judge::Question about = question;
    for (const std::string& app : question.group_apps) {
        about.app = app;
        std::string denial = denial_of_one(policy, about);
        if (denial.empty()) return {};
        if (first.empty()) first = std::move(denial);
    }
    return first;
}

}  // namespace sensor::control
