#include "sensor/judge/beyond_proxy.h"

#include <gtest/gtest.h>

#include "sensor/judge/behaviour.h"

namespace sensor::judge {
namespace {

Observation through_proxy(std::string requested) {
    Observation session;
    session.flow_id = 5;
    session.server = {ipv4_address(0xc0000201), PortNumber{1080}};
    session.protocol = "socks5";
    session.confirmed = Confirmed::kBoth;
    session.inner_protocol = "ssh";
    session.inner_confirmed = Confirmed::kBoth;
    session.is_proxied = true;
    session.facts.emplace_back(Fact::kDestinationRequested, std::move(requested));
    return session;
}

TEST(BeyondProxy, IsTheInnerProtocolAtTheRequestedAddress) {
    const auto beyond = beyond_proxy(through_proxy("198.51.100.9:2222"));
    ASSERT_TRUE(beyond);
    EXPECT_EQ(beyond->protocol, "ssh");
    EXPECT_EQ(to_string(beyond->server.address), "198.51.100.9");
    EXPECT_EQ(beyond->server.port, PortNumber{2222});
    EXPECT_EQ(beyond->requested_name, "");
    ASSERT_TRUE(beyond->proxy);
    EXPECT_EQ(beyond->proxy->port, PortNumber{1080});
    EXPECT_EQ(beyond->proxy_protocol, "socks5");
}

TEST(BeyondProxy, KeepsANameAndReadsABracketedAddress) {
    EXPECT_EQ(beyond_proxy(through_proxy("c2.example.net:443"))->requested_name, "c2.example.net");
    const auto six = beyond_proxy(through_proxy("[2001:db8::9]:443"));
    EXPECT_EQ(to_string(six->server.address), "2001:db8::9");
    EXPECT_EQ(six->server.port, PortNumber{443});
}

TEST(BeyondProxy, NeedsBothEndsAndAPlace) {
    for (const char* text :
         {"", "host", "host:", ":443", "host:0", "host:65536", "host:4x", "[]:1"}) {
        EXPECT_FALSE(beyond_proxy(through_proxy(text))) << text;
    }
    auto half_heard = through_proxy("198.51.100.9:22");
    half_heard.inner_confirmed = Confirmed::kClient;
    EXPECT_FALSE(beyond_proxy(half_heard));
    auto upgraded = through_proxy("198.51.100.9:22");
    upgraded.is_proxied = false;
    EXPECT_FALSE(beyond_proxy(upgraded));
}

TEST(BeyondProxy, IsABehaviourOfItsOwn) {
    const auto outer = through_proxy("c2.example.net:443");
    const auto one = *beyond_proxy(outer);
    const auto other = *beyond_proxy(through_proxy("cdn.example.net:443"));
    EXPECT_NE(half_of(outer), half_of(one));
    EXPECT_NE(behaviour_key(FindingKind::kPortMismatch, one),
              behaviour_key(FindingKind::kPortMismatch, other));
}

}  // namespace
}  // namespace sensor::judge
