// What the attributes of an Accounting-Request say of a device and its session: RFC 2865, 2866,
// 2869, 3162 and 6911, and the attributes of Cisco's, Aruba's, Airespace's, Fortinet's and Palo
// Alto's gateways. Cold path.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/result/result.h"
#include "sensor/attribute/feeds/radius_packet.h"
#include "sensor/model/event.h"

namespace sensor::attribute::feeds::radius {

enum class Status : std::uint8_t {  // Acct-Status-Type, RFC 2866 §5.1
    kNone = 0,
    kStart = 1,
    kStop = 2,
    kInterim = 3,
    kOn = 7,
    kOff = 8,
};

/// Where the app group of a lease may stand.
enum class GroupSource : std::uint8_t {
    kTunnelGroup,         ///< Cisco VPN (3076) TunnelGroupName, 146
    kArubaRole,           ///< Aruba (14823) User-Role, 1
    kFortinetGroup,       ///< Fortinet (12356) Group-Name, 1
    kPaloAltoGroup,       ///< Palo Alto (25461) User-Group, 5
    kAirespaceInterface,  ///< Airespace (14179) Interface-Name, 5
    kClass,               ///< Class, 25; "OU=office;" is "office"
    kFilterId,            ///< Filter-Id, 11
    kVlan,                ///< Tunnel-Private-Group-Id, 81
    kSsid,                ///< what stands behind the access point's MAC in Called-Station-Id, 30
    kCount,
};
/// "tunnel-group", as the configuration has it.
[[nodiscard]] std::string_view name_of(GroupSource source) noexcept;

struct GroupOrder {
    std::vector<GroupSource> sources{GroupSource::kTunnelGroup,        GroupSource::kArubaRole,
                                     GroupSource::kFortinetGroup,      GroupSource::kPaloAltoGroup,
                                     GroupSource::kAirespaceInterface, GroupSource::kClass};
    /// Names of app groups: the first source that names one of these wins; if none does, the first
    /// that says anything.
    std::vector<std::string> known;
};

struct Accounting {
    Status status{};
    std::string nas;                 ///< NAS-IP-Address, else NAS-IPv6-Address, else NAS-Identifier
    std::string service;             ///< Called-Station-Id: which of the NAS's services
    std::string session;             ///< Acct-Session-Id, in hexadecimal if it is no text
    std::vector<Address> addresses;  ///< that the device was given; at most kMostAddresses
    std::string device;              ///< the most trusted of its ids; empty if there is none
    DeviceFact fact;                 ///< its other ids, user, platform and name
    std::string app_group;
    std::optional<std::chrono::seconds> timestamp;  ///< Event-Timestamp, since the Unix epoch
    std::chrono::seconds delay{0};                  ///< Acct-Delay-Time
};
inline constexpr std::size_t kMostAddresses = 8;

/// The error says which attribute is missing.
[[nodiscard]] result::Result<Accounting> read_accounting(const Packet& request,
                                                         const GroupOrder& groups);

}  // namespace sensor::attribute::feeds::radius
