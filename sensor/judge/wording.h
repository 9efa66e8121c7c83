// Times and durations as findings tell them.
#pragma once

#include <string>

#include "sensor/model/timestamp.h"

namespace sensor::judge {

/// "06:58:00Z": UTC, to the second.
[[nodiscard]] std::string clock_time(Timestamp time);
/// The two largest units that matter: "45 s", "4 min", "2 h 5 min", "3 d 4 h", and "250 ms" below a
/// second. What is negative, as clocks differ, counts as nothing.
[[nodiscard]] std::string length_of(Duration duration);

}  // namespace sensor::judge
