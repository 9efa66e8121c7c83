// What can be said of a policy only once it is read whole: names of sections in other files, and
// thresholds of several files. Cold path.
#pragma once

#include "sensor/judge/policy_values.h"

namespace sensor::judge {

/// Names of roles and service classes in exceptions that nothing defines are errors.
void check_references(const Reading& reading);
/// Thresholds of severity that do not rise are an error.
void check_severity(const Reading& reading);

}  // namespace sensor::judge
