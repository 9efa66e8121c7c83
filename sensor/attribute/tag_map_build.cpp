// The cold half of TagMap: putting rules in order.
#include <algorithm>
#include <tuple>

#include "sensor/attribute/tag_map.h"

namespace sensor::attribute {

TagMap::TagMap(std::span<const TagRule> rules) {
    rules_.reserve(rules.size());
    for (const TagRule& rule : rules) {
        const auto number = static_cast<std::uint16_t>(rules_.size() + 1);
        rules_.push_back({rule.conditions, {.group = rule.group, .rule = TagRuleId{number}}});
    }
    // Stable: rules of equal rank stay as they were written.
    std::ranges::stable_sort(rules_, [](const Ranked& a, const Ranked& b) {
        return std::tuple{a.conditions.count(), a.conditions.source.length} >
               std::tuple{b.conditions.count(), b.conditions.source.length};
    });
}

}  // namespace sensor::attribute
