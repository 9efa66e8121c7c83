#include "sensor/control/configuration.h"

#include <algorithm>
#include <filesystem>

#include "sensor/control/built_in.h"
#include "sensor/judge/policy_load.h"

namespace sensor::control {
namespace {

/// `name` in the directory if it is there, else the shipped file of that name.
yaml::Node document(const std::optional<std::string>& directory, const std::string& name,
                    Configuration& configuration, yaml::Problems& problems) {
    const std::string path = directory ? *directory + "/" + name : std::string{};
    std::error_code ignored;  // what cannot be looked at cannot be read either, and that is said
    const bool is_there = directory && std::filesystem::exists(path, ignored);
    configuration.files.push_back(is_there ? path : "built-in " + name);
    const auto text = is_there ? yaml::read_text(path) : std::string{built_in_file(name)};
    if (!text) {
        problems.error({.file = {}, .line = 0, .column = 0}, path + ": " + text.error().message);
        return {};
    }
    configuration.texts[name] = *text;
    return yaml::load_text(*text, configuration.files.back(), problems);
}

judge::Vocabulary vocabulary_of(const Configuration& configuration) {
    judge::Vocabulary vocabulary{.protocols = configuration.protocol_names, .app_groups = {}};
    for (const AppGroup& group : configuration.identity.groups) {
        vocabulary.app_groups.push_back(group.name);
    }
    const auto note = [&](const std::string& name, std::uint8_t transports) {
        if (transports == identify::kOverTcp) vocabulary.tcp_only.push_back(name);
        if (transports == identify::kOverUdp) vocabulary.udp_only.push_back(name);
    };
    const auto names = identify::catalog_names();
    for (std::size_t id = 1; id < names.size(); ++id) {
        note(names[id], identify::Signatures::row_of(static_cast<ProtocolId>(id))->transports);
    }
    for (const identify::OwnProtocol& protocol : configuration.sensor.protocols)
        note(protocol.name, protocol.transports);
    return vocabulary;
}

/// False, and reported, if `path` is not a directory.
bool is_directory(const std::string& path, yaml::Problems& problems) {
    std::error_code ignored;  // what cannot be looked at is no directory that can be read
    const auto status = std::filesystem::status(path, ignored);
    if (std::filesystem::is_directory(status)) return true;
    const bool is_there = std::filesystem::exists(status);
    problems.error({.file = {}, .line = 0, .column = 0},
                   path + (is_there ? ": is not a directory; give the one with policy.yaml"
                                    : ": there is no such directory"));
    return false;
}

/// A policy reads its own includes, so it is loaded by path.
std::optional<judge::Policy> read_policy(const std::optional<std::string>& path,
                                         Configuration& configuration, Timestamp today,
                                         yaml::Problems& problems) {
    const judge::Vocabulary vocabulary = vocabulary_of(configuration);
    if (path) {
        configuration.files.push_back(*path);
        return judge::load_policy(configuration.files.back(), vocabulary, today, problems);
    }
    configuration.files.emplace_back("built-in policy.yaml");
    return judge::load_policy_text(built_in_file("policy.yaml"), configuration.files.back(),
                                   vocabulary, today, problems);
}

/// The file of that name as it was read.
std::string path_of(const std::string& name, const Configuration& configuration) {
    for (const std::string& file : configuration.files)
        if (file.ends_with(name)) return file;
    return name;
}

/// ":LINE:COLUMN" in `after` from which it is not `before` any more.
std::string first_difference(std::string_view before, std::string_view after) {
    const auto [ignored, differs] = std::ranges::mismatch(before, after);
    const auto same = after.substr(0, static_cast<std::size_t>(differs - after.begin()));
    const auto line_start = same.rfind('\n') + 1;  // npos wraps to the first character
    return ":" + std::to_string(1 + std::ranges::count(same, '\n')) + ":" +
           std::to_string(1 + same.size() - line_start);
}

std::optional<Configuration> load(const std::optional<std::string>& directory,
                                  const std::optional<std::string>& policy_path, Timestamp today,
                                  yaml::Problems& problems) {
    if (directory && !is_directory(*directory, problems)) return std::nullopt;
    Configuration configuration;
    configuration.capture =
        read_capture_config(document(directory, "capture.yaml", configuration, problems), problems);
    configuration.sensor =
        read_sensor_config(document(directory, "sensor.yaml", configuration, problems), problems);
    configuration.protocol_names = identify::catalog_names();
    for (const identify::OwnProtocol& protocol : configuration.sensor.protocols) {
        configuration.protocol_names.push_back(protocol.name);
    }
    const yaml::Node identity = document(directory, "identity.yaml", configuration, problems);
    configuration.identity = attribute::read_identity(identity, problems);
    configuration.feeds = read_feeds_config(identity, problems);
    check_http_feed(configuration.feeds.http, configuration.sensor.metrics, problems);
    auto policy = read_policy(policy_path, configuration, today, problems);
    if (!policy || problems.has_errors()) return std::nullopt;
    if (!policy->allows_anything()) {
        problems.warning({.file = configuration.files.back(), .line = 1, .column = 1},
                         "the policy approves nothing: every recognised protocol becomes a "
                         "finding; give AllowedProtocolPortMappings, or leave -c out for the "
                         "shipped policy");
    }
    configuration.policy = std::move(*policy);
    return configuration;
}

}  // namespace

std::optional<Configuration> load_configuration(const std::optional<std::string>& directory,
                                                Timestamp today, yaml::Problems& problems) {
    const auto policy_path = directory ? std::optional{*directory + "/policy.yaml"} : std::nullopt;
    return load(directory, policy_path, today, problems);
}

std::optional<Configuration> load_configuration_for(const std::string& policy_path, Timestamp today,
                                                    yaml::Problems& problems) {
    const std::string directory = std::filesystem::path{policy_path}.parent_path().string();
    return load(directory.empty() ? "." : directory, policy_path, today, problems);
}

bool is_policy(std::string_view text, const std::string& name, const Configuration& configuration,
               yaml::Problems& problems) {
    return judge::load_policy_text(text, name, vocabulary_of(configuration), Timestamp{}, problems)
        .has_value();
}

std::optional<SensorConfig> load_sensor_config(const std::string& directory,
                                               yaml::Problems& problems) {
    if (!is_directory(directory, problems)) return std::nullopt;
    Configuration configuration;
    auto sensor =
        read_sensor_config(document(directory, "sensor.yaml", configuration, problems), problems);
    if (problems.has_errors()) return std::nullopt;
    return sensor;
}

std::string restart_reason(const Configuration& current, const Configuration& next) {
    for (const auto& [name, text] : next.texts) {
        const std::string& before = current.texts.at(name);
        if (before == text) continue;
        return path_of(name, next) + first_difference(before, text) + ": " + name + " has changed";
    }
    if (next.policy.neighbours.any() && !current.policy.neighbours.any()) {
        return "Neighbours has changed: workers that told of what is not approved are to tell of "
               "all";
    }
    return current.policy.persistence_threshold == next.policy.persistence_threshold
               ? std::string{}
               : "PersistenceThreshold has changed";
}

}  // namespace sensor::control
