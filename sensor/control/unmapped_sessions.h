// Which tags no rule knows, of all workers together. Cold path.
#pragma once

#include <cstdint>
#include <vector>

#include "sensor/control/engine.h"
#include "sensor/report/summary.h"

namespace sensor::control {

struct UnmappedSessions {
    std::vector<report::NamedCount> by_tags;  ///< each set of tags once; most first, then by name
    std::uint64_t others = 0;                 ///< of tags beyond those that workers list
};

/// May be asked while workers run.
[[nodiscard]] UnmappedSessions unmapped_sessions(const Engine& engine);

}  // namespace sensor::control
