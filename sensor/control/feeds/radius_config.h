// `feeds.radius` in identity.yaml.
#pragma once

#include <string>
#include <vector>

#include "lib/net/endpoint.h"
#include "lib/yaml/yaml.h"
#include "sensor/attribute/feeds/radius.h"
#include "sensor/model/app_group.h"

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

/// The reader that `config` describes, of requests that can be verified.
[[nodiscard]] attribute::feeds::RadiusReader::Options radius_reader_options(
    const RadiusConfig& config, const std::vector<AppGroup>& groups);

}  // namespace sensor::control
