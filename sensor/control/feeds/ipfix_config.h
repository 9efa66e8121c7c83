// `feeds.ipfix` in identity.yaml.
#pragma once

#include <vector>

#include "lib/net/endpoint.h"
#include "lib/yaml/yaml.h"
#include "sensor/attribute/feeds/ipfix.h"

namespace sensor::control {

struct IpfixConfig {
    std::vector<net::Endpoint> udp;
    std::vector<net::Endpoint> tcp;
    std::vector<Prefix> exporters;  ///< whom it hears
    attribute::feeds::IpfixReader::Limits limits;
};

/// `node` may be undefined. What is wrong goes into `problems`.
[[nodiscard]] IpfixConfig read_ipfix_config(const yaml::Node& node, yaml::Problems& problems);

}  // namespace sensor::control
