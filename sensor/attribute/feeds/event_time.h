// Whether a sender's clock can be believed. Cold path.
#pragma once

#include <chrono>

#include "sensor/model/timestamp.h"

namespace sensor::attribute::feeds {

/// Events of a sender that was cut off come late, but not later than this.
inline constexpr std::chrono::hours kLatestArrival{7 * 24};
inline constexpr std::chrono::minutes kMostAhead{5};

/// `told`, if what arrived at `arrival` can have happened then: else nobody set the sender's clock,
/// and `otherwise` counts.
[[nodiscard]] constexpr Timestamp believable(Timestamp told, Timestamp arrival,
                                             Timestamp otherwise) noexcept {
    return told < arrival - kLatestArrival || told > arrival + kMostAhead ? otherwise : told;
}

}  // namespace sensor::attribute::feeds
