// What the rest of the sensor has to say of every protocol in the catalog.
#include <set>

#include <gtest/gtest.h>

#include "sensor/control/configuration.h"
#include "sensor/report/wording.h"

namespace sensor::control {
namespace {

TEST(CatalogWords, EveryProtocolHasASpelling) {
    const std::set<std::string> spelled_as_they_are{"memcached", "rsync"};
    for (const std::string& name : identify::catalog_names()) {
        EXPECT_EQ(report::protocol_text(name) == name, spelled_as_they_are.contains(name)) << name;
    }
}

TEST(CatalogWords, TheShippedPolicySaysHowRiskyEveryProtocolIs) {
    yaml::Problems problems;
    const auto shipped = load_configuration(std::nullopt, Timestamp{}, problems);
    ASSERT_TRUE(shipped);
    EXPECT_TRUE(problems.sorted().empty()) << problems.sorted()[0].to_string();

    for (const std::string& name : identify::catalog_names()) {
        EXPECT_TRUE(shipped->policy.protocol_risk.contains(name)) << name;
    }
}

TEST(CatalogWords, RemoteControlAndTunnelsAreTheRiskiest) {
    yaml::Problems problems;
    const auto shipped = load_configuration(std::nullopt, Timestamp{}, problems);
    ASSERT_TRUE(shipped);

    const judge::Policy& policy = shipped->policy;
    for (const std::string name : {"rdp", "vnc", "adb", "teamviewer", "anydesk", "socks4", "socks5",
                                   "tor", "openvpn", "wireguard", "ssh", "telnet", "irc"}) {
        EXPECT_GT(policy.risk_of(name), policy.risk_of("http")) << name;
    }
    for (const std::string name : {"dhcp", "dhcpv6", "ntp", "mdns", "ssdp", "rtp"}) {
        EXPECT_LT(policy.risk_of(name), policy.risk_of("http")) << name;
    }
}

}  // namespace
}  // namespace sensor::control
