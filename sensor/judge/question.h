// What the policy is asked about a session. Cold path.
#pragma once

#include "sensor/judge/decide.h"
#include "sensor/model/observation.h"

namespace sensor::judge {

/// `group_apps` is left empty: who asks knows the groups.
[[nodiscard]] Question question_of(const Observation& session);

}  // namespace sensor::judge
