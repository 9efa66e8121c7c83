// identity.yaml, read: app groups, the tags that name them, tolerances. Cold path.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lib/yaml/yaml.h"
#include "sensor/attribute/directory_limits.h"
#include "sensor/attribute/tag_rule.h"
#include "sensor/model/app_group.h"
#include "sensor/model/timestamp.h"

namespace sensor::attribute {

struct IdentityConfig {
    /// How far a connect event's time and its session's start may lie apart.
    Duration clock_skew = std::chrono::seconds{5};
    std::map<std::string, Duration, std::less<>> clock_skews;  ///< of sources with their own
    DirectoryLimits limits;
    /// Sessions that are kept because facts may come in later, while the daemon hears feeds.
    std::size_t kept_sessions = 262'144;
    std::vector<AppGroup> groups;  ///< AppGroupId is the place plus one
    std::vector<TagRule> rules;    ///< as written; TagRuleId is the place plus one
    /// Each rule in words: "vlan 110", "vlans 200/31", "vni 5010 group-policy 310",
    /// "geneve-option ff01/1=0000002a", "gtp teid 77 source 10.60.0.0/16".
    std::vector<std::string> rule_texts;

    [[nodiscard]] Duration skew_of(std::string_view source) const noexcept;
    [[nodiscard]] Duration widest_skew() const noexcept;
    /// Null for kNone and for a number that is not configured.
    [[nodiscard]] const AppGroup* group(AppGroupId id) const noexcept;
    /// kNone if there is no group of this name.
    [[nodiscard]] AppGroupId find_group(std::string_view name) const noexcept;
    /// Empty for kNone and for a number that is not configured.
    [[nodiscard]] std::string_view rule_text(TagRuleId id) const noexcept;
};

/// Reads the document. Every mistake goes to `problems` with its place; what is returned is whole
/// only if there was none.
[[nodiscard]] IdentityConfig read_identity(const yaml::Node& document, yaml::Problems& problems);

}  // namespace sensor::attribute
