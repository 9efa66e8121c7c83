// offport check: is the configuration right, and what does it come to?

#include <algorithm>
#include <chrono>
#include <iostream>

#include "sensor/commands/command.h"
#include "sensor/commands/configuration_option.h"
#include "sensor/control/judge_state.h"
#include "sensor/judge/policy_yaml.h"

namespace sensor::commands {
namespace {

/// What the daemon with this configuration has counted, if it keeps that.
void warn_of_unused(const control::Configuration& configuration) {
    const std::string& state = configuration.sensor.state;
    if (state.empty()) return;
    const auto unused = control::unused_exceptions(state + "/findings");
    const auto now = std::chrono::system_clock::now();
    for (const judge::Exception& exception : configuration.policy.exceptions) {
        const bool is_unused = std::ranges::find(unused, exception.id) != unused.end();
        if (!is_unused || exception.void_from <= now) continue;
        std::cerr << "offport check: warning: exception '" << exception.id
                  << "' has silenced no session since the daemon knows it (" << state
                  << "); remove it if it is not needed\n";
    }
}

int run(const Words& words) {
    const auto line = CommandLine::read(words, {{"-c"}, {"--quiet", false}});
    if (!line) return usage_error(kCheck, line.error().message);
    if (!line->positional().empty()) {
        return usage_error(
            kCheck, "unexpected '" + line->positional()[0] + "'; give the directory with -c");
    }
    const auto configuration = configuration_of(*line);
    if (!configuration || !has_feed_files(*configuration)) return kBadInput;
    warn_of_unused(*configuration);
    std::cerr << "offport check: the configuration is sound (";
    for (std::size_t i = 0; i < configuration->files.size(); ++i) {
        std::cerr << (i == 0 ? "" : ", ") << configuration->files[i];
    }
    std::cerr << ")\n";
    if (line->has("--quiet")) return kDone;
    std::cout << "# The effective policy: includes merged, defaults spelled out.\n"
              << judge::policy_yaml(configuration->policy);
    if (!configuration->identity.groups.empty())
        std::cout << "\n# App groups and the tags that name them\n";
    for (const AppGroup& group : configuration->identity.groups) {
        std::cout << "# " << group.name << ":";
        for (const std::string& app : group.apps)
            std::cout << ' ' << app;
        std::cout << '\n';
    }
    for (std::size_t i = 0; i < configuration->identity.rules.size(); ++i) {
        const AppGroup* group =
            configuration->identity.group(configuration->identity.rules[i].group);
        std::cout << "#   " << configuration->identity.rule_texts[i] << " -> " << group->name
                  << '\n';
    }
    return kDone;
}

}  // namespace

const Command kCheck{
    .name = "check",
    .summary = "validate a configuration and print the effective policy",
    .usage =
        "usage: offport check [-c DIR] [--quiet]\n\n"
        "  -c DIR    directory with policy.yaml, identity.yaml and sensor.yaml; the shipped\n"
        "            configuration if left out\n"
        "  --quiet   do not print the effective policy\n\n"
        "Every mistake is one line on standard error, `FILE:LINE:COLUMN: error: ...`, and makes\n"
        "the exit code 1. Warnings do not. The policy that is printed can be used as "
        "policy.yaml.\n",
    .run = run,
};

}  // namespace sensor::commands
