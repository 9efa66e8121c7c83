// Everything an operator configures, read and checked together.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/yaml/yaml.h"
#include "sensor/attribute/identity_config.h"
#include "sensor/control/capture_config.h"
#include "sensor/control/feeds/feeds_config.h"
#include "sensor/control/sensor_config.h"
#include "sensor/judge/policy.h"
#include "sensor/model/timestamp.h"

namespace sensor::control {

struct Configuration {
    CaptureConfig capture;
    SensorConfig sensor;
    attribute::IdentityConfig identity;
    FeedsConfig feeds;
    judge::Policy policy;
    std::vector<std::string> protocol_names;  ///< by ProtocolId: the catalog's, then the operator's
    std::vector<std::string> files;           ///< what was read, "built-in policy.yaml" included
    std::map<std::string, std::string> texts;  ///< by name, of all files but policy.yaml
};

/// Why a daemon that runs with `current` cannot go over to `next` without a restart, in one line;
/// empty if it can: all but the policy is fixed at start.
[[nodiscard]] std::string restart_reason(const Configuration& current, const Configuration& next);

/// Reads capture.yaml, sensor.yaml, identity.yaml and policy.yaml of `directory`. policy.yaml must
/// be there; a file that is not is replaced by the shipped one. Without a directory all are the
/// shipped ones. Nothing if there are errors; `problems` has all of them. `today` decides which
/// exceptions to warn of.
[[nodiscard]] std::optional<Configuration> load_configuration(
    const std::optional<std::string>& directory, Timestamp today, yaml::Problems& problems);

/// The same for a policy file of any name; the other files are those beside it.
[[nodiscard]] std::optional<Configuration> load_configuration_for(const std::string& policy_path,
                                                                  Timestamp today,
                                                                  yaml::Problems& problems);

/// Whether `text` is a policy beside the other files of `configuration`; `name` stands for its
/// file, and what it includes is relative to that.
[[nodiscard]] bool is_policy(std::string_view text, const std::string& name,
                             const Configuration& configuration, yaml::Problems& problems);

/// Reads sensor.yaml of `directory` alone; the shipped one if there is none. Nothing if there are
/// errors.
[[nodiscard]] std::optional<SensorConfig> load_sensor_config(const std::string& directory,
                                                             yaml::Problems& problems);

}  // namespace sensor::control
