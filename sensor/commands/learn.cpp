// offport learn: recorded flows in, a proposed policy out.

#include <algorithm>
#include <array>
#include <iostream>
#include <utility>

#include "sensor/commands/command.h"
#include "sensor/commands/configuration_option.h"
#include "sensor/commands/recording_files.h"
#include "sensor/control/review/policy_difference.h"
#include "sensor/control/review/proposal.h"
#include "sensor/report/style.h"
#include "sensor/report/wording.h"

namespace sensor::commands {
namespace {

result::Result<control::LearnOptions> options_of(const CommandLine& line) {
    constexpr long kMost = 1'000'000;
    control::LearnOptions options;
    options.background = line.has("--background");
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
result::Status tell_of_silenced(const Words& paths, const control::Configuration& before,
                                const control::Learned& learned) {
    control::Configuration after = before;
    after.policy = control::policy_with(before.policy, learned);
    auto recording = control::Recording::read(paths, std::array{&before, &std::as_const(after)});
    if (!recording) return recording.error();
    const auto without = recording->judge(before);
    if (!without) return without.error();
    const auto with = recording->judge(after);
    if (!with) return with.error();
    std::vector<const Finding*> silenced;
    for (const auto& [change, old, now] : control::differences_between(*without, *with)) {
        if (change == control::Change::kLost) silenced.push_back(old);
    }
    std::cerr << "offport learn: the additions would have silenced "
              << report::counted(silenced.size(), "finding") << " of " << without->findings.size()
              << " in this recording\n";
    constexpr std::size_t kMostShown = 50;
    for (std::size_t i = 0; i < std::min(silenced.size(), kMostShown); ++i) {
        std::cerr << "  " << name_of(silenced[i]->severity) << ' ' << silenced[i]->score << ": "
                  << report::printable(report::sentence_of(*silenced[i])) << '\n';
    }
    if (silenced.size() > kMostShown) {
        std::cerr << "  and " << silenced.size() - kMostShown << " more\n";
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
    const auto merged = control::merge_into(*text, path, learned);
    if (!merged) {
        std::cerr << merged.error().message << '\n';
        return false;
    }
    yaml::Problems problems;
    const bool is_sound = control::is_policy(merged->text, path, configuration, problems);
    for (const yaml::Problem& problem : problems.sorted())
        std::cerr << problem.to_string() << '\n';
    if (!is_sound) return false;
    for (const std::string& line : merged->by_hand)
        std::cerr << line << '\n';
    std::cout << merged->text;
    return true;
}

int learn(const CommandLine& line, const control::Configuration& configuration,
          const control::LearnOptions& options) {
    auto files = control::EveFiles::open(line.positional());
    if (!files) return input_error(files.error().message);
    const auto learned = control::Learning{configuration, options}.learn(*files);
    if (!learned) return input_error(learned.error().message);
    if (!tell_of_files(*files, learned->sessions)) return kBadInput;
    if (const auto path = line.value("--merge")) {
        if (!print_merged(*path, configuration, *learned)) return kBadInput;
    } else {
        std::cout << control::proposal_text(*learned);
    }
    std::cout << std::flush;
    if (learned->anonymous != 0) {
        std::cerr << "offport learn: nothing was learned from "
                  << report::counted(learned->anonymous, "session")
                  << " of which neither app nor app group is known\n";
    }
    if (learned->is_full) {
        std::cerr << "offport learn: there are more apps, ports and destinations than are counted; "
                     "learn from fewer files at once\n";
    }
    const auto told = tell_of_silenced(line.positional(), configuration, *learned);
    return told ? kDone : input_error(told.error().message);
}

int run(const Words& words) {
    const auto line = CommandLine::read(words, {{"-c"},
                                                {"--merge"},
                                                {"--min-sessions"},
                                                {"--min-devices"},
                                                {"--min-days"},
                                                {"--background", false}});
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
        "                     [--min-devices N] [--min-days N] [--background]\n\n"
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
        "  --background    propose what recurs in the background or on a locked device, too;\n"
        "                  malware does\n\n"
        "What is approved already, what nothing recognises, and sessions that only one side spoke\n"
        "in are passed over. What the additions would have silenced is told on standard error.\n",
    .run = run,
};

}  // namespace sensor::commands
