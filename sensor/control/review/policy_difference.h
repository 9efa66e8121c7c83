// What one policy finds and another does not, in the same recording. Cold path.
#pragma once

#include <string_view>
#include <vector>

#include "sensor/control/review/recording.h"

namespace sensor::control {

enum class Change : std::uint8_t {
    kGained,   ///< found by the new policy only
    kLost,     ///< found by the old policy only
    kChanged,  ///< found by both, with another kind, severity, score or rule
};
[[nodiscard]] std::string_view name_of(Change change) noexcept;

struct Difference {
    Change change{};
    const Finding* before = nullptr;  ///< null if gained
    const Finding* after = nullptr;   ///< null if lost
};

/// Both are borrowed. Findings are the same if they are of the same app, device, protocol and
/// destination, and the n-th of these. In the order of when they were first seen.
[[nodiscard]] std::vector<Difference> differences_between(const Rejudged& before,
                                                          const Rejudged& after);

}  // namespace sensor::control
