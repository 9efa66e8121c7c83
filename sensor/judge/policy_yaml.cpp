#include "sensor/judge/policy_yaml.h"

#include <array>
#include <span>
#include <utility>

#include "lib/json/writer.h"

namespace sensor::judge {
namespace {

/// JSON's quoting is YAML's too (YAML 1.2 §1.3).
std::string quoted(std::string_view text) {
    json::Writer writer;
    return std::string{writer.text(text).view()};
}

std::string list_of(std::span<const std::string> texts) {
    std::string list = "[";
    for (const std::string& text : texts) {
        if (list.size() > 1) list += ", ";
        list += quoted(text);
    }
    return list + "]";
}

std::string duration_of(Duration duration) {
    using namespace std::chrono_literals;
    constexpr std::array<std::pair<Duration, const char*>, 5> kUnits{
        {{24h, "d"}, {1h, "h"}, {1min, "m"}, {1s, "s"}, {1ms, "ms"}}};
    for (const auto& [unit, name] : kUnits) {
        if (duration >= unit && duration % unit == 0ns)
            return std::to_string(duration / unit) + name;
    }
    return "0s";
}

std::string ports_of(const PortSet& ports) {
    std::string map = "{";
    for (const Transport transport : {Transport::kTcp, Transport::kUdp}) {
        const auto ranges = ports.ranges(transport);
        if (ranges.empty()) continue;
        if (map.size() > 1) map += ", ";
        map += std::string{word_for(transport)} + ": ";
        if (ranges.size() == 1 && ranges[0] == kAnyPort) {
            map += "any";
            continue;
        }
        std::string list;
        for (const PortRange& range : ranges) {
            if (!list.empty()) list += ", ";
            list += range.first == range.last ? std::to_string(range.first)
                                              : '"' + std::to_string(range.first) + '-' +
                                                    std::to_string(range.last) + '"';
        }
        map += '[' + list + ']';
    }
    return map + "}";
}

std::string prefixes_and_names(const std::vector<Prefix>& prefixes,
                               const std::vector<std::string>& names) {
    std::vector<std::string> all;
    for (const Prefix& prefix : prefixes)
        all.push_back(to_string(prefix));
    all.insert(all.end(), names.begin(), names.end());
    return list_of(all);
}

class Writer {
  public:
    void line(int depth, const std::string& text) {
        out_.append(2 * static_cast<std::size_t>(depth), ' ');
        out_ += text + '\n';
    }
    void list(int depth, const std::string& key, std::span<const std::string> texts) {
        if (!texts.empty()) line(depth, key + ": " + list_of(texts));
    }
    void allowances(int depth, const std::string& key, const Allowances& allow) {
        if (allow.empty()) return;
        line(depth, key + ":");
        for (const auto& [protocol, ports] : allow) {
            line(depth + 1, protocol + ": " + ports_of(ports));
        }
    }
    void rules(int depth, const Rules& rules) {
        allowances(depth, "allow", rules.allow);
        list(depth, "deny", std::vector<std::string>{rules.deny.begin(), rules.deny.end()});
    }
    void conditions(int depth, const Conditions& conditions) {
        std::vector<std::string> platforms;
        for (const Platform platform : conditions.platforms)
            platforms.emplace_back(name_of(platform));
        std::vector<std::string> hours;
        for (const Hours& each : conditions.hours)
            hours.push_back(each.text);
        list(depth, "signers", conditions.signers);
        list(depth, "platforms", platforms);
        list(depth, "hours", hours);
        if (conditions.app_managed) {
            line(depth,
                 std::string{"app_managed: "} + (*conditions.app_managed ? "true" : "false"));
        }
    }
    [[nodiscard]] std::string take() { return std::move(out_); }

  private:
    std::string out_;
};

void write_windows(Writer& out, const Policy& policy) {
    out.line(0, "TimeWindow: " + duration_of(policy.time_window));
    out.line(0,
             "RecentUserInteractionWindow: " + duration_of(policy.recent_user_interaction_window));
    out.line(0, "PersistenceThreshold: " + duration_of(policy.persistence_threshold));
    out.line(0, "JobWindow: " + duration_of(policy.job_window));
    json::Writer number;
    number.number(policy.beacon_interval_tolerance);
    out.line(0, "BeaconIntervalTolerance: " + std::string{number.view()});
    out.line(0, "RecurrenceMinimum: " + std::to_string(policy.recurrence_minimum));
    out.line(0, "SpreadMinimum: " + std::to_string(policy.spread_minimum));
    const auto word = [](bool value) { return value ? "true" : "false"; };
    out.line(0, std::string{"ForegroundStateRequired: "} + word(policy.foreground_state_required));
    out.line(0, std::string{"SupervisedRequired: "} + word(policy.supervised_required));
}

void write_exception(Writer& out, const Exception& exception) {
    out.line(1, "- id: " + quoted(exception.id));
    out.line(2, "owner: " + quoted(exception.owner));
    out.line(2, "reason: " + quoted(exception.reason));
    if (!exception.created.empty()) out.line(2, "created: " + exception.created);
    out.line(2, "expires: " + exception.expires);
    out.line(2, "match:");
    const ExceptionMatch& match = exception.match;
    out.list(3, "apps", match.apps);
    out.list(3, "app_groups", match.app_groups);
    out.list(3, "roles", match.roles);
    out.list(3, "devices", match.devices);
    out.list(3, "protocols", match.protocols);
    if (!match.ports.empty()) out.line(3, "ports: " + ports_of(match.ports));
    if (!match.prefixes.empty() || !match.names.empty()) {
        out.line(3, "destinations: " + prefixes_and_names(match.prefixes, match.names));
    }
    out.list(3, "service_classes", match.service_classes);
    out.conditions(3, match.conditions);
}

void write_who(Writer& out, const Policy& policy) {
    if (!policy.roles.empty()) out.line(0, "roles:");
    for (const Role& role : policy.roles) {
        out.line(1, role.name + ":");
        out.list(2, "apps", role.apps);
        out.list(2, "app_groups", role.app_groups);
        out.conditions(2, role.conditions);
        out.rules(2, role.rules);
    }
    if (!policy.apps.empty()) out.line(0, "apps:");
    for (const AppRules& app : policy.apps) {
        out.line(1, quoted(app.app) + ":");
        out.rules(2, app.rules);
    }
    if (!policy.service_classes.empty()) out.line(0, "AllowedServiceClasses:");
    for (const ServiceClass& service : policy.service_classes) {
        out.line(1, service.name + ":");
        out.list(2, "names", service.names);
        if (!service.prefixes.empty()) {
            out.line(2, "prefixes: " + prefixes_and_names(service.prefixes, {}));
        }
        out.list(2, "apps", service.apps);
        out.allowances(2, "allow", service.allow);
    }
}

void write_score(Writer& out, const Policy& policy) {
    out.line(0, "score:");
    for (std::size_t i = 0; i < kEvidenceCount; ++i) {
        const auto evidence = static_cast<Evidence>(i);
        if (evidence == Evidence::kProtocolRisk) continue;
        out.line(1, std::string{row_of(evidence).name} + ": " +
                        std::to_string(policy.points_of(evidence)));
    }
    out.line(1, "protocol_risk:");
    out.line(2, "default: " + std::to_string(policy.default_protocol_risk));
    for (const auto& [protocol, points] : policy.protocol_risk) {
        out.line(2, protocol + ": " + std::to_string(points));
    }
    out.line(0, "severity: {low: " + std::to_string(policy.severity.low) +
                    ", medium: " + std::to_string(policy.severity.medium) +
                    ", high: " + std::to_string(policy.severity.high) + "}");
    const Neighbours& neighbours = policy.neighbours;
    const auto word = [](bool value) { return value ? "true" : "false"; };
    out.line(0, std::string{"Neighbours: {beaconing: "} + word(neighbours.beaconing) +
                    ", relay: " + word(neighbours.relay) + "}");
    if (!neighbours.baseline.empty()) out.line(0, "AppNetworkBehaviorBaseline:");
    for (const BaselineEntry& entry : neighbours.baseline) {
        out.line(1, "-");
        out.list(2, "apps", entry.apps);
        out.list(2, "names", entry.names);
    }
    const AlertLimits& limits = policy.alert_limits;
    out.line(0, "AlertLimits: {per_device: " + std::to_string(limits.per_device) +
                    ", per_app: " + std::to_string(limits.per_app) +
                    ", per_rule: " + std::to_string(limits.per_rule) + "}");
}

}  // namespace

std::string policy_yaml(const Policy& policy) {
    Writer out;
    write_windows(out, policy);
    out.list(0, "AllowedAppList", policy.allowed_apps);
    out.list(0, "AllowedManagedApps", policy.allowed_managed_apps);
    out.allowances(0, std::string{kDefaultsKey}, policy.defaults);
    if (!policy.reservations.empty()) out.line(0, "ReservedPorts:");
    for (const Reservation& reservation : policy.reservations) {
        out.line(1, reservation.name + ": " + list_of(reservation.protocols));
    }
    write_who(out, policy);
    if (!policy.exceptions.empty()) out.line(0, "EnterpriseExceptionList:");
    for (const Exception& exception : policy.exceptions)
        write_exception(out, exception);
    write_score(out, policy);
    return out.take();
}

}  // namespace sensor::judge
