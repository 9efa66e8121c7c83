// A policy written out as the YAML that means it: includes merged, defaults spelled out. What
// `offport check` shows, and what policy_load.h reads back to the same policy. Cold path.
#pragma once

#include <string>

#include "sensor/judge/policy.h"

namespace sensor::judge {

[[nodiscard]] std::string policy_yaml(const Policy& policy);

}  // namespace sensor::judge
