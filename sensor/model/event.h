// The identity events every feed is turned into: the one vocabulary of attribute/. Facts are
// ordered by what they say, which puts those of one moment in an order that does not depend on
// arrival.
#pragma once

#include <compare>
#include <string>
#include <variant>

#include "sensor/model/observation.h"

namespace sensor {

/// What an inventory says of a device. Unknown fields leave what was known before.
struct DeviceFact {
    std::string name;
    std::string user;
    Platform platform = Platform::kUnknown;
    Tristate managed = Tristate::kUnknown;
    Tristate supervised = Tristate::kUnknown;
    Tristate compliant = Tristate::kUnknown;

    friend auto operator<=>(const DeviceFact&, const DeviceFact&) = default;
};
/// From now on (`granted`), or until now, this address is the device's.
struct LeaseFact {
    Address address;
    bool granted = true;
    std::string app_group;  ///< the tunnel group it was given in, as RADIUS tells; may be empty

    friend auto operator<=>(const LeaseFact&, const LeaseFact&) = default;
};
struct LockFact {
    bool locked = false;

    friend auto operator<=>(const LockFact&, const LockFact&) = default;
};
struct AppStateFact {
    std::string app;
    AppState state = AppState::kUnknown;

    friend auto operator<=>(const AppStateFact&, const AppStateFact&) = default;
};
struct InteractionFact {
    friend auto operator<=>(const InteractionFact&, const InteractionFact&) = default;
};
struct JobFact {
    std::string app;
    std::string job;  ///< workmanager, jobscheduler, alarm, fgs, boot_receiver, bgappRefresh, ...

    friend auto operator<=>(const JobFact&, const JobFact&) = default;
};
/// This app opened a connection to this destination.
struct ConnectFact {
    std::string app;
    Endpoint destination;
    Transport transport = Transport::kTcp;

    friend auto operator<=>(const ConnectFact&, const ConnectFact&) = default;
};
/// An app as the MDM knows it on one device.
struct AppFact {
    std::string app;
    Tristate managed = Tristate::kUnknown;
    Tristate approved = Tristate::kUnknown;

    friend auto operator<=>(const AppFact&, const AppFact&) = default;
};

struct IdentityEvent {
    Timestamp time{};    ///< the event's own time, not its arrival
    std::string device;  ///< device id as the feed spells it, e.g. "serial:R5CT1"
    std::string source;  ///< which feed, e.g. "ndjson"
    std::variant<DeviceFact, LeaseFact, LockFact, AppStateFact, InteractionFact, JobFact,
                 ConnectFact, AppFact>
        fact;
};

}  // namespace sensor
