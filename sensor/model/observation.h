// Cold side: a session with everything known about it, in words. What the judge decides on and what
// reports print.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sensor/model/fact_list.h"
#include "sensor/model/packet.h"
#include "sensor/model/session.h"

namespace sensor {

/// How the app behind a session became known, most trusted first.
enum class AttributionMethod : std::uint8_t {
    kFlowRecord,  ///< a gateway's or agent's record of this very connection
    kTunnelTag,   ///< the tunnel tag names one app
    kSingleApp,   ///< the device may run one app only in the tagged group
    kAppGroup,    ///< the tunnel tag names a group of apps
    kNone,
};
enum class AttributionConfidence : std::uint8_t { kNone, kLow, kMedium, kHigh };
[[nodiscard]] std::string_view name_of(AttributionMethod method) noexcept;
[[nodiscard]] std::string_view name_of(AttributionConfidence confidence) noexcept;

enum class Platform : std::uint8_t { kUnknown, kAndroid, kIos };
[[nodiscard]] std::string_view name_of(Platform platform) noexcept;

/// Who opened a session.
struct Attribution {
    std::string device;       ///< device id as the feeds spell it; empty if unknown
    std::string device_name;  ///< for people; empty if unknown
    std::string user;
    Platform platform = Platform::kUnknown;
    std::string app;        ///< package or bundle id; empty if unknown
    std::string app_group;  ///< from the tunnel tag; empty if none
    std::string rule;       ///< the tag rule that matched, as the operator would write it
    AttributionMethod method = AttributionMethod::kNone;
    AttributionConfidence confidence = AttributionConfidence::kNone;
};

/// A fact about a device that a source may or may not know: unknown is not false.
enum class Tristate : std::uint8_t { kUnknown, kNo, kYes };
[[nodiscard]] std::string_view name_of(Tristate value) noexcept;

enum class AppState : std::uint8_t { kUnknown, kForeground, kBackground };
[[nodiscard]] std::string_view name_of(AppState state) noexcept;

/// The device and the app as of one moment (a session's start), each from the newest event before
/// it.
struct DeviceContext {
    AppState app_state = AppState::kUnknown;
    std::optional<Timestamp> app_state_since;
    /// When the app was last in the foreground, as of the session's newest packet: "no foreground
    /// transition during the sequence" is this being older than the sequence.
    std::optional<Timestamp> last_foreground;
    Tristate locked = Tristate::kUnknown;
    std::optional<Timestamp> locked_since;
    std::optional<Duration> since_interaction;  ///< time since the last user interaction
    std::optional<Duration> since_job;          ///< time since the app's last job or service start
    std::string job;                            ///< which kind of job
    std::optional<Duration> since_unlock;       ///< time since the device was last unlocked
    /// Where no feed tells of jobs: whether the app's last process before the session began while
    /// the device was locked.
    Tristate started_locked = Tristate::kUnknown;
    std::optional<Duration> since_process;  ///< time since that process began
    Tristate managed = Tristate::kUnknown;  ///< the device, or its work profile, is managed
    Tristate supervised = Tristate::kUnknown;
    Tristate compliant = Tristate::kUnknown;
    Tristate app_managed = Tristate::kUnknown;   ///< installed and managed by the MDM
    Tristate app_approved = Tristate::kUnknown;  ///< on the organisation's approved list
    Tristate app_installed = Tristate::kUnknown;
    std::string app_version;  ///< as the inventory writes it
    std::string app_signer;   ///< SHA-256 of its signing certificate, hexadecimal
};

/// An identity fact that an attribution or a context rests on.
struct UsedFact {
    std::string what;    ///< for people: "locked", "com.x connected to 198.51.100.7:7878 over TCP"
    std::string source;  ///< the feed that told it
    Timestamp time{};    ///< its own time

    friend bool operator==(const UsedFact&, const UsedFact&) = default;
};

/// A session as the cold side knows it. Times are packet times; integers host byte order.
struct Observation {
    std::uint64_t flow_id = 0;
    Endpoint client;
    Endpoint server;
    Transport transport = Transport::kNone;
    Tags tags;
    Timestamp start{};
    Timestamp last{};
    std::uint64_t packets_to_server = 0;
    std::uint64_t packets_to_client = 0;
    std::uint64_t bytes_to_server = 0;  ///< inner IP bytes
    std::uint64_t bytes_to_client = 0;
    std::string protocol;            ///< "unknown" if nothing validated
    std::string protocol_to_server;  ///< what the client's bytes are; empty if they said nothing
    std::string protocol_to_client;  ///< ditto for the server's
    Confirmed confirmed = Confirmed::kNone;
    /// What the session went on as (STARTTLS, CONNECT, SOCKS); empty if it did not, or nobody
    /// knows.
    std::string inner_protocol;
    Confirmed inner_confirmed = Confirmed::kNone;
    bool is_proxied = false;  ///< the server was asked to pass the inner protocol on to another
    bool conflict = false;    ///< the two directions speak different protocols
    bool loss_seen = false;   ///< a hole in the first bytes
    bool overlap_conflict = false;  ///< retransmitted first bytes differed; the first ones count
    bool ended = false;
    TcpState tcp_state = TcpState::kNone;
    EndReason end_reason = EndReason::kNone;
    std::uint8_t tcp_flags_to_server = 0;
    std::uint8_t tcp_flags_to_client = 0;
    /// Facts in the order they were noted; the client's first.
    FactList facts;
    Attribution attribution;
    DeviceContext context;
    std::string server_device{};  ///< device id of whoever held the server's address; mostly empty
    std::vector<UsedFact> facts_used{};  ///< oldest first; only of sessions that go to the judge
    std::vector<std::string> exceptions_hit{};  ///< ids of the policy's exceptions that approved it
    /// Set in a session as seen beyond its proxy, where `server` is what the proxy was asked for:
    /// whom the client really talks to, and by which protocol.
    std::optional<Endpoint> proxy{};
    std::string proxy_protocol{};
    std::string requested_name{};  ///< host name that the proxy was asked for; empty for an address

    /// The first value of `fact`; empty if there is none.
    [[nodiscard]] std::string_view fact(Fact fact) const noexcept { return facts.find(fact); }
};
[[nodiscard]] std::string_view name_of(Confirmed confirmed) noexcept;
[[nodiscard]] std::string_view name_of(EndReason reason) noexcept;
[[nodiscard]] std::string_view name_of(Transport transport) noexcept;

}  // namespace sensor
