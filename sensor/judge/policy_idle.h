// Rules of a policy, read whole, that do nothing: allowances that a deny goes before, and
// exceptions that nobody needs. Cold path.
#pragma once

#include "sensor/judge/policy_values.h"

namespace sensor::judge {

/// What an app or a role is allowed and another rule of the same file denies to all that it is
/// about is an error.
void check_dead_allowances(const Reading& reading);
/// An exception that another one covers whole, for as long, or whose every session the protocol
/// defaults allow, is warned about.
void warn_of_needless(const Reading& reading);

/// Whether `larger` applies wherever `smaller` does, by what they say: false where that is not
/// plain.
[[nodiscard]] bool covers(const ExceptionMatch& larger, const ExceptionMatch& smaller);

}  // namespace sensor::judge
