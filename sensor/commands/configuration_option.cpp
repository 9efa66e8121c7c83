#include "sensor/commands/configuration_option.h"

#include <chrono>
#include <iostream>
#include <utility>

#include "sensor/control/feeds/feed_files.h"

namespace sensor::commands {

namespace {

template <class Load>
control::Reading read(Load&& load) {
    yaml::Problems problems;
    const auto today = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    control::Reading reading{.configuration = load(today, problems), .problems = {}};
    for (const yaml::Problem& problem : problems.sorted())
        reading.problems.push_back(problem.to_string());
    return reading;
}

control::Reading read_at(const std::optional<std::string>& directory) {
    return read([&](Timestamp today, yaml::Problems& problems) {
        return control::load_configuration(directory, today, problems);
    });
}

std::optional<control::Configuration> told(control::Reading reading) {
    for (const std::string& problem : reading.problems)
        std::cerr << problem << '\n';
    return std::move(reading.configuration);
}

}  // namespace

control::Reading read_configuration(const CommandLine& line) {
    return read_at(line.value("-c"));
}

std::optional<control::Configuration> configuration_of(const CommandLine& line) {
    return configuration_at(line.value("-c"));
}

std::optional<control::Configuration> configuration_at(
    const std::optional<std::string>& directory) {
    return told(read_at(directory));
}

std::optional<control::Configuration> configuration_for(const std::string& policy_path) {
    return told(read([&](Timestamp today, yaml::Problems& problems) {
        return control::load_configuration_for(policy_path, today, problems);
    }));
}

bool has_feed_files(const control::Configuration& configuration) {
    yaml::Problems problems;
    control::check_feed_files(configuration.feeds, problems);
    for (const yaml::Problem& problem : problems.sorted())
        std::cerr << problem.to_string() << '\n';
    return !problems.has_errors();
}

}  // namespace sensor::commands
