// `evidence` of sensor.yaml: whether first packets of sessions are kept, and which of their bytes.
#pragma once

#include "lib/yaml/yaml.h"
#include "sensor/evidence/options.h"

namespace sensor::control {

/// What is wrong goes into `problems`; the result is then not to be used.
[[nodiscard]] evidence::Options read_evidence(const yaml::Node& node, yaml::Problems& problems);

}  // namespace sensor::control
