// Which memory a card and a CPU are near: sysfs, as the kernel's Documentation/ABI describes it.
#pragma once

#include <string>
#include <vector>

#include "lib/yaml/yaml.h"
#include "sensor/control/capture_config.h"

namespace sensor::control {

/// A warning for each CPU of `config` that is on another NUMA node than a port whose frames it
/// looks at. `sysfs` is where that is mounted.
[[nodiscard]] std::vector<yaml::Problem> numa_warnings(const CaptureConfig& config,
                                                       const std::string& sysfs = "/sys");

}  // namespace sensor::control
