// What was wrong with the EVE files that a command read.
#pragma once

#include "sensor/control/review/eve_files.h"

namespace sensor::commands {

/// Prints each rejected line, or that there are no flow records at all. False if there was anything
/// to print.
bool tell_of_files(const control::EveFiles& files, std::uint64_t flows);

}  // namespace sensor::commands
