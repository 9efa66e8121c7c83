// offport judge: what would this policy have found in recorded flows?

#include <chrono>
#include <iomanip>
#include <iostream>
#include <sstream>

#include <unistd.h>

#include "sensor/commands/command.h"
#include "sensor/commands/configuration_option.h"
#include "sensor/commands/judge_report.h"
#include "sensor/commands/recording_files.h"
#include "sensor/commands/terminal.h"
#include "sensor/report/wording.h"

namespace sensor::commands {
namespace {

using Clock = std::chrono::steady_clock;

std::string speed_text(const control::Recording& recording, Clock::duration taken) {
    const double seconds = std::chrono::duration<double>(taken).count();
    std::ostringstream text;
    text << "judged " << report::counted(recording.flows(), "flow record") << " in " << std::fixed
         << std::setprecision(2) << seconds << " s";
    return text.str();
}

int report_alone(const control::Configuration& configuration, const control::Rejudged& rejudged,
                 bool json) {
    if (json) {
        print_alerts(std::cout, rejudged, configuration.sensor.name);
    } else {
        print_rejudged(std::cout, rejudged, configuration.policy, style_for(STDOUT_FILENO));
    }
    return kDone;
}

int report_against(const control::Configuration& configuration, const control::Rejudged& before,
                   const control::Rejudged& after, bool json) {
    const auto differences = control::differences_between(before, after);
    if (json) {
        print_difference_lines(std::cout, differences, configuration.sensor.name);
    } else {
        print_differences(std::cout, differences, style_for(STDOUT_FILENO));
    }
    return kDone;
}

int judge_recording(const CommandLine& line, const control::Configuration& configuration,
                    const control::Configuration* other) {
    const auto started = Clock::now();
    std::vector<const control::Configuration*> asked{&configuration};
    if (other != nullptr) asked.push_back(other);
    auto recording = control::Recording::read(line.positional(), asked);
    if (!recording) return input_error(recording.error().message);
    const auto rejudged = recording->judge(asked);
    if (!rejudged) return input_error(rejudged.error().message);
    const bool json = line.has("--json");
    if (other == nullptr) {
        report_alone(configuration, rejudged->front(), json);
    } else {
        report_against(configuration, rejudged->back(), rejudged->front(), json);
    }
    std::cout << std::flush;
    const bool is_whole = tell_of_files(recording->files(), recording->flows());
    std::cerr << speed_text(*recording, Clock::now() - started) << '\n';
    return is_whole ? kDone : kBadInput;
}

int run(const Words& words) {
    const auto line = CommandLine::read(words, {{"-c"}, {"--against"}, {"--json", false}});
    if (!line) return usage_error(kJudge, line.error().message);
    if (line->positional().empty()) {
        return usage_error(kJudge, "give at least one EVE file");
    }
    const auto configuration = configuration_of(*line);
    if (!configuration) return kBadInput;
    std::optional<control::Configuration> other;
    if (const auto directory = line->value("--against")) {
        other = configuration_at(*directory);
        if (!other) return kBadInput;
    }
    return judge_recording(*line, *configuration, other ? &*other : nullptr);
}

}  // namespace

const Command kJudge{
    .name = "judge",
    .summary = "say what a policy would have found in recorded flows",
    .usage =
        "usage: offport judge [-c DIR] EVE... [--against DIR2] [--json]\n\n"
        "  EVE             flow records, as `offport replay --flows --eve FILE` and `offport run`\n"
        "                  write them; all files together are one stretch of time, and records\n"
        "                  of other types are passed over\n"
        "  -c DIR          the policy to ask, with its identity.yaml and sensor.yaml; the shipped\n"
        "                  one if left out\n"
        "  --against DIR2  what sets DIR apart from DIR2: findings gained, lost and changed\n"
        "  --json          findings as EVE alerts, one a line; with --against one object a line,\n"
        "                  with `change`, `before` and `after`\n\n"
        "Lines that are no records are told with their place and left out; the exit code is then "
        "1.\n",
    .run = run,
};

}  // namespace sensor::commands
