#include "sensor/control/capture_config.h"

#include <algorithm>

namespace sensor::control {
namespace {

constexpr std::int64_t kMostWorkers = 64;
constexpr std::int64_t kMostCpu = 1023;
constexpr std::int64_t kFewestBuffers = 2048;
constexpr std::int64_t kMostBuffers = 1 << 20;
constexpr std::chrono::milliseconds kLongestSleep{10};
constexpr std::chrono::milliseconds kLongestDelay{100};
constexpr std::size_t kLongestInterface = 15;  // IFNAMSIZ less the zero

/// Commas, brackets and equals signs mean something in a driver's arguments.
bool is_interface_name(std::string_view name) {
    return !name.empty() && name.size() <= kLongestInterface &&
           name.find_first_of(",/=[] \t") == std::string_view::npos;
}

CaptureConfig::Port read_port(const yaml::Node& node, yaml::Problems& problems) {
    CaptureConfig::Port port{.interface = {}, .device = {}, .place = node.place()};
    yaml::Map map{node, "a port", problems};
    const yaml::Node interface = map.optional("interface");
    const yaml::Node device = map.optional("device");
    if (const auto text = as_text(interface, problems)) {
        if (!is_interface_name(*text)) {
            problems.error(interface.place(), "'" + *text + "' cannot be a network interface");
        }
        port.interface = *text;
    }
    if (const auto text = as_text(device, problems)) {
        if (text->empty()) problems.error(device.place(), "device must not be empty");
        port.device = *text;
    }
    map.finish();
    if (node.is_map() && interface.defined() == device.defined()) {
        problems.error(node.place(),
                       "a port is either `interface: NAME`, of the kernel, or `device: ADDRESS`, "
                       "of DPDK");
    }
    return port;
}

std::vector<CaptureConfig::Port> read_ports(const yaml::Node& node, yaml::Problems& problems) {
    std::vector<CaptureConfig::Port> ports;
    for (const yaml::Node& element : node.elements()) {
        auto port = read_port(element, problems);
        if (std::ranges::find(ports, port.name(), &CaptureConfig::Port::name) != ports.end()) {
            problems.error(port.place, "port '" + port.name() + "' is listed twice");
        }
        ports.push_back(std::move(port));
    }
    return ports;
}

Role read_role(const yaml::Node& node, yaml::Problems& problems) {
    const auto text = as_text(node, problems);
    if (text && *text == "inline") return Role::kInline;
    if (text && *text != "tap") {
        problems.error(node.place(),
                       "role is `tap`, to receive only, or `inline`, to forward between pairs of "
                       "ports; not '" +
                           *text + "'");
    }
    return Role::kTap;
}

void check_pairs(const CaptureConfig& config, yaml::Problems& problems) {
    if (config.role != Role::kInline || config.ports.size() % 2 == 0) return;
    problems.error(config.ports.back().place,
                   "port '" + config.ports.back().name() +
                       "' has no peer: inline, ports come in pairs; name the other one after it, "
                       "or take `role: tap`");
}

std::chrono::microseconds read_delay(const yaml::Node& node, const CaptureConfig& config,
                                     yaml::Problems& problems) {
    const auto duration = as_duration(node, problems);
    if (!duration) return config.longest_delay;
    if (*duration > kLongestDelay) {
        problems.error(node.place(), "longest_delay must be at most 100ms, or frames are lost");
    }
    return std::chrono::duration_cast<std::chrono::microseconds>(*duration);
}

}  // namespace

CaptureConfig read_capture_config(const yaml::Node& document, yaml::Problems& problems) {
    CaptureConfig config;
    config.place = document.place();
    yaml::Map map{document, "capture.yaml", problems};
    config.role = read_role(map.optional("role"), problems);
    config.ports = read_ports(map.optional("ports"), problems);
    check_pairs(config, problems);
    config.longest_delay = read_delay(map.optional("longest_delay"), config, problems);
    if (const auto workers = as_integer(map.optional("workers"), 1, kMostWorkers, problems)) {
        config.workers = static_cast<unsigned>(*workers);
    }
    const yaml::Node cpus = map.optional("cpus");
    config.cpus_place = cpus.place();
    for (const yaml::Node& element : cpus.elements()) {
        if (const auto cpu = as_integer(element, 0, kMostCpu, problems)) {
            if (std::ranges::find(config.cpus, *cpu) != config.cpus.end()) {
                problems.warning(element.place(), "CPU " + std::to_string(*cpu) +
                                                      " is listed twice: cores that share one "
                                                      "wait for each other");
            }
            config.cpus.push_back(static_cast<unsigned>(*cpu));
        }
    }
    const unsigned cores = config.workers == 1 ? 1 : config.workers + 1;
    if (!config.cpus.empty() && config.cpus.size() != cores) {
        problems.error(cpus.place(), "cpus must name " + std::to_string(cores) +
                                         ": one for each worker" +
                                         (cores == 1 ? "" : ", and one for the steering core"));
    }
    const yaml::Node buffers = map.optional("buffers");
    if (const auto count = as_integer(buffers, kFewestBuffers, kMostBuffers, problems)) {
        config.buffers = static_cast<unsigned>(*count);
    }
    const yaml::Node sleep = map.optional("longest_sleep");
    if (const auto duration = as_duration(sleep, problems)) {
        if (*duration > kLongestSleep) {
            problems.error(sleep.place(), "longest_sleep must be at most 10ms, or frames are lost");
        }
        config.longest_sleep = std::chrono::duration_cast<std::chrono::microseconds>(*duration);
    }
    if (const auto allowed = as_bool(map.optional("hugepages"), problems)) {
        config.hugepages = *allowed;
    }
    map.finish();
    return config;
}

}  // namespace sensor::control
