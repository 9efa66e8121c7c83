#include "sensor/commands/configuration_option.h"

#include <chrono>
#include <iostream>

namespace sensor::commands {

std::optional<control::Configuration> configuration_of(const CommandLine& line) {
    yaml::Problems problems;
    const auto today = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    auto configuration = control::load_configuration(line.value("-c"), today, problems);
    for (const yaml::Problem& problem : problems.sorted())
        std::cerr << problem.to_string() << '\n';
    return configuration;
}

}  // namespace sensor::commands
