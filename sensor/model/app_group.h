// A set of apps that share a tunnel: what an in-band tag can tell. Cold side.
#pragma once

#include <string>
#include <vector>

namespace sensor {

/// Its AppGroupId is its place in the identity configuration's list, plus one.
struct AppGroup {
    std::string name;
    std::vector<std::string> apps;  ///< package or bundle ids; empty if not known
};

}  // namespace sensor
