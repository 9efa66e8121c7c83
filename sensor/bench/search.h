// The search for the highest rate at which nothing is lost, RFC 2544 §26.1.
#pragma once

#include "sensor/bench/bench.h"
#include "sensor/bench/scenario.h"

namespace sensor::bench {

/// `measured` says where to begin: at the rate of the whole loop when it never waits, if that is
/// known.
[[nodiscard]] SearchResult search(Scenario& scenario, const BenchOptions& options,
                                  const CaseResult& measured);

}  // namespace sensor::bench
