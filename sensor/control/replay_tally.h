// Adds up what the parts of a replay counted, once they have stopped.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sensor/capture/trace_source.h"
#include "sensor/pipeline/outbox.h"
#include "sensor/pipeline/stages.h"
#include "sensor/pipeline/steering.h"
#include "sensor/report/summary.h"

namespace sensor::control {

/// `steering` is null if the only worker received by itself. `names` are by ProtocolId.
[[nodiscard]] report::Summary tally(const capture::TraceSource& source,
                                    const pipeline::Steering* steering,
                                    const std::vector<const pipeline::Stages*>& stages,
                                    const std::vector<std::unique_ptr<pipeline::Outbox>>& outboxes,
                                    const std::vector<std::string>& names);

}  // namespace sensor::control
