// A replay: traces go through DPDK and every stage, and findings come out in packet-time order.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "lib/result/result.h"
#include "sensor/control/engine.h"
#include "sensor/report/summary.h"

namespace sensor::control {

struct ReplayOptions {
    std::vector<std::string> traces;
    bool together = false;  ///< merge the traces by time; else one after the other
    unsigned workers = 1;
    std::vector<std::string> identity_files;
    bool every_session = false;  ///< tell the listener of each session's end
    std::string version;         ///< of the program, for evidence
    std::string evidence;        ///< directory for findings' first packets; empty: none are kept
    bool allow_hugepages = true;
};

struct ReplayProgress {
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;        ///< of frames
    std::uint64_t total_bytes = 0;  ///< of the trace files: an upper bound of what `bytes` will be
};

class ReplayListener : public EngineListener {
  public:
    /// Called now and then.
    virtual void on_progress(const ReplayProgress& progress) = 0;
};

struct ReplayOutcome {
    report::Summary summary;         ///< without findings and records, which the listener counts
    Duration wall_time{};            ///< from the first packet to the last record
    std::string evidence_problem{};  ///< in one line, if not all of it could be written
};

/// Runs to the end of the traces. One line on failure, before the first packet is looked at.
[[nodiscard]] result::Result<ReplayOutcome> replay(const Configuration& configuration,
                                                   const ReplayOptions& options,
                                                   ReplayListener& listener);

}  // namespace sensor::control
