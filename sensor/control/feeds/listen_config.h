// Where feeds listen, and whom they hear, as identity.yaml has it.
#pragma once

#include <string>
#include <vector>

#include "lib/net/endpoint.h"
#include "lib/yaml/yaml.h"
#include "sensor/model/address.h"

namespace sensor::control {

/// A list of "0.0.0.0:1813", or one; what is wrong goes into `problems`.
[[nodiscard]] std::vector<net::Endpoint> read_endpoints(const yaml::Node& node,
                                                        yaml::Problems& problems);
/// A list of address blocks, or one; ditto.
[[nodiscard]] std::vector<Prefix> read_prefixes(const yaml::Node& node, yaml::Problems& problems);

/// An absolute path; empty if there is none.
[[nodiscard]] std::string read_file_name(const yaml::Node& node, yaml::Problems& problems);

/// Of a socket's peer.
[[nodiscard]] inline Endpoint endpoint_of(const net::Peer& peer) noexcept {
    return {.address = {peer.address}, .port = PortNumber{peer.port}};
}

}  // namespace sensor::control
