// offport explain, of a recorded session: by its flow id, or by the finding it belongs to.
#pragma once

#include "sensor/commands/command.h"
#include "sensor/control/configuration.h"

namespace sensor::commands {

/// The options of this form, besides those of every form.
[[nodiscard]] bool asks_of_recorded(const CommandLine& line);
/// Prints which rule decides about it, and why. Returns the exit code.
[[nodiscard]] int explain_recorded(const CommandLine& line,
                                   const control::Configuration& configuration);

}  // namespace sensor::commands
