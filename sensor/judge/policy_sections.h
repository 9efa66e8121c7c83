// The sections of policy.yaml, one reader each. They add to Reading::policy.
#pragma once

#include "sensor/judge/policy_values.h"

namespace sensor::judge {

void read_defaults(const yaml::Node& node, Reading& reading);
void read_reservations(const yaml::Node& node, Reading& reading);
void read_roles(const yaml::Node& node, Reading& reading);
void read_apps(const yaml::Node& node, Reading& reading);
void read_service_classes(const yaml::Node& node, Reading& reading);
void read_exceptions(const yaml::Node& node, Reading& reading);
void read_score(const yaml::Node& node, Reading& reading);
void read_severity(const yaml::Node& node, Reading& reading);
void read_alert_limits(const yaml::Node& node, Reading& reading);
void read_neighbours(const yaml::Node& node, Reading& reading);
void read_baseline(const yaml::Node& node, Reading& reading);

/// The keys `signers`, `platforms` and `hours` of `map`.
[[nodiscard]] Conditions read_conditions(yaml::Map& map, const Reading& reading);

}  // namespace sensor::judge
