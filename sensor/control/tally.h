// Adds up what the parts of a replay or of the daemon counted, once they have stopped.
#pragma once

#include "sensor/capture/live_source.h"
#include "sensor/capture/trace_source.h"
#include "sensor/control/engine.h"
#include "sensor/control/ports.h"
#include "sensor/pipeline/steering.h"
#include "sensor/report/summary.h"

namespace sensor::control {

/// `steering` is null if the only worker received by itself.
[[nodiscard]] report::Summary tally_replay(const capture::TraceSource& source,
                                           const pipeline::Steering<capture::TraceSource>* steering,
                                           const Engine& engine);
[[nodiscard]] report::Summary tally_live(const capture::LiveSource& source, Ports& ports,
                                         const pipeline::Steering<capture::LiveSource>* steering,
                                         const Engine& engine);

}  // namespace sensor::control
