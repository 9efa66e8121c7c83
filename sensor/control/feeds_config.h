// `feeds` in identity.yaml: where the daemon hears identity events from.
#pragma once

#include "lib/yaml/yaml.h"
#include "sensor/control/ipfix_config.h"
#include "sensor/control/radius_config.h"

namespace sensor::control {

struct FeedsConfig {
    RadiusConfig radius;
    IpfixConfig ipfix;
};

/// Reads what stands under `feeds` in the whole document identity.yaml; nothing there means no
/// feed. What is wrong goes into `problems`; the result is then not to be used.
[[nodiscard]] FeedsConfig read_feeds_config(const yaml::Node& document, yaml::Problems& problems);

}  // namespace sensor::control
