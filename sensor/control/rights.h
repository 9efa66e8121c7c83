// What the daemon may do once it has begun: what capturing needs, and no more.
#pragma once

#include <optional>
#include <string>

#include "lib/yaml/yaml.h"
#include "sensor/control/configuration.h"

namespace sensor::control {

/// Gives up what is not needed, and becomes `user` of sensor.yaml if there is one. Call it before
/// any thread is made. What speaks against it, if anything does.
///
/// Kept are the capabilities that opening an interface again needs. Whoever stays who it is may
/// still read and write the files it could before; a driver of DPDK's may need anything, so with a
/// `device` among the ports and no `user`, nothing is given up.
[[nodiscard]] std::optional<yaml::Problem> give_up_rights(const Configuration& configuration);

/// Why this process could not open `path` again once it was renamed, in one line; empty if it
/// could.
[[nodiscard]] std::string reopening_objection(const std::string& path);

}  // namespace sensor::control
