#include "sensor/attribute/identity_config.h"

#include <algorithm>

#include "sensor/attribute/tag_rule_reader.h"
#include "sensor/attribute/tag_text.h"

namespace sensor::attribute {
namespace {

constexpr std::size_t kMaxRules = 1024;  // a session asks them one by one
constexpr std::size_t kMaxGroups = 65535;

std::size_t index_of(AppGroupId id) noexcept {
    return static_cast<std::size_t>(id) - 1;  // kNone wraps round and is out of range
}
std::size_t index_of(TagRuleId id) noexcept {
    return static_cast<std::size_t>(id) - 1;
}

std::vector<std::string> read_apps(const yaml::Node& node, yaml::Problems& problems) {
    std::vector<std::string> apps;
    for (const yaml::Node& element : node.elements()) {
        const auto app = yaml::as_text(element, problems);
        if (!app) continue;
        if (app->empty()) {
            problems.error(element.place(), "expected a package or bundle id");
        } else if (std::ranges::find(apps, *app) != apps.end()) {
            problems.error(element.place(), "app '" + *app + "' is listed twice; remove one");
        } else {
            apps.push_back(*app);
        }
    }
    return apps;
}

void read_groups(const yaml::Node& node, IdentityConfig& config, yaml::Problems& problems) {
    yaml::Map map{node, "app_groups", problems};
    for (const auto& [key, value] : map.entries()) {
        if (key.scalar().empty()) {
            problems.error(key.place(), "an app group needs a name");
            continue;
        }
        if (config.groups.size() == kMaxGroups) {
            problems.error(key.place(), "more than 65535 app groups; remove some");
            return;
        }
        yaml::Map group{value, "app group '" + key.scalar() + "'", problems};
        config.groups.push_back({key.scalar(), read_apps(group.optional("apps"), problems)});
        group.finish();
    }
}

void read_clock_skews(const yaml::Node& node, IdentityConfig& config, yaml::Problems& problems) {
    yaml::Map map{node, "clock_skews", problems};
    for (const auto& [key, value] : map.entries()) {
        if (const auto skew = yaml::as_duration(value, problems))
            config.clock_skews[key.scalar()] = *skew;
    }
}

void read_limits(const yaml::Node& node, DirectoryLimits& limits, yaml::Problems& problems) {
    constexpr std::int64_t kMost = std::int64_t{1} << 31U;
    yaml::Map map{node, "limits", problems};
    const auto read = [&](std::string_view key, std::size_t& limit) {
        const auto value = yaml::as_integer(map.optional(key), 1, kMost, problems);
        if (value) limit = static_cast<std::size_t>(*value);
    };
    read("devices", limits.devices);
    read("events", limits.events);
    read("events_per_kind", limits.events_per_kind);
    read("addresses", limits.leases.addresses);
    read("events_per_address", limits.leases.events_per_address);
    map.finish();
}

AppGroupId read_group_name(const yaml::Node& node, const IdentityConfig& config,
                           yaml::Problems& problems) {
    const auto name = yaml::as_text(node, problems);
    if (!name) return AppGroupId::kNone;
    const AppGroupId group = config.find_group(*name);
    if (group != AppGroupId::kNone) return group;
    std::vector<std::string_view> known;
    for (const AppGroup& candidate : config.groups)
        known.push_back(candidate.name);
    const std::string hint = yaml::nearest(*name, known);
    problems.error(node.place(),
                   "app group '" + *name + "' is not defined under app_groups; " +
                       (hint.empty() ? "add it there" : "did you mean '" + hint + "'?"));
    return AppGroupId::kNone;
}

void read_rule(const yaml::Node& node, IdentityConfig& config, std::vector<yaml::Place>& places,
               yaml::Problems& problems) {
    if (!node.is_map()) {
        problems.error(node.place(), "expected a tag rule such as {vlan: 110, app_group: office}");
        return;
    }
    yaml::Map map{node, "a tag rule", problems};
    const auto conditions = read_conditions(map, node.place(), problems);
    const AppGroupId group = read_group_name(map.required("app_group"), config, problems);
    map.finish();
    if (!conditions) return;
    for (std::size_t i = 0; i < config.rules.size(); ++i) {
        if (config.rules[i].conditions != *conditions) continue;
        problems.error(node.place(), "the conditions of this tag rule (" + text_of(*conditions) +
                                         ") are those of line " + std::to_string(places[i].line) +
                                         "; remove one of the two");
        return;
    }
    config.rules.push_back({*conditions, group});
    config.rule_texts.push_back(text_of(*conditions));
    places.push_back(node.place());
}

void read_rules(const yaml::Node& node, IdentityConfig& config, yaml::Problems& problems) {
    if (!node.defined() || node.is_null()) return;
    if (!node.is_sequence()) {
        problems.error(node.place(), "expected tag_rules as a list of rules");
        return;
    }
    const auto rules = node.elements();
    if (rules.size() > kMaxRules) {
        problems.error(node.place(), "more than 1024 tag rules; merge some");
        return;
    }
    std::vector<yaml::Place> places;
    for (const yaml::Node& rule : rules)
        read_rule(rule, config, places, problems);
}

}  // namespace

Duration IdentityConfig::skew_of(std::string_view source) const noexcept {
    const auto own = clock_skews.find(source);
    return own == clock_skews.end() ? clock_skew : own->second;
}

Duration IdentityConfig::widest_skew() const noexcept {
    Duration widest = clock_skew;
    for (const auto& [source, skew] : clock_skews)
        widest = std::max(widest, skew);
    return widest;
}

const AppGroup* IdentityConfig::group(AppGroupId id) const noexcept {
    return index_of(id) < groups.size() ? &groups[index_of(id)] : nullptr;
}

AppGroupId IdentityConfig::find_group(std::string_view name) const noexcept {
    const auto found = std::ranges::find(groups, name, &AppGroup::name);
    if (found == groups.end()) return AppGroupId::kNone;
    return static_cast<AppGroupId>(found - groups.begin() + 1);
}

std::string_view IdentityConfig::rule_text(TagRuleId id) const noexcept {
    return index_of(id) < rule_texts.size() ? std::string_view{rule_texts[index_of(id)]}
                                            : std::string_view{};
}

IdentityConfig read_identity(const yaml::Node& document, yaml::Problems& problems) {
    IdentityConfig config;
    yaml::Map map{document, "identity.yaml", problems};
    if (const auto skew = yaml::as_duration(map.optional("clock_skew"), problems)) {
        config.clock_skew = *skew;
    }
    read_clock_skews(map.optional("clock_skews"), config, problems);
    read_limits(map.optional("limits"), config.limits, problems);
    const yaml::Node kept = map.optional("kept_sessions");
    if (const auto sessions = yaml::as_integer(kept, 0, std::int64_t{1} << 28U, problems)) {
        config.kept_sessions = static_cast<std::size_t>(*sessions);
    }
    read_groups(map.optional("app_groups"), config, problems);
    read_rules(map.optional("tag_rules"), config, problems);
    (void)map.optional("feeds");  // how the daemon hears of events is not the directory's business
    map.finish();
    return config;
}

}  // namespace sensor::attribute
