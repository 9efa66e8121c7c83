#include "sensor/judge/policy_sections.h"

#include <algorithm>

#include "sensor/judge/glob.h"

namespace sensor::judge {
namespace {

Rules read_rules(yaml::Map& map, const Reading& reading) {
    Rules rules;
    rules.allow = as_allowances(map.optional("allow"), reading);
    for (const yaml::Node& element : map.optional("deny").elements()) {
        const auto protocol = as_protocol(element, reading);
        if (!protocol) continue;
        if (rules.allow.contains(*protocol)) {
            reading.problems.error(element.place(), *protocol +
                                                        " is allowed and denied in one place; "
                                                        "remove it from allow or from deny");
        }
        rules.deny.insert(*protocol);
    }
    return rules;
}

/// What neither allows nor denies anything may be meant as a rule, and is none. With errors since
/// `errors_before`, nobody knows.
void warn_if_idle(const Rules& rules, const std::string& what, const yaml::Node& key,
                  std::size_t errors_before, const Reading& reading) {
    const bool is_whole = reading.problems.errors() == errors_before;
    if (!rules.allow.empty() || !rules.deny.empty() || !is_whole) return;
    reading.problems.warning(key.place(),
                             what + " has no effect: it neither allows nor denies anything");
}

std::optional<Reservation> read_reservation(const yaml::Node& key, const yaml::Node& value,
                                            const Reading& reading) {
    const std::string text = key.scalar();
    const std::string_view view = text;
    const auto slash = view.find('/');
    const std::string_view transport = view.substr(0, slash);
    if (slash == std::string_view::npos || (transport != "tcp" && transport != "udp")) {
        reading.problems.error(key.place(),
                               "expected a port such as tcp/443 or udp/53, got '" + text + "'");
        return std::nullopt;
    }
    const auto ports = as_ports(key, view.substr(slash + 1), reading.problems);
    if (value.elements().empty() && !value.is_sequence()) {
        reading.problems.error(key.place(), text + " is reserved for no protocol; name some, or " +
                                                "write [] if nobody may use it");
    }
    auto protocols = as_protocols(value, reading);
    if (!ports) return std::nullopt;
    const Transport over = transport == "tcp" ? Transport::kTcp : Transport::kUdp;
    for (const std::string& protocol : protocols) {
        PortSet here;
        here.add(over, *ports);
        warn_of_transport(protocol, here, value.place(), reading);
    }
    return Reservation{
        .name = text, .transport = over, .ports = *ports, .protocols = std::move(protocols)};
}

}  // namespace

void read_defaults(const yaml::Node& node, Reading& reading) {
    yaml::Map map{node, std::string{kDefaultsKey}, reading.problems};
    for (const auto& [key, value] : map.entries()) {
        const auto protocol = as_protocol(key, reading);
        PortSet ports = as_port_set(value, key.scalar(), reading.problems);
        if (!protocol) continue;
        if (!reading.claim(std::string{kDefaultsKey} + "." + *protocol, key)) continue;
        warn_of_transport(*protocol, ports, value.place(), reading);
        reading.policy.defaults.emplace(*protocol, std::move(ports));
    }
    map.finish();
}

void read_reservations(const yaml::Node& node, Reading& reading) {
    yaml::Map map{node, "ReservedPorts", reading.problems};
    for (const auto& [key, value] : map.entries()) {
        auto reservation = read_reservation(key, value, reading);
        if (!reservation || !reading.claim("ReservedPorts." + reservation->name, key)) continue;
        auto& all = reading.policy.reservations;
        const auto same = std::ranges::find_if(all, [&](const Reservation& other) {
            return other.transport == reservation->transport &&
                   other.ports.first <= reservation->ports.last &&
                   reservation->ports.first <= other.ports.last;
        });
        if (same != all.end()) {
            reading.problems.error(key.place(), reservation->name + " overlaps " + same->name +
                                                    ", which is reserved too; separate them");
            continue;
        }
        all.push_back(std::move(*reservation));
    }
    map.finish();
}

void read_roles(const yaml::Node& node, Reading& reading) {
    yaml::Map map{node, "roles", reading.problems};
    for (const auto& [key, value] : map.entries()) {
        const std::string what = "role '" + key.scalar() + "'";
        const std::size_t errors_before = reading.problems.errors();
        yaml::Map fields{value, what, reading.problems};
        Role role;
        role.name = key.scalar();
        const yaml::Node apps = fields.optional("apps");
        const yaml::Node groups = fields.optional("app_groups");
        role.apps = as_globs(apps, reading.problems);
        role.app_groups = as_app_groups(groups, reading);
        role.conditions = read_conditions(fields, reading);
        role.rules = read_rules(fields, reading);
        fields.finish();
        if (!apps.defined() && !groups.defined() && role.conditions.signers.empty()) {
            reading.problems.error(key.place(),
                                   what + " covers nobody; give it apps, app_groups or signers");
        }
        warn_if_idle(role.rules, what, key, errors_before, reading);
        if (!reading.claim("roles." + role.name, key)) continue;
        reading.policy.roles.push_back(std::move(role));
    }
    map.finish();
}

void read_apps(const yaml::Node& node, Reading& reading) {
    yaml::Map map{node, "apps", reading.problems};
    for (const auto& [key, value] : map.entries()) {
        const std::string what = "app '" + key.scalar() + "'";
        const std::size_t errors_before = reading.problems.errors();
        const auto app = as_glob(key, reading.problems);
        yaml::Map fields{value, what, reading.problems};
        Rules rules = read_rules(fields, reading);
        fields.finish();
        warn_if_idle(rules, what, key, errors_before, reading);
        if (!app || !reading.claim("apps." + key.scalar(), key)) continue;
        reading.policy.apps.push_back({*app, std::move(rules)});
    }
    map.finish();
}

void read_score(const yaml::Node& node, Reading& reading) {
    constexpr std::int64_t kMaxPoints = 1000;
    yaml::Map map{node, "score", reading.problems};
    const auto points_at = [&](const yaml::Node& value, const std::string& name, int& points) {
        const auto given = yaml::as_integer(value, 0, kMaxPoints, reading.problems);
        if (!given || !reading.claim("score." + name, value)) return;
        points = static_cast<int>(*given);
    };
    for (std::size_t i = 0; i < kEvidenceCount; ++i) {
        if (static_cast<Evidence>(i) == Evidence::kProtocolRisk) continue;
        points_at(map.optional(kEvidence[i].name), std::string{kEvidence[i].name},
                  reading.policy.points[i]);
    }
    const std::string risk{row_of(Evidence::kProtocolRisk).name};
    yaml::Map risks{map.optional(risk), risk, reading.problems};
    points_at(risks.optional("default"), risk + ".default", reading.policy.default_protocol_risk);
    for (const auto& [key, value] : risks.entries()) {
        if (key.scalar() == "default") continue;
        const auto protocol = as_protocol(key, reading);
        int points = 0;
        points_at(value, risk + "." + key.scalar(), points);
        if (protocol) reading.policy.protocol_risk.try_emplace(*protocol, points);
    }
    risks.finish();
    map.finish();
}

void read_severity(const yaml::Node& node, Reading& reading) {
    if (!node.defined()) return;
    constexpr std::int64_t kMaxScore = 10'000;
    yaml::Map map{node, "severity", reading.problems};
    SeverityThresholds& thresholds = reading.policy.severity;
    const auto read = [&](std::string_view name, int& threshold) {
        const yaml::Node value = map.optional(name);
        const auto given = yaml::as_integer(value, 0, kMaxScore, reading.problems);
        if (given && reading.claim("severity." + std::string{name}, value)) {
            threshold = static_cast<int>(*given);
        }
    };
    read("low", thresholds.low);
    read("medium", thresholds.medium);
    read("high", thresholds.high);
    map.finish();
}

void read_alert_limits(const yaml::Node& node, Reading& reading) {
    if (!node.defined()) return;
    constexpr std::int64_t kMost = 1'000'000'000;
    yaml::Map map{node, "AlertLimits", reading.problems};
    const auto read = [&](std::string_view name, std::uint64_t& limit) {
        const yaml::Node value = map.optional(name);
        const auto given = yaml::as_integer(value, 0, kMost, reading.problems);
        if (given && reading.claim("AlertLimits." + std::string{name}, value)) {
            limit = static_cast<std::uint64_t>(*given);
        }
    };
    AlertLimits& limits = reading.policy.alert_limits;
    read("per_device", limits.per_device);
    read("per_app", limits.per_app);
    read("per_rule", limits.per_rule);
    map.finish();
}

void read_neighbours(const yaml::Node& node, Reading& reading) {
    if (!node.defined()) return;
    yaml::Map map{node, "Neighbours", reading.problems};
    const auto read = [&](std::string_view name, bool& flag) {
        const yaml::Node value = map.optional(name);
        const auto given = yaml::as_bool(value, reading.problems);
        if (given && reading.claim("Neighbours." + std::string{name}, value)) flag = *given;
    };
    read("beaconing", reading.policy.neighbours.beaconing);
    read("relay", reading.policy.neighbours.relay);
    map.finish();
}

/// The union of what all files say.
void read_baseline(const yaml::Node& node, Reading& reading) {
    for (const yaml::Node& element : node.elements()) {
        yaml::Map map{element, "an entry of AppNetworkBehaviorBaseline", reading.problems};
        BaselineEntry entry{.apps = as_globs(map.optional("apps"), reading.problems),
                            .names = as_globs(map.optional("names"), reading.problems)};
        map.finish();
        for (std::string& name : entry.names)
            name = lower_case(name);
        if (entry.apps.empty() && entry.names.empty()) {
            reading.problems.error(element.place(), "give apps, names or both");
        }
        reading.policy.neighbours.baseline.push_back(std::move(entry));
    }
}

}  // namespace sensor::judge
