// offport top: one look at a daemon as a JSON object.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sensor/commands/top_problems.h"
#include "sensor/commands/top_view.h"

namespace sensor::commands {

/// One object on one line, without a line feed. Rates are a second; `time` is RFC 3339.
[[nodiscard]] std::string json_of(const View& view, const std::vector<Problem>& problems,
                                  std::string_view time);
/// What stands for a sample that could not be had.
[[nodiscard]] std::string json_of_absence(std::string_view why, std::string_view time);

}  // namespace sensor::commands
