// The benchmark: every case set up in turn, its loops measured one after the other and over again,
// so that what drifts in the machine meets them all.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "lib/result/result.h"
#include "sensor/bench/result.h"
#include "sensor/control/configuration.h"

namespace sensor::bench {

struct BenchOptions {
    std::vector<Case> cases;
    std::vector<Mode> modes;
    unsigned runs = 5;                         ///< of each mode in each case
    double seconds = 0.25;                     ///< that a run lasts at most
    std::uint64_t frames = ~std::uint64_t{0};  ///< ditto
    bool search = false;                       ///< for the highest rate without loss
    double trial_seconds = 2;
    double resolution = 0.01;    ///< of the rate found
    std::uint64_t queue = 4096;  ///< frames that wait at most, as in a receive queue
    std::size_t latency_bytes = std::size_t{1} << 30U;
    bool allow_hugepages = true;
    std::string version;
};

/// `notice` hears what is done, one line at a time. One line on failure.
[[nodiscard]] result::Result<Report> run(const control::Configuration& configuration,
                                         const BenchOptions& options,
                                         const std::function<void(const std::string&)>& notice);

/// "steady vxlan 64, 1000 sessions"
[[nodiscard]] std::string name_of(const Case& what);

}  // namespace sensor::bench
