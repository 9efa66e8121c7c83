// `feeds.radius` in identity.yaml.
#pragma once

#include <string>
#include <vector>

#include "lib/net/endpoint.h"
#include "lib/yaml/yaml.h"
#include "sensor/attribute/feeds/radius.h"

namespace sensor::control {

struct RadiusConfig {
    std::vector<net::Endpoint> listen;  ///< empty for nowhere
    std::vector<attribute::feeds::RadiusClient> clients;
    std::vector<attribute::feeds::radius::GroupSource> group_sources =
        attribute::feeds::radius::GroupOrder{}.sources;
    bool reply = true;
    bool mirrored = false;          ///< read what the ports see, too
    bool trust_unverified = false;  ///< mirrored requests of addresses that no client has
};

/// `node` may be undefined. What is wrong goes into `problems`; no secret does.
[[nodiscard]] RadiusConfig read_radius_config(const yaml::Node& node, yaml::Problems& problems);

}  // namespace sensor::control
