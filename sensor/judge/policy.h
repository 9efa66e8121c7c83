// The policy: which protocol may run on which port, for whom. Plain data, read from policy.yaml by
// policy_load.h and asked by decide.h.
//
// Keys that ATT&CK names as mutable elements of AN1827 and AN1828 keep their names in the file.
#pragma once

#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sensor/judge/alert_limits.h"
#include "sensor/judge/conditions.h"
#include "sensor/judge/evidence.h"
#include "sensor/judge/port_set.h"
#include "sensor/model/timestamp.h"

namespace sensor::judge {

/// The name of sessions in which no protocol was recognised.
inline constexpr std::string_view kUnknownProtocol = "unknown";

using Allowances = std::map<std::string, PortSet, std::less<>>;  ///< by protocol name

/// What an app or a role may and may not speak.
struct Rules {
    Allowances allow;
    std::set<std::string, std::less<>> deny;  ///< on no port at all
};

struct AppRules {
    std::string app;  ///< a package or bundle id, or a glob of them
    Rules rules;
};

struct Role {
    std::string name;
    std::vector<std::string> apps;  ///< globs
    std::vector<std::string> app_groups;
    Conditions conditions;  ///< must hold, too
    Rules rules;

    /// Leaving the conditions aside. Either list may match; with none, the conditions alone say
    /// whom it covers.
    [[nodiscard]] bool covers(std::string_view app, std::string_view app_group) const noexcept;
};

struct ServiceClass {
    std::string name;
    std::vector<std::string> names;  ///< globs in lower case, on SNI or Host
    std::vector<Prefix> prefixes;    ///< of the destination
    std::vector<std::string> apps;   ///< globs; empty means every app
    Allowances allow;

    /// Either list may match. `host` is in lower case, as plain_host_name() makes it.
    [[nodiscard]] bool has(const std::optional<Address>& destination,
                           std::string_view host) const noexcept;
};

/// Ports where only these protocols may be.
struct Reservation {
    std::string name;  ///< as written: "tcp/443"
    Transport transport{};
    PortRange ports;
    std::vector<std::string> protocols;
};

/// Conditions of an exception: all that are given must hold, an empty one holds for everything.
struct ExceptionMatch {
    std::vector<std::string> apps;  ///< globs
    std::vector<std::string> app_groups;
    std::vector<std::string> roles;    ///< by name
    std::vector<std::string> devices;  ///< globs on device ids
    std::vector<std::string> protocols;
    PortSet ports;
    std::vector<Prefix> prefixes;    ///< of the destination; one of these three must match
    std::vector<std::string> names;  ///< globs in lower case, on SNI or Host
    std::vector<std::string> service_classes;  ///< by name
    Conditions conditions;

    [[nodiscard]] bool has_destinations() const noexcept {
        return !prefixes.empty() || !names.empty() || !service_classes.empty();
    }
};

struct Exception {
    std::string id;
    std::string owner;
    std::string reason;
    std::string created;  ///< as written; may be empty
    std::string expires;  ///< ditto, never empty
    Timestamp void_from;  ///< the end of the day it expires on, UTC; no longer applies from here
    ExceptionMatch match;
};

/// ATT&CK AppNetworkBehaviorBaseline: these apps may keep time with these destinations.
struct BaselineEntry {
    std::vector<std::string> apps;   ///< globs; empty means every app
    std::vector<std::string> names;  ///< globs in lower case, on SNI or Host; empty means all
};

/// Analytics beside AN1827 and AN1828 that the same facts allow; each off unless asked for.
struct Neighbours {
    bool beaconing = false;  ///< AN1793, AN1794; of web protocols AN1681, AN1682
    bool relay = false;      ///< AN1702
    std::vector<BaselineEntry> baseline;

    [[nodiscard]] bool any() const noexcept { return beaconing || relay; }
};

/// A score from here on is at least this grave.
struct SeverityThresholds {
    int low = 20;
    int medium = 45;
    int high = 70;
};

struct Policy {
    Duration time_window = std::chrono::hours{24};
    Duration recent_user_interaction_window = std::chrono::minutes{10};
    Duration persistence_threshold = std::chrono::minutes{10};
    Duration job_window = std::chrono::minutes{5};  ///< a job this long before a session started it
    double beacon_interval_tolerance = 0.2;         ///< median absolute deviation / median
    std::uint64_t recurrence_minimum = 4;           ///< sessions
    unsigned spread_minimum = 5;  ///< destinations of one odd port, or ports of one destination
    bool foreground_state_required = true;  ///< sessions in the background are evidence
    bool supervised_required = false;       ///< iOS: device state counts on supervised devices only

    Allowances defaults;  ///< AllowedProtocolPortMappings
    std::vector<Reservation> reservations;
    std::vector<std::string> allowed_apps;          ///< globs; empty means no such list is kept
    std::vector<std::string> allowed_managed_apps;  ///< ditto, for iOS
    std::vector<Role> roles;
    std::vector<AppRules> apps;
    std::vector<ServiceClass> service_classes;
    std::vector<Exception> exceptions;

    std::array<int, kEvidenceCount> points = default_points();
    std::map<std::string, int, std::less<>> protocol_risk;  ///< points by protocol
    int default_protocol_risk = 6;                          ///< points of protocols not listed
    SeverityThresholds severity;
    AlertLimits alert_limits;
    Neighbours neighbours;

    /// False if it allows nobody anything.
    [[nodiscard]] bool allows_anything() const noexcept;
    /// The reservation that keeps `protocol` off this port; null if it may be there.
    [[nodiscard]] const Reservation* reserved_against(std::string_view protocol,
                                                      Transport transport,
                                                      PortNumber port) const noexcept;
    [[nodiscard]] int points_of(Evidence evidence) const noexcept {
        return points[static_cast<std::size_t>(evidence)];
    }
    [[nodiscard]] int risk_of(std::string_view protocol) const noexcept;

  private:
    static constexpr std::array<int, kEvidenceCount> default_points() noexcept {
        std::array<int, kEvidenceCount> points{};
        for (std::size_t i = 0; i < kEvidenceCount; ++i)
            points[i] = kEvidence[i].points;
        return points;
    }
};

/// "AllowedProtocolPortMappings", the first word of a protocol default's name.
inline constexpr std::string_view kDefaultsKey = "AllowedProtocolPortMappings";

}  // namespace sensor::judge
