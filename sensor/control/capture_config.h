// capture.yaml: where live traffic comes from, and which CPUs look at it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "lib/yaml/yaml.h"

namespace sensor::control {

enum class Role : std::uint8_t {
    kTap,     ///< receives only
    kInline,  ///< forwards between two ports each, and looks at what it forwards
};

struct CaptureConfig {
    /// One port: a kernel interface or a DPDK device, never both.
    struct Port {
        std::string interface;  ///< the kernel's name
        std::string device;     ///< PCI address or DPDK device string
        yaml::Place place;

        /// What the operator calls it.
        [[nodiscard]] const std::string& name() const noexcept {
            return interface.empty() ? device : interface;
        }
    };
    Role role = Role::kTap;
    std::vector<Port> ports;  ///< inline, each two in order are a pair
    /// Inline: inspection may hold frames up so long.
    std::chrono::microseconds longest_delay{1000};
    unsigned workers = 1;
    std::vector<unsigned> cpus;  ///< of the workers and, if there are several, the steering core
    yaml::Place cpus_place;
    unsigned buffers = 8192;  ///< frames in flight at once, all cores together
    std::chrono::microseconds longest_sleep{1000};  ///< zero: cores never sleep
    bool hugepages = true;
    yaml::Place place;

    /// Of port `number`, inline.
    [[nodiscard]] static constexpr std::size_t peer_of(std::size_t number) noexcept {
        return number ^ 1U;
    }
};

/// What is wrong goes into `problems`; the result is then not to be used.
[[nodiscard]] CaptureConfig read_capture_config(const yaml::Node& document,
                                                yaml::Problems& problems);

}  // namespace sensor::control
