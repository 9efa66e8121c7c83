#include "sensor/control/sensor_config.h"

#include <algorithm>
#include <cstdlib>

#include <unistd.h>

#include "lib/net/endpoint.h"
#include "sensor/control/evidence_config.h"

namespace sensor::control {
namespace {

void read_limits(const yaml::Node& node, flow::Limits& limits, yaml::Problems& problems) {
    constexpr std::int64_t kMostSessions = 1
                                           << 28;  // entry numbers leave a bit for the timer wheel
    constexpr std::int64_t kMostFirstBytes = 1 << 20;
    yaml::Map map{node, "limits", problems};
    if (const auto sessions = as_integer(map.optional("sessions"), 16, kMostSessions, problems)) {
        limits.sessions = static_cast<std::size_t>(*sessions);
    }
    if (const auto count = as_integer(map.optional("first_bytes"), 16, kMostFirstBytes, problems)) {
        limits.first_bytes = static_cast<std::size_t>(*count);
    }
    map.finish();
}

void read_timeouts(const yaml::Node& node, flow::Timeouts& timeouts, yaml::Problems& problems) {
    yaml::Map map{node, "timeouts", problems};
    const auto read = [&](std::string_view key, Duration& timeout) {
        const yaml::Node value = map.optional(key);
        const auto duration = as_duration(value, problems);
        if (!duration) return;
        if (*duration < std::chrono::seconds{2}) {
            problems.error(value.place(), std::string{key} + " must be at least 2s");
        }
        timeout = *duration;
    };
    read("tcp_handshake", timeouts.tcp_handshake);
    read("tcp_open", timeouts.tcp_open);
    read("tcp_closed", timeouts.tcp_closed);
    read("udp_one_way", timeouts.udp_one_way);
    read("udp_both_ways", timeouts.udp_both_ways);
    map.finish();
}

void read_decode(const yaml::Node& node, decode::Options& options, yaml::Problems& problems) {
    constexpr std::int64_t kMostDatagrams = 65536;
    yaml::Map map{node, "decode", problems};
    if (const auto separates = as_bool(map.optional("vlan_separates_sessions"), problems)) {
        options.vlan_in_scope = *separates;
    }
    if (const auto carriers = as_bool(map.optional("carriers"), problems)) {
        options.carriers = *carriers;
    }
    const yaml::Node datagrams = map.optional("fragmented_datagrams");
    if (const auto count = as_integer(datagrams, 1, kMostDatagrams, problems)) {
        options.reassembly.datagrams = static_cast<std::size_t>(*count);
    }
    const yaml::Node timeout = map.optional("fragment_timeout");
    if (const auto duration = as_duration(timeout, problems)) {
        if (*duration < std::chrono::seconds{1}) {
            problems.error(timeout.place(), "fragment_timeout must be at least 1s");
        }
        options.reassembly.timeout = *duration;
    }
    map.finish();
}

bool is_protocol_name(std::string_view name) {
    return !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    });
}

std::vector<std::string> read_patterns(const yaml::Node& node, yaml::Problems& problems) {
    std::vector<std::string> patterns;
    for (const yaml::Node& element : node.elements()) {
        const auto pattern = as_text(element, problems);
        if (!pattern) continue;
        if (const auto objection = identify::Signatures::check_pattern(*pattern)) {
            problems.error(element.place(), *objection);
        }
        patterns.push_back(*pattern);
    }
    return patterns;
}

identify::OwnProtocol read_protocol(const yaml::Node& node, std::vector<std::string>& taken,
                                    yaml::Problems& problems) {
    identify::OwnProtocol protocol;
    yaml::Map map{node, "a protocol", problems};
    const yaml::Node name = map.required("name");
    if (const auto text = as_text(name, problems)) {
        if (!is_protocol_name(*text)) {
            problems.error(name.place(),
                           "a protocol's name is lower-case letters, digits and "
                           "hyphens, got '" +
                               *text + "'");
        } else if (std::ranges::find(taken, *text) != taken.end()) {
            problems.error(name.place(),
                           "there is a protocol '" + *text + "' already; choose another name");
        }
        taken.push_back(*text);
        protocol.name = *text;
    }
    const auto transport = as_word(map.optional("transport"), {"tcp", "udp", "both"}, problems);
    if (transport == "udp") protocol.transports = identify::kOverUdp;
    if (transport == "both") protocol.transports = identify::kOverTcp | identify::kOverUdp;
    protocol.client = read_patterns(map.optional("client"), problems);
    protocol.server = read_patterns(map.optional("server"), problems);
    map.finish();
    if (node.is_map() && protocol.client.empty() && protocol.server.empty()) {
        problems.error(node.place(),
                       "a protocol needs signatures: give `client`, `server` or both");
    }
    return protocol;
}

/// Of the environment; empty if it is not there.
std::string variable(const char* name) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing sets it
    return value == nullptr ? std::string{} : std::string{value};
}

/// An absolute path, or off, which is the empty one; `otherwise` if the key is left out.
std::string read_path(yaml::Map& map, std::string_view key, std::string_view what,
                      std::string otherwise, yaml::Problems& problems) {
    const yaml::Node node = map.optional(key);
    const auto text = as_text(node, problems);
    if (!text) return otherwise;
    if (*text == "off") return {};
    if (!text->starts_with('/')) {
        problems.error(node.place(),
                       std::string{key} + " must be an absolute " + std::string{what} + " or off");
    }
    return *text;
}

}  // namespace

std::string default_control_socket() {
    const std::string directories = variable("RUNTIME_DIRECTORY");  // with colons between them
    if (directories.starts_with('/')) {
        return directories.substr(0, directories.find(':')) + "/control.sock";
    }
    if (::geteuid() == 0) return "/run/offport/control.sock";
    if (const std::string own = variable("XDG_RUNTIME_DIR"); own.starts_with('/')) {
        return own + "/offport/control.sock";
    }
    return "/tmp/offport-" + std::to_string(::geteuid()) + "/control.sock";
}

std::string default_signature_cache() {
    if (const std::string own = variable("CACHE_DIRECTORY"); own.starts_with('/')) return own;
    if (const std::string all = variable("XDG_CACHE_HOME"); all.starts_with('/')) {
        return all + "/offport";
    }
    if (const std::string home = variable("HOME"); home.starts_with('/')) {
        return home + "/.cache/offport";
    }
    return {};
}

std::string default_state_directory() {
    const std::string directories = variable("STATE_DIRECTORY");  // with colons between them
    if (directories.starts_with('/')) return directories.substr(0, directories.find(':'));
    if (::geteuid() == 0) return "/var/lib/offport";
    if (const std::string all = variable("XDG_STATE_HOME"); all.starts_with('/')) {
        return all + "/offport";
    }
    if (const std::string home = variable("HOME"); home.starts_with('/')) {
        return home + "/.local/state/offport";
    }
    return {};
}

SensorConfig read_sensor_config(const yaml::Node& document, yaml::Problems& problems) {
    SensorConfig config;
    yaml::Map map{document, "sensor.yaml", problems};
    const yaml::Node name = map.optional("sensor_name");
    if (const auto text = as_text(name, problems)) {
        if (text->empty()) problems.error(name.place(), "sensor_name must not be empty");
        config.name = *text;
    }
    read_limits(map.optional("limits"), config.limits, problems);
    read_timeouts(map.optional("timeouts"), config.timeouts, problems);
    config.signature_cache =
        read_path(map, "signature_cache", "directory", default_signature_cache(), problems);
    config.control_socket =
        read_path(map, "control_socket", "path", default_control_socket(), problems);
    config.state = read_path(map, "state", "directory", default_state_directory(), problems);
    const yaml::Node user = map.optional("user");
    config.user_place = user.defined() ? user.place() : document.place();
    if (const auto text = as_text(user, problems)) {
        if (text->empty()) problems.error(user.place(), "user must not be empty");
        config.user = *text;
    }
    const yaml::Node metrics = map.optional("metrics");
    if (const auto text = as_text(metrics, problems)) {
        const auto endpoint = net::parse_endpoint(*text);
        if (*text != "off" && !endpoint) {
            problems.error(metrics.place(), endpoint.error().message + ", or off");
        }
        config.metrics = *text == "off" ? std::string{} : *text;
    }
    config.outputs = read_outputs(map.optional("outputs"), problems);
    config.evidence = read_evidence(map.optional("evidence"), problems);
    read_decode(map.optional("decode"), config.decode, problems);
    std::vector<std::string> taken = identify::catalog_names();
    const yaml::Node protocols = map.optional("protocols");
    const std::size_t room = kMaxProtocols - taken.size();
    for (const yaml::Node& element : protocols.elements()) {
        if (config.protocols.size() == room) {
            problems.error(element.place(), "too many protocols: there is room for " +
                                                std::to_string(room) + " of your own");
            break;
        }
        config.protocols.push_back(read_protocol(element, taken, problems));
    }
    map.finish();
    return config;
}

}  // namespace sensor::control
