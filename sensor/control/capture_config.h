// capture.yaml: where live traffic comes from, and which CPUs look at it.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "lib/yaml/yaml.h"

namespace sensor::control {

struct CaptureConfig {
    /// One mirror port: a kernel interface or a DPDK device, never both.
    struct Port {
        std::string interface;  ///< the kernel's name
        std::string device;     ///< PCI address or DPDK device string
        yaml::Place place;

        /// What the operator calls it.
        [[nodiscard]] const std::string& name() const noexcept {
            return interface.empty() ? device : interface;
        }
    };
    std::vector<Port> ports;
    unsigned workers = 1;
    std::vector<unsigned> cpus;  ///< of the workers and, if there are several, the steering core
    yaml::Place cpus_place;
    unsigned buffers = 8192;  ///< frames in flight at once, all cores together
    std::chrono::microseconds longest_sleep{1000};  ///< zero: cores never sleep
    bool hugepages = true;
    yaml::Place place;
};

/// What is wrong goes into `problems`; the result is then not to be used.
[[nodiscard]] CaptureConfig read_capture_config(const yaml::Node& document,
                                                yaml::Problems& problems);

}  // namespace sensor::control
