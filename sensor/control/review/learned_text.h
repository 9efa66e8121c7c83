// What was learned, for people: in comments of a proposal and on standard error. Cold path.
#pragma once

#include <string>

#include "sensor/control/review/learning.h"

namespace sensor::control {

/// "com.a: tls on tcp/8443", harmless on a terminal and in a comment.
[[nodiscard]] std::string text_of(const Pair& pair);
/// "2 devices, 3 addresses of unknown devices, 1 day, 9 sessions"; no days if there are none.
[[nodiscard]] std::string text_of(const Support& support);

}  // namespace sensor::control
