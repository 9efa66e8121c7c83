// The identity events every feed is turned into: the one vocabulary of attribute/. Facts are
// ordered by what they say, which puts those of one moment in an order that does not depend on
// arrival.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sensor/model/observation.h"

namespace sensor {

/// What an inventory says of a device. Unknown fields leave what was known before.
struct DeviceFact {
    std::string name{};
    std::string user{};
    Platform platform = Platform::kUnknown;
    Tristate managed = Tristate::kUnknown;
    Tristate supervised = Tristate::kUnknown;
    Tristate compliant = Tristate::kUnknown;
    /// Further ids of the same device, as device_id.h writes them. None by which a user is named.
    std::vector<std::string> also_known_as{};

    friend auto operator<=>(const DeviceFact&, const DeviceFact&) = default;
};
/// From now on (`granted`), or until now, this address is the device's.
struct LeaseFact {
    Address address{};
    bool granted = true;
    std::string app_group{};  ///< the tunnel group it was given in, as RADIUS tells; may be empty

    friend auto operator<=>(const LeaseFact&, const LeaseFact&) = default;
};
struct LockFact {
    bool locked = false;

    friend auto operator<=>(const LockFact&, const LockFact&) = default;
};
struct AppStateFact {
    std::string app{};
    AppState state = AppState::kUnknown;

    friend auto operator<=>(const AppStateFact&, const AppStateFact&) = default;
};
struct InteractionFact {
    friend auto operator<=>(const InteractionFact&, const InteractionFact&) = default;
};
struct JobFact {
    std::string app{};
    std::string job;  ///< workmanager, jobscheduler, alarm, fgs, boot_receiver, bgappRefresh, ...

    friend auto operator<=>(const JobFact&, const JobFact&) = default;
};
/// A process of this app began: where no feed tells of jobs, one that begins while the device is
/// locked stands for them.
struct ProcessFact {
    std::string app{};
    std::string process{};  ///< its name; may be empty

    friend auto operator<=>(const ProcessFact&, const ProcessFact&) = default;
};
/// This app opened a connection to this destination.
struct ConnectFact {
    std::string app{};
    Endpoint destination{};
    Transport transport = Transport::kTcp;
    /// The client's end as the sensor sees it, if the feed knows. It tells two connections to one
    /// server apart; and where a feed names no device, it is whose address this was.
    std::optional<Endpoint> client{};

    friend auto operator<=>(const ConnectFact&, const ConnectFact&) = default;
};
/// An app as the MDM knows it on one device.
struct AppFact {
    std::string app{};
    Tristate managed = Tristate::kUnknown;
    Tristate approved = Tristate::kUnknown;
    Tristate installed = Tristate::kUnknown;
    std::string version{};  ///< as the inventory writes it
    std::string signer{};   ///< SHA-256 of the signing certificate, in lower-case hexadecimal

    friend auto operator<=>(const AppFact&, const AppFact&) = default;
};

struct IdentityEvent {
    Timestamp time{};  ///< the event's own time, not its arrival
    /// Device id, "serial:R5CT1" (see device_id.h); empty in a ConnectFact with a client means: of
    /// whoever had that address then.
    std::string device;
    std::string source;  ///< which feed, e.g. "ndjson"
    std::variant<DeviceFact, LeaseFact, LockFact, AppStateFact, InteractionFact, JobFact,
                 ConnectFact, AppFact, ProcessFact>
        fact;
};

}  // namespace sensor
