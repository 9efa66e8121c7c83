// How busy the hot cores are, for Prometheus: their bursts, and how full it is between them.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

#include "lib/metrics/family.h"
#include "sensor/capture/live_source.h"
#include "sensor/control/engine.h"
#include "sensor/pipeline/steering.h"

namespace sensor::control {

class Load {
  public:
    /// Everything borrowed must outlive it. `steering` is null if the only worker receives by
    /// itself.
    Load(const Engine& engine, const pipeline::Steering<capture::LiveSource>* steering);

    /// The cold side's thread, before it empties the workers' rings: notes how full they are, 100
    /// times a second at most, for a look takes a cache line from who is writing.
    void sample();

    /// Any thread.
    [[nodiscard]] std::vector<metrics::Family> families() const;

  private:
    using Ratio = metrics::Histogram<metrics::UpTo<0, 10, 50, 100, 250, 500, 750, 900, 1000>>;
    /// In thousandths of what there is room for.
    struct Worker {
        Ratio frames;  // from the steering core
        Ratio records;
        Ratio flow_table;
    };
    void add_bursts(std::vector<metrics::Family>& families) const;
    void add_rings(std::vector<metrics::Family>& families) const;
    void add_flow_table(std::vector<metrics::Family>& families) const;

    const Engine& engine_;
    const pipeline::Steering<capture::LiveSource>* steering_;
    std::vector<std::unique_ptr<Worker>> workers_;
    std::chrono::steady_clock::time_point sampled_;
};

}  // namespace sensor::control
