// sensor.yaml: the sensor's sizes and timeouts, and the operator's own protocols.
#pragma once

#include <string>
#include <vector>

#include "lib/yaml/yaml.h"
#include "sensor/control/outputs_config.h"
#include "sensor/decode/decoder.h"
#include "sensor/evidence/options.h"
#include "sensor/flow/tracker.h"
#include "sensor/identify/signatures.h"

namespace sensor::control {

struct SensorConfig {
    std::string name = "offport";
    flow::Limits limits;
    flow::Timeouts timeouts;
    decode::Options decode{.carriers = true, .reassembly = {}};
    /// Where compiled signatures are kept; empty for nowhere.
    std::string signature_cache;
    std::vector<identify::OwnProtocol> protocols;
    /// Where the daemon answers Prometheus, "127.0.0.1:9469"; empty for nowhere.
    std::string metrics = "127.0.0.1:9469";
    /// Where the daemon listens for `offport reload`; empty for nowhere.
    std::string control_socket;
    /// Where the daemon keeps what must survive it; empty for nowhere.
    std::string state;
    /// Where records go besides --eve.
    std::vector<OutputConfig> outputs;
    /// First packets for findings; `offport replay` has a directory of its own.
    evidence::Options evidence;
    std::string user;  ///< whom the daemon becomes; empty: it stays who it is
    yaml::Place user_place;
};

/// $CACHE_DIRECTORY as systemd sets it, else offport in $XDG_CACHE_HOME or in $HOME/.cache; empty
/// if the environment names none of them.
[[nodiscard]] std::string default_signature_cache();

/// $STATE_DIRECTORY as systemd sets it, else /var/lib/offport for root, offport in $XDG_STATE_HOME
/// or in $HOME/.local/state for others; empty if the environment names none of them.
[[nodiscard]] std::string default_state_directory();

/// control.sock in $RUNTIME_DIRECTORY as systemd sets it, else in offport's own directory: of /run
/// for root, of $XDG_RUNTIME_DIR or /tmp for others.
[[nodiscard]] std::string default_control_socket();

/// What is wrong goes into `problems`; the result is then not to be used.
[[nodiscard]] SensorConfig read_sensor_config(const yaml::Node& document, yaml::Problems& problems);

}  // namespace sensor::control
