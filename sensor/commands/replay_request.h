// What `offport replay` is asked for on its command line.
#pragma once

#include <optional>
#include <vector>

#include "sensor/commands/command.h"
#include "sensor/commands/replay_report.h"
#include "sensor/control/replay.h"

namespace sensor::commands {

struct ReplayRequest {
    control::ReplayOptions replay;
    ReplayReportOptions report;
    std::optional<Severity> fail_on;
};

[[nodiscard]] std::vector<CommandLine::Option> replay_options();
/// One line if the options do not go together, or one is not what it should be.
[[nodiscard]] result::Result<ReplayRequest> replay_request_of(const CommandLine& line);

}  // namespace sensor::commands
