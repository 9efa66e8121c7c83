// One entry of `tag_rules` in identity.yaml, read. Cold path.
#pragma once

#include <optional>

#include "lib/yaml/yaml.h"
#include "sensor/attribute/tag_rule.h"

namespace sensor::attribute {

/// The conditions that `rule` states; nothing after reporting what is wrong with them.
[[nodiscard]] std::optional<TagConditions> read_conditions(yaml::Map& rule,
                                                           const yaml::Place& place,
                                                           yaml::Problems& problems);

}  // namespace sensor::attribute
