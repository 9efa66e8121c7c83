// offport reload: the daemon takes up a changed configuration.

#include "sensor/control/reload.h"

#include <filesystem>
#include <iostream>

#include "sensor/commands/command.h"

namespace sensor::commands {
namespace {

int run(const Words& words) {
    const auto line = CommandLine::read(words, {{"-c"}});
    if (!line) return usage_error(kReload, line.error().message);
    const auto directory = line->value("-c");
    if (!directory || !line->positional().empty()) {
        return usage_error(kReload, "give the directory of the daemon's configuration with -c");
    }
    yaml::Problems problems;
    const auto sensor = control::load_sensor_config(*directory, problems);
    for (const yaml::Problem& problem : problems.sorted())
        std::cerr << problem.to_string() << '\n';
    if (!sensor) return kBadInput;
    if (sensor->control_socket.empty()) {
        return input_error("control_socket in sensor.yaml is off; send SIGHUP to the daemon");
    }
    const auto outcome = control::ask_for_reload(
        sensor->control_socket, std::filesystem::absolute(*directory).lexically_normal().string());
    if (!outcome) return input_error(outcome.error().message);
    for (const std::string& problem : outcome->problems)
        std::cerr << problem << '\n';
    std::cerr << "offport: " << outcome->verdict << '\n';
    return outcome->accepted ? kDone : kBadInput;
}

}  // namespace

const Command kReload{
    .name = "reload",
    .summary = "make the daemon take up a changed policy, and say whether it did",
    .usage =
        "usage: offport reload -c DIR\n\n"
        "  -c DIR    the directory with which `offport run` was started\n\n"
        "Exits with 0 once the policy in DIR holds. If it is not sound, or comes with what is "
        "fixed\n"
        "at start, nothing changes: the reasons are printed, FILE:LINE:COLUMN each, and the exit "
        "code\n"
        "is 1. The daemon is asked at `control_socket` of sensor.yaml, by its user or root.\n",
    .run = run,
};

}  // namespace sensor::commands
