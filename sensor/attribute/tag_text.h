// Tags and what rules ask of them, in the same words. Cold path.
#pragma once

#include <string>

#include "sensor/attribute/tag_rule.h"
#include "sensor/attribute/unmapped_tags.h"

namespace sensor::attribute {

/// As an operator would say it: "vni 5010 group-policy 310", "gtp teid 77 source 10.60.0.0/16".
[[nodiscard]] std::string text_of(const TagConditions& conditions);

/// What a rule could ask for, but for address blocks: "vlan 42". A tunnel without a number of its
/// own is there by its kind: "ip-in-ip".
[[nodiscard]] std::string text_of(const UnmappedTags::Entry& entry);

}  // namespace sensor::attribute
