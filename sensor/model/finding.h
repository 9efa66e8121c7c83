// What the sensor tells an analyst: one behaviour of one app, with its evidence. Cold side.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sensor/model/observation.h"

namespace sensor {

enum class FindingKind : std::uint8_t {
    kPortMismatch,        ///< a recognised protocol on a port that is not approved for it
    kProtocolUnapproved,  ///< a protocol that this app or role may not speak at all
    kPortMasquerade,      ///< a port reserved for one protocol carries another, or nothing known
    kBeaconing,           ///< approved, but it keeps time while nobody uses the app: AN1793, AN1681
    kRelay,               ///< a managed device serves as a proxy for others: AN1702
};
[[nodiscard]] std::string_view name_of(FindingKind kind) noexcept;

enum class Severity : std::uint8_t { kInfo, kLow, kMedium, kHigh };
[[nodiscard]] std::string_view name_of(Severity severity) noexcept;
/// EVE's number: 1 is the gravest, 4 the mildest.
[[nodiscard]] int eve_severity(Severity severity) noexcept;

/// One named part of the score. The parts add up to the finding's score.
struct Contribution {
    std::string name;     ///< key under `score:` in policy.yaml
    std::string channel;  ///< ATT&CK log-source channel, e.g. "AN1827.5"; empty if none
    int points = 0;
    std::string detail;  ///< what was seen, for an analyst
};

struct Recurrence {
    std::uint64_t sessions = 0;  ///< sessions of this behaviour so far, those of earlier lives too
    Duration median_interval{};  ///< between their starts; zero with fewer than two
    Duration spread{};           ///< median absolute deviation of the intervals
    bool stable = false;         ///< within BeaconIntervalTolerance
};

enum class FindingStatus : std::uint8_t {
    kOpen,
    kWithdrawn,  ///< facts that came later approve its sessions, or make them another finding's
    kClosed,     ///< nothing more of it for TimeWindow, or no room to wait for more
};
[[nodiscard]] std::string_view name_of(FindingStatus status) noexcept;

/// What the same behaviour did before it was quiet for so long that its finding was closed.
struct EarlierLife {
    std::uint64_t times = 0;  ///< that it was closed
    std::uint64_t sessions = 0;
    Timestamp first_seen{};
    Timestamp last_seen{};
};

/// Findings that were not told, because there were more than the policy's AlertLimits let through,
/// since the last that was.
struct Suppressed {
    std::uint64_t of_device = 0;  ///< of the finding's own
    std::uint64_t of_app = 0;     ///< ditto
    std::uint64_t of_rule = 0;    ///< ditto

    friend bool operator==(const Suppressed&, const Suppressed&) = default;
};

enum class EvidenceState : std::uint8_t {
    kWritten,      ///< the session's first packets go into the file
    kOverwritten,  ///< they were gone when they were asked for: others had needed their room
    kFull,         ///< the file has as many sessions as it may
    kFailed,       ///< too many others waited to be written
};
[[nodiscard]] std::string_view name_of(EvidenceState state) noexcept;

/// Where first packets of a finding's sessions are kept, and what became of the newest's.
struct KeptEvidence {
    EvidenceState state{};
    std::string file;           ///< the finding's; empty if it has none
    std::uint32_t packets = 0;  ///< of the newest session, so far
    std::uint32_t missing = 0;  ///< those before or between them that were overwritten
};

struct Finding {
    std::string id;              ///< stable over revisions and runs
    std::uint32_t revision = 0;  ///< from 1
    FindingStatus status = FindingStatus::kOpen;
    /// Which facts, that came after the session, led to this revision; empty if none did.
    std::string revised_by{};
    EarlierLife earlier{};
    Suppressed suppressed{};
    FindingKind kind{};
    Severity severity{};
    /// Of the revision before, if this process told one.
    std::optional<Severity> severity_before{};
    int score = 0;
    std::vector<Contribution> contributions;
    std::string rule;      ///< which line of the policy decided, e.g. "defaults.tls"
    std::string expected;  ///< what the policy approves there, for people: "tls on tcp/443"
    std::string role;      ///< the app's role in the policy; empty if none
    std::vector<std::string> analytics;  ///< "AN1827", "AN1828"
    Timestamp first_seen{};
    Timestamp last_seen{};
    Recurrence recurrence;
    Observation session;                     ///< the newest session of the behaviour
    std::optional<KeptEvidence> evidence{};  ///< none if no evidence is kept
};

}  // namespace sensor
