// The report of a benchmark as a picture. Cold path.
#pragma once

#include <string>

#include "sensor/bench/result.h"

namespace sensor::bench {

/// SVG: what each stage costs, and rates next to the bare loop's. Charts of what was not measured
/// are left out.
[[nodiscard]] std::string plot_of(const Report& report);

}  // namespace sensor::bench
