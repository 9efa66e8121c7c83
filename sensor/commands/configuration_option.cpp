#include "sensor/commands/configuration_option.h"

#include <chrono>
#include <iostream>
#include <utility>

namespace sensor::commands {

namespace {

control::Reading read(const std::optional<std::string>& directory) {
    yaml::Problems problems;
    const auto today = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    control::Reading reading{
        .configuration = control::load_configuration(directory, today, problems), .problems = {}};
    for (const yaml::Problem& problem : problems.sorted())
        reading.problems.push_back(problem.to_string());
    return reading;
}

}  // namespace

control::Reading read_configuration(const CommandLine& line) {
    return read(line.value("-c"));
}

std::optional<control::Configuration> configuration_of(const CommandLine& line) {
    return configuration_at(line.value("-c"));
}

std::optional<control::Configuration> configuration_at(
    const std::optional<std::string>& directory) {
    auto reading = read(directory);
    for (const std::string& problem : reading.problems)
        std::cerr << problem << '\n';
    return std::move(reading.configuration);
}

}  // namespace sensor::commands
