// The daemon: live ports go through DPDK and every stage until it is told to stop.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lib/metrics/family.h"
#include "lib/result/result.h"
#include "sensor/control/configuration.h"
#include "sensor/control/engine.h"
#include "sensor/control/ports.h"
#include "sensor/control/reload.h"
#include "sensor/report/sink.h"
#include "sensor/report/summary.h"

namespace sensor::control {

struct RunOptions {
    std::vector<std::string> identity_files;
    bool every_session = false;  ///< tell the listener of each session's end
    bool allow_hugepages = true;
    std::string version;  ///< of the program, for /metrics
    ReloadOptions reload;
};

enum class Turn : std::uint8_t {
    kGoOn,
    kReload,  ///< take up the configuration as it is now
    kStop,    ///< what has arrived is still looked at
};

class RunListener : public EngineListener {
  public:
    /// Packets are looked at from now on. `hugepages` says where they lie.
    /// `metrics` is where Prometheus is answered; empty for nowhere.
    virtual void on_start(bool hugepages, const std::string& metrics) = 0;
    /// One line for the operator: a port went down, or came back.
    virtual void on_notice(std::string_view line) = 0;
    virtual void on_reload(const ReloadOutcome& outcome) = 0;
    /// Called many times a second: what is to be done next.
    [[nodiscard]] virtual Turn on_turn() = 0;
    /// What became of the records it wrote so far.
    [[nodiscard]] virtual report::SinkCounts record_counts() const = 0;
    /// What became of the records elsewhere, for a scrape; any thread.
    [[nodiscard]] virtual std::vector<metrics::Family> output_families() const = 0;
};

/// Runs until the listener ends it. capture_problem() must have found none. One line on failure,
/// before the first packet is looked at.
[[nodiscard]] result::Result<report::Summary> run(const Configuration& configuration,
                                                  const RunOptions& options, RunListener& listener);

}  // namespace sensor::control
