// The report of a benchmark for programs. Cold path.
#pragma once

#include <string>

#include "sensor/bench/result.h"

namespace sensor::bench {

/// One JSON object with everything that was measured; perf/README.md has its fields.
[[nodiscard]] std::string json_of(const Report& report);

}  // namespace sensor::bench
