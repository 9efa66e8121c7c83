#include "sensor/commands/configuration_option.h"

#include <chrono>
#include <iostream>
#include <utility>

namespace sensor::commands {

control::Reading read_configuration(const CommandLine& line) {
    yaml::Problems problems;
    const auto today = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    control::Reading reading{
        .configuration = control::load_configuration(line.value("-c"), today, problems),
        .problems = {}};
    for (const yaml::Problem& problem : problems.sorted())
        reading.problems.push_back(problem.to_string());
    return reading;
}

std::optional<control::Configuration> configuration_of(const CommandLine& line) {
    auto reading = read_configuration(line);
    for (const std::string& problem : reading.problems)
        std::cerr << problem << '\n';
    return std::move(reading.configuration);
}

}  // namespace sensor::commands
