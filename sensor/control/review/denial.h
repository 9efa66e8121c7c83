// Which `deny` of the policy speaks against a session. A decision names the rule that decided, and
// that is another where a port is reserved as well. Cold path.
#pragma once

#include <string>

#include "sensor/judge/decide.h"

namespace sensor::control {

/// The first `deny` that covers who asks, by its place: "apps.com.a.deny.tls"; empty if there is
/// none. If the app is not known, all that may stand behind the group must be denied it.
[[nodiscard]] std::string denial_of(const judge::Policy& policy, const judge::Question& question);

}  // namespace sensor::control
