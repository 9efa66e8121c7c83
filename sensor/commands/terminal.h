// What standard output or standard error is: how text for people is to look there.
#pragma once

#include "sensor/report/style.h"

namespace sensor::commands {

/// Colours and width of the terminal that `descriptor` is; plain if it is none.
[[nodiscard]] report::Style style_for(int descriptor);

}  // namespace sensor::commands
