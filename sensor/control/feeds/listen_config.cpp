#include "sensor/control/feeds/listen_config.h"

#include "sensor/model/prefix_reader.h"

namespace sensor::control {

std::vector<net::Endpoint> read_endpoints(const yaml::Node& node, yaml::Problems& problems) {
    std::vector<net::Endpoint> endpoints;
    for (const yaml::Node& element : node.elements()) {
        const auto text = as_text(element, problems);
        if (!text) continue;
        auto endpoint = net::parse_endpoint(*text);
        if (endpoint) {
            endpoints.push_back(*std::move(endpoint));
        } else {
            problems.error(element.place(), endpoint.error().message);
        }
    }
    return endpoints;
}

std::vector<Prefix> read_prefixes(const yaml::Node& node, yaml::Problems& problems) {
    std::vector<Prefix> prefixes;
    for (const yaml::Node& element : node.elements()) {
        const auto text = as_text(element, problems);
        if (!text) continue;
        const auto prefix = read_prefix(*text);
        if (prefix) {
            prefixes.push_back(*prefix);
        } else {
            problems.error(element.place(), prefix.error().message);
        }
    }
    return prefixes;
}

std::string read_file_name(const yaml::Node& node, yaml::Problems& problems) {
    const auto text = as_text(node, problems);
    if (!text) return {};
    if (!text->starts_with('/')) problems.error(node.place(), "give an absolute path, /" + *text);
    return *text;
}

}  // namespace sensor::control
