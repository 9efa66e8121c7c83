// The values that occur all over policy.yaml: ports, protocols, patterns, dates. Each reader
// reports what is wrong and leaves it out.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/yaml/yaml.h"
#include "sensor/judge/policy.h"
#include "sensor/judge/policy_load.h"

namespace sensor::judge {

/// A name that stands for a section which may come later, or in another file.
struct Reference {
    std::string what;  ///< "role"
    std::string name;
    yaml::Place place;
};

/// What a file takes from those that it includes: whatever they say of it is left out.
struct Override {
    std::string path;  ///< "ReservedPorts.tcp/443"
    yaml::Place place;
    bool is_used = false;  ///< one of them says something of it
};

/// What all readers of one policy share.
struct Reading {
    const Vocabulary& vocabulary;
    Timestamp today;
    yaml::Problems& problems;
    Policy& policy;
    /// Where each name was given first: names count across included files.
    std::map<std::string, yaml::Place, std::less<>> given;
    std::vector<Reference> roles_named{};
    std::vector<Reference> service_classes_named{};
    /// Of the files that include the one being read.
    std::vector<Override> overrides{};

    /// Notes that `path` ("roles.mail") is given at `node`. False if that does not count: a file
    /// that includes this one overrides it, or, which is reported, it was given before.
    bool claim(const std::string& path, const yaml::Node& node);
};

/// "tcp/443" in two parts, or the part after the slash: a port, a range, or "any".
[[nodiscard]] std::optional<PortRange> as_ports(const yaml::Node& node, std::string_view text,
                                                yaml::Problems& problems);
/// {tcp: [443, "3478-3481"], udp: any}; reports one that names no port.
[[nodiscard]] PortSet as_port_set(const yaml::Node& node, const std::string& what,
                                  yaml::Problems& problems);

/// A name in the catalog, or "unknown".
[[nodiscard]] std::optional<std::string> as_protocol(const yaml::Node& node,
                                                     const Reading& reading);
[[nodiscard]] std::vector<std::string> as_protocols(const yaml::Node& node, const Reading& reading);
/// Warns if `ports` has a transport over which `protocol` is never recognised.
void warn_of_transport(const std::string& protocol, const PortSet& ports, const yaml::Place& place,
                       const Reading& reading);
/// {tls: {tcp: 443}, ...}
[[nodiscard]] Allowances as_allowances(const yaml::Node& node, const Reading& reading);
/// The names of app groups.
[[nodiscard]] std::vector<std::string> as_app_groups(const yaml::Node& node,
                                                     const Reading& reading);

[[nodiscard]] std::optional<std::string> as_glob(const yaml::Node& node, yaml::Problems& problems);
[[nodiscard]] std::vector<std::string> as_globs(const yaml::Node& node, yaml::Problems& problems);
[[nodiscard]] std::vector<Prefix> as_prefixes(const yaml::Node& node, yaml::Problems& problems);
/// A text that says something.
[[nodiscard]] std::string as_sentence(const yaml::Node& node, std::string_view what,
                                      yaml::Problems& problems);
/// YYYY-MM-DD in UTC: its first moment.
[[nodiscard]] std::optional<Timestamp> as_date(const yaml::Node& node, yaml::Problems& problems);

}  // namespace sensor::judge
