// offport learn: recorded flows in, a proposed policy out.

#include <algorithm>
#include <array>
#include <iostream>
#include <utility>

#include "sensor/commands/command.h"
#include "sensor/commands/configuration_option.h"
#include "sensor/commands/recording_files.h"
#include "sensor/control/review/proposal.h"
#include "sensor/control/review/recording.h"
#include "sensor/control/review/silenced.h"
#include "sensor/report/wording.h"

namespace sensor::commands {
namespace {

result::Result<control::LearnOptions> options_of(const CommandLine& line) {
    constexpr long kMost = 1'000'000;
    control::LearnOptions options;
    options.background = line.has("--background");
    options.reserved = line.has("--reserved");
    options.by_address = line.has("--by-address");
    result::Status read{result::Done{}};
    const auto take = [&](std::string_view name, std::uint64_t& least) {
        const auto text = line.value(name);
        if (!text) return;
        const auto number = number_of(name, *text, 1, kMost);
        if (number) {
            least = static_cast<std::uint64_t>(*number);
        } else {
            read = number.error();
        }
    };
    take("--min-sessions", options.least.sessions);
    take("--min-devices", options.least.devices);
    take("--min-days", options.least.days);
    if (!read) return read.error();
    return options;
}

/// What the additions would have kept from being told: that is what a reviewer must look at.
result::Status tell_of_silenced(control::Recording& recording, const control::Configuration& before,
                                const control::Learned& learned) {
    control::Configuration after = before;
    after.policy = control::policy_with(before.policy, learned);
    const auto judged = recording.judge(std::array{&before, &std::as_const(after)});
    if (!judged) return judged.error();
    const control::Rejudged& without = judged->front();
    const auto silenced = control::silenced_between(without, judged->back());
    std::uint64_t findings = 0;
    for (const control::Silenced& each : silenced)
        findings += each.findings;
    std::cerr << "offport learn: the additions would have silenced "
              << report::counted(findings, "finding") << " of " << without.findings.size()
              << " in this recording\n";
    constexpr std::size_t kMostShown = 50;
    for (std::size_t i = 0; i < std::min(silenced.size(), kMostShown); ++i)
        std::cerr << "  " << control::text_of(silenced[i]) << '\n';
    if (silenced.size() > kMostShown) {
        std::cerr << "  and those of " << silenced.size() - kMostShown << " more additions\n";
    }
    return result::Done{};
}

/// Prints the policy in `path` with the additions. False, and said why, if it would be none.
bool print_merged(const std::string& path, const control::Configuration& configuration,
                  const control::Learned& learned) {
    const auto text = yaml::read_text(path);
    if (!text) {
        input_error(path + ": " + text.error().message);
        return false;
    }
    yaml::Problems problems;
    if (!control::is_policy(*text, path, configuration, problems)) {
        for (const yaml::Problem& problem : problems.sorted())
            std::cerr << problem.to_string() << '\n';
        return false;
    }
    const auto merged = control::merge_into(*text, path, learned);
    if (!merged) {
        std::cerr << merged.error().message << '\n';
        return false;
    }
    yaml::Problems of_merged;
    if (!control::is_policy(merged->text, path, configuration, of_merged)) {
        for (const yaml::Problem& problem : of_merged.sorted())
            std::cerr << control::told_of(problem, *merged) << '\n';
        return false;
    }
    for (const std::string& line : merged->by_hand)
        std::cerr << line << '\n';
    std::cout << merged->text;
    return true;
}

int learn(const CommandLine& line, const control::Configuration& configuration,
          const control::LearnOptions& options) {
    control::Learning learning{configuration, options};
    auto recording =
        control::Recording::read(line.positional(), std::array{&configuration},
                                 [&](const Observation& session) { learning.take(session); });
    if (!recording) return input_error(recording.error().message);
    const control::Learned learned = learning.finish();
    if (!tell_of_files(recording->files(), learned.sessions)) return kBadInput;
    if (const auto path = line.value("--merge")) {
        if (!print_merged(*path, configuration, learned)) return kBadInput;
    } else {
        std::cout << control::proposal_text(learned);
    }
    std::cout << std::flush;
    if (learned.anonymous != 0) {
        std::cerr << "offport learn: nothing was learned from "
                  << report::counted(learned.anonymous, "session")
                  << " of which neither app nor app group is known\n";
    }
    if (learned.is_full) {
        std::cerr << "offport learn: there are more apps, ports and devices than are counted, and "
                     "what could not be weighed is left out; learn from fewer files at once\n";
    }
    if (learned.counted != 0 && !learned.names_devices && !options.by_address) {
        std::cerr << "offport learn: no record names a device, so nothing has the support of "
                     "--min-devices; --by-address counts client addresses instead\n";
    }
    const auto told = tell_of_silenced(*recording, configuration, learned);
    return told ? kDone : input_error(told.error().message);
}

int run(const Words& words) {
    const auto line = CommandLine::read(words, {{"-c"},
                                                {"--merge"},
                                                {"--min-sessions"},
                                                {"--min-devices"},
                                                {"--min-days"},
                                                {"--background", false},
                                                {"--reserved", false},
                                                {"--by-address", false}});
    if (!line) return usage_error(kLearn, line.error().message);
    if (line->positional().empty()) return usage_error(kLearn, "give at least one EVE file");
    const auto options = options_of(*line);
    if (!options) return usage_error(kLearn, options.error().message);
    const auto policy = line->value("--merge");
    const auto configuration =
        policy && !line->has("-c") ? configuration_for(*policy) : configuration_of(*line);
    if (!configuration) return kBadInput;
    return learn(*line, *configuration, *options);
}

}  // namespace

const Command kLearn{
    .name = "learn",
    .summary = "propose additions to a policy from recorded flows",
    .usage =
        "usage: offport learn EVE... [-c DIR] [--merge POLICY] [--min-sessions N]\n"
        "                     [--min-devices N] [--min-days N] [--by-address]\n"
        "                     [--background] [--reserved]\n\n"
        "  EVE             flow records, as `offport replay --flows --eve FILE` and `offport run`\n"
        "                  write them\n"
        "  -c DIR          the policy to which something may be missing; with --merge that one,\n"
        "                  else the shipped one, if left out\n"
        "  --merge POLICY  print this file with the additions in it, each marked `# review`; "
        "every\n"
        "                  line that is there stays. What has no plain place is told on standard\n"
        "                  error, to be added by hand\n"
        "  --min-sessions N, --min-devices N, --min-days N\n"
        "                  the least support of what is proposed (3, 2, 1)\n"
        "  --by-address    count a client's address as a device where no feed named one; one\n"
        "                  device may have many\n"
        "  --background    propose what recurs while nobody uses the app, too: in the background,\n"
        "                  on a locked or untouched device; malware does\n"
        "  --reserved      propose what runs on ports that are kept for other protocols, too\n\n"
        "What is denied is never proposed. What is approved already, what nothing recognises, and\n"
        "sessions that only one side spoke in are passed over. What the additions, those to be "
        "made\n"
        "by hand included, would have silenced is told on standard error.\n",
    .run = run,
};

}  // namespace sensor::commands
