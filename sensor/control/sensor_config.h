// sensor.yaml: the sensor's sizes and timeouts, and the operator's own protocols.
#pragma once

#include <string>
#include <vector>

#include "lib/yaml/yaml.h"
#include "sensor/flow/tracker.h"
#include "sensor/identify/signatures.h"

namespace sensor::control {

struct SensorConfig {
    std::string name = "offport";
    flow::Limits limits;
    flow::Timeouts timeouts;
    bool vlan_separates_sessions = true;
    std::vector<identify::OwnProtocol> protocols;
};

/// What is wrong goes into `problems`; the result is then not to be used.
[[nodiscard]] SensorConfig read_sensor_config(const yaml::Node& document, yaml::Problems& problems);

}  // namespace sensor::control
