#include "sensor/control/numa.h"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string_view>

namespace sensor::control {
namespace {

/// Nothing if the machine does not say, or says -1: there is one node.
std::optional<unsigned> node_of_port(const CaptureConfig::Port& port, const std::string& sysfs) {
    constexpr std::size_t kWithoutDomain = std::string_view{"3b:00.0"}.size();
    const std::string domain = port.device.size() == kWithoutDomain ? "0000:" : "";
    std::ifstream file{port.device.empty()
                           ? sysfs + "/class/net/" + port.interface + "/device/numa_node"
                           : sysfs + "/bus/pci/devices/" + domain + port.device + "/numa_node"};
    int node = -1;
    if (!(file >> node) || node < 0) return std::nullopt;
    return static_cast<unsigned>(node);
}

std::optional<unsigned> node_of_cpu(unsigned cpu, const std::string& sysfs) {
    const std::string directory = sysfs + "/devices/system/cpu/cpu" + std::to_string(cpu);
    std::error_code failure;
    for (const auto& entry : std::filesystem::directory_iterator{directory, failure}) {
        const std::string name = entry.path().filename();
        constexpr std::string_view kNode = "node";
        unsigned node = 0;
        const char* end = name.data() + name.size();
        if (!name.starts_with(kNode)) continue;
        const auto [stop, error] = std::from_chars(name.data() + kNode.size(), end, node);
        if (error == std::errc{} && stop == end) return node;
    }
    return std::nullopt;
}

/// "8-15,24-31"
std::string cpus_of_node(unsigned node, const std::string& sysfs) {
    std::ifstream file{sysfs + "/devices/system/node/node" + std::to_string(node) + "/cpulist"};
    std::string list;
    std::getline(file, list);
    return list;
}

}  // namespace

std::vector<yaml::Problem> numa_warnings(const CaptureConfig& config, const std::string& sysfs) {
    std::vector<yaml::Problem> warnings;
    for (const CaptureConfig::Port& port : config.ports) {
        const auto near = node_of_port(port, sysfs);
        for (const unsigned cpu : config.cpus) {
            const auto node = node_of_cpu(cpu, sysfs);
            if (!near || !node || *near == *node) continue;
            warnings.push_back({config.cpus_place, true,
                                "CPU " + std::to_string(cpu) + " is on NUMA node " +
                                    std::to_string(*node) + ", port '" + port.name() +
                                    "' on node " + std::to_string(*near) +
                                    ": each packet crosses between them; take CPUs " +
                                    cpus_of_node(*near, sysfs)});
        }
    }
    return warnings;
}

}  // namespace sensor::control
