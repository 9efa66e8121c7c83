// offport explain, of a device: what was told of it about one moment.
#pragma once

#include "sensor/commands/command.h"
#include "sensor/control/configuration.h"

namespace sensor::commands {

/// The options of this form, besides those of every form.
[[nodiscard]] bool asks_of_device(const CommandLine& line);
/// Prints what was known of the device then, and its timeline. Returns the exit code.
[[nodiscard]] int explain_device(const CommandLine& line,
                                 const control::Configuration& configuration);

}  // namespace sensor::commands
