// Tunnel tags -> app group: the rules of the identity configuration in order of precedence.
// Immutable; any number of workers may ask it. Hot path.
#pragma once

#include <span>
#include <vector>

#include "lib/bytes/byte_cursor.h"
#include "sensor/attribute/tag_rule.h"

namespace sensor::attribute {

struct TagMatch {
    AppGroupId group{};  ///< kNone if no rule matched
    TagRuleId rule{};

    friend constexpr bool operator==(TagMatch, TagMatch) = default;
};

class TagMap {
  public:
    /// `rules` in the order they were written, which gives each its TagRuleId: place plus one.
    /// Cold path.
    explicit TagMap(std::span<const TagRule> rules);

    /// The rule with the most conditions that all hold; of several the one with the longest source
    /// prefix, of several still the one written first. `geneve_options` as in DecodedPacket;
    /// `client` is the inner address that opened the session, `port` where its packet came in.
    [[nodiscard]] TagMatch resolve(const Tags& tags, bytes::View geneve_options,
                                   const Address& client, MirrorPort port) const noexcept;

  private:
    struct Ranked {
        TagConditions conditions;
        TagMatch match;
    };
    std::vector<Ranked> rules_;  // the first that matches wins
};

}  // namespace sensor::attribute
