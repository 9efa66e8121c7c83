// One session of a policy's test, read from YAML. Cold path.
#pragma once

#include "sensor/control/review/policy_test.h"

namespace sensor::control {

/// `base` is the test's time zero. Mistakes go to `problems`.
[[nodiscard]] TestSession read_test_session(const yaml::Node& node, Timestamp base,
                                            const Configuration& configuration,
                                            yaml::Problems& problems);

/// One of `known`, or a problem with the nearest that is; empty if absent.
[[nodiscard]] std::string known_word(const yaml::Node& node, const std::vector<std::string>& known,
                                     yaml::Problems& problems);

}  // namespace sensor::control
