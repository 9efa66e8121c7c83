// The -c option that several subcommands share.
#pragma once

#include <optional>
#include <string>

#include "sensor/commands/command.h"
#include "sensor/control/reload.h"

namespace sensor::commands {

/// Reads what `-c` names, or the shipped configuration, and prints nothing.
[[nodiscard]] control::Reading read_configuration(const CommandLine& line);

/// Loads what `-c` names, or the shipped configuration. Every problem goes to standard error, one a
/// line; nothing if there are errors.
[[nodiscard]] std::optional<control::Configuration> configuration_of(const CommandLine& line);
/// The same of a directory; the shipped configuration if there is none.
[[nodiscard]] std::optional<control::Configuration> configuration_at(
    const std::optional<std::string>& directory);
/// The same of a policy file, with the other files beside it.
[[nodiscard]] std::optional<control::Configuration> configuration_for(
    const std::string& policy_path);

/// Whether the files that its feeds need are there and sound. What is not goes to standard error,
/// one a line.
[[nodiscard]] bool has_feed_files(const control::Configuration& configuration);

}  // namespace sensor::commands
