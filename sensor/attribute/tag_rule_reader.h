// One entry of `tag_rules` in identity.yaml, read and put into words. Cold path.
#pragma once

#include <optional>
#include <string>

#include "lib/yaml/yaml.h"
#include "sensor/attribute/tag_rule.h"

namespace sensor::attribute {

/// The conditions that `rule` states; nothing after reporting what is wrong with them.
[[nodiscard]] std::optional<TagConditions> read_conditions(yaml::Map& rule,
                                                           const yaml::Place& place,
                                                           yaml::Problems& problems);

/// As an operator would write them: "vni 5010 group-policy 310".
[[nodiscard]] std::string text_of(const TagConditions& conditions);

}  // namespace sensor::attribute
