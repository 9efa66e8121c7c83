// What can be said of a policy only once it is read whole: names of sections in other files,
// thresholds of several files, and exceptions that others cover. Cold path.
#pragma once

#include "sensor/judge/policy_values.h"

namespace sensor::judge {

/// Names of roles and service classes in exceptions that nothing defines are errors.
void check_references(const Reading& reading);
/// Thresholds of severity that do not rise are an error.
void check_severity(const Reading& reading);
/// An exception that another one covers whole, for as long, is warned about.
void warn_of_shadowed(const Reading& reading);

/// Whether `larger` applies wherever `smaller` does, by what they say: false where that is not
/// plain.
[[nodiscard]] bool covers(const ExceptionMatch& larger, const ExceptionMatch& smaller);

}  // namespace sensor::judge
