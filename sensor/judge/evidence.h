// What may speak against a session: every named item of the score, with its ATT&CK channel.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace sensor::judge {

/// In the order in which findings list them.
enum class Evidence : std::uint8_t {
    kPortMismatch,
    kProtocolUnapproved,
    kPortMasquerade,
    kBeaconing,
    kRelay,
    kProtocolRisk,
    kOutsideAppMapping,
    kRecurrence,
    kPersistence,
    kManyDestinations,
    kManyPorts,
    kLowVolume,
    kAppBackground,
    kDeviceLocked,
    kNoRecentInteraction,
    kBackgroundJob,
    kAppUnmanaged,
    kAppUnapproved,
    kDeviceNoncompliant,
    kCount,
};
inline constexpr std::size_t kEvidenceCount = static_cast<std::size_t>(Evidence::kCount);

struct EvidenceRow {
    std::string_view name;  ///< key under `score:`
    int channel;            ///< log-source channel of AN1827 and AN1828; 0 means none
    int points;             ///< unless the policy says otherwise
};

/// protocol_risk has points by protocol instead; see Policy::protocol_risk.
inline constexpr std::array<EvidenceRow, kEvidenceCount> kEvidence{{
    {"port_mismatch", 1, 20},
    {"protocol_unapproved", 1, 25},
    {"port_masquerade", 1, 35},
    {"beaconing", 0, 20},
    {"relay", 0, 45},
    {"protocol_risk", 1, 0},
    {"outside_app_mapping", 3, 8},
    {"recurrence", 2, 12},
    {"persistence", 2, 8},
    {"many_destinations", 0, 6},
    {"many_ports", 0, 6},
    {"low_volume", 0, 5},
    {"app_background", 4, 7},
    {"device_locked", 5, 7},
    {"no_recent_interaction", 6, 4},
    {"background_job", 7, 7},
    {"app_unmanaged", 8, 6},
    {"app_unapproved", 8, 6},
    {"device_noncompliant", 0, 5},
}};

[[nodiscard]] constexpr const EvidenceRow& row_of(Evidence evidence) noexcept {
    return kEvidence[static_cast<std::size_t>(evidence)];
}

}  // namespace sensor::judge
