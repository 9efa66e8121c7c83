// What the daemon tells Prometheus: every term of the accounting equations, per port and worker.
//
//   received           = bypassed + decoded + rejected by reason
//   received           = forwarded + not forwarded by reason        (inline)
//   decoded + carriers = tracked + untracked by reason + dropped by the steering core
//   sessions           = active + ended by reason
//
// Scrapes come on threads of their own and read counters while they grow, so that an equation may
// be off by what was in flight.
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <vector>

#include "lib/metrics/family.h"
#include "sensor/capture/live_source.h"
#include "sensor/control/engine.h"
#include "sensor/control/feeds/intake.h"
#include "sensor/control/heartbeat.h"
#include "sensor/control/load.h"
#include "sensor/control/ports.h"
#include "sensor/pipeline/steering.h"
#include "sensor/report/sink.h"

namespace sensor::control {

/// What only the cold side's thread can read, copied for the scrapes.
struct RunSnapshot {
    std::vector<PortStatus> ports;
    Engine::ColdCounts cold;
    report::SinkCounts records;
};

class RunMetrics {
  public:
    /// Everything borrowed must outlive it. `steering` is null if the only worker receives by
    /// itself.
    RunMetrics(const capture::LiveSource& source,
               const pipeline::Steering<capture::LiveSource>* steering, const Engine& engine,
               const Intake& intake, Role role, std::string version);

    // The cold side's thread:
    void update(RunSnapshot snapshot);
    /// Before each turn of it.
    void sample() { load_.sample(); }

    // Any thread:
    [[nodiscard]] std::vector<metrics::Family> families() const;
    /// Why the sensor does not see all it should, in one line; empty if it does.
    [[nodiscard]] std::string blindness() const;
    /// Which of its threads makes no progress any more, in one line; empty if all do.
    [[nodiscard]] std::string stall() const;

  private:
    class Page;
    [[nodiscard]] RunSnapshot snapshot() const;
    void add_ports(Page& page, const RunSnapshot& now) const;
    void add_forwarding(Page& page, const RunSnapshot& now) const;
    void add_decode(Page& page) const;
    void add_flow(Page& page) const;
    void add_stages(Page& page) const;
    void add_unmapped(Page& page) const;
    void add_identity(Page& page) const;
    void add_evidence(Page& page, const RunSnapshot& now) const;
    static void add_cold(Page& page, const RunSnapshot& now);
    static void add_exceptions(Page& page, const RunSnapshot& now);
    void add_directory(Page& page, const RunSnapshot& now) const;

    const capture::LiveSource& source_;
    const pipeline::Steering<capture::LiveSource>* steering_;
    const Engine& engine_;
    const Intake& intake_;
    Role role_;
    Load load_;
    std::string version_;
    double started_;  // seconds since the Unix epoch
    mutable std::mutex mutex_;
    RunSnapshot snapshot_;                           // guarded by mutex_
    std::chrono::steady_clock::time_point updated_;  // ditto
    std::vector<Heartbeat> workers_;                 // ditto
};

}  // namespace sensor::control
