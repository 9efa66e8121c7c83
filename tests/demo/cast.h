// Who is in the demo: five managed devices, how their traffic is tagged, and when it happens.
#pragma once

#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>

#include "sensor/model/address.h"
#include "sensor/model/timestamp.h"
#include "tests/support/traffic/encapsulation.h"

namespace demo {

using namespace std::chrono_literals;  // NOLINT: the stories read as times of day

/// A time of the demo's only morning, 21 September 2026, UTC: at(7h + 2min + 11s).
[[nodiscard]] inline sensor::Timestamp at(sensor::Duration time_of_day) {
    using std::chrono::September;
    return std::chrono::sys_days{std::chrono::year{2026} / September / 21} + time_of_day;
}

/// "198.51.100.20" as written; a slip in a story ends the program.
[[nodiscard]] inline sensor::Address address(std::string_view text) {
    const auto parsed = sensor::parse_address(text);
    if (!parsed) throw std::invalid_argument{"not an address: " + std::string{text}};
    return *parsed;
}
[[nodiscard]] inline sensor::Endpoint endpoint(std::string_view host, std::uint16_t port) {
    return {address(host), sensor::PortNumber{port}};
}

struct Device {
    std::string id;
    std::string name;
    std::string user;
    std::string platform;  ///< android or ios
    std::string address;   ///< inside the tunnel
    std::string app_group;
    bool supervised = false;
    traffic::Encapsulation tag;  ///< around packets to the server
};

struct Cast {
    Device phone_114;
    Device phone_115;
    Device phone_115_crm;  ///< the same phone; its CRM app has a tunnel of its own
    Device phone_116;
    Device tablet_7;
    Device phone_201;
};

[[nodiscard]] inline Cast cast() {
    const traffic::TunnelEnds ends{address("192.0.2.21"), address("192.0.2.10")};
    const traffic::Vxlan crm{.ends = ends, .vni = 5010, .group_policy = 310};
    const traffic::Geneve devtools{
        .ends = ends,
        .vni = 700,
        .options = {{.option_class = 0xff01, .type = 1, .value = {0, 0, 0, 0x2a}}}};
    Cast all{
        .phone_114 = {"serial:R5CT1", "phone-114", "a.berg@example.org", "android", "10.20.1.14",
                      "office", false, traffic::in_vlan(110)},
        .phone_115 = {"serial:R5CT2", "phone-115", "b.cole@example.org", "android", "10.20.1.27",
                      "office", false, traffic::in_vlan(110)},
        .phone_115_crm = {},
        .phone_116 = {"serial:R5CT3", "phone-116", "c.dahl@example.org", "android", "10.40.2.33",
                      "devtools", false, traffic::in_geneve(devtools)},
        .tablet_7 = {"serial:C39XK", "tablet-7", "d.ekman@example.org", "ios", "10.50.3.8",
                     "ios-field", true, traffic::in_qinq(200, 31)},
        .phone_201 = {"serial:R5CT5", "phone-201", "e.falk@example.org", "android", "10.60.4.51",
                      "byod", false, traffic::untagged()},
    };
    all.phone_115_crm = all.phone_115;
    all.phone_115_crm.tag = traffic::in_vxlan(crm);
    return all;
}

}  // namespace demo
