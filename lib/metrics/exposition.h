// Prometheus' text format 0.0.4, by prometheus-cpp. The only folder that includes <prometheus/...>.
// Cold path.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lib/metrics/family.h"

namespace metrics {

/// The Content-Type of what exposition() returns.
inline constexpr std::string_view kExpositionType = "text/plain; version=0.0.4; charset=utf-8";

/// The families in their order, each with its samples in theirs. A family without samples is left
/// out. `families` must be such that objection() has none; debug builds assert it.
[[nodiscard]] std::string exposition(const std::vector<Family>& families);

}  // namespace metrics
