#include <array>
#include <chrono>
#include <thread>

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/descriptor/descriptor.h"
#include "sensor/control/feeds/ipfix_listener.h"
#include "sensor/control/feeds/radius_listener.h"
#include "tests/support/hex.h"
#include "tests/unit/attribute/ipfix_messages.h"
#include "tests/unit/attribute/radius_requests.h"

namespace sensor::control {
namespace {

using namespace std::chrono_literals;
using namespace test;
using descriptor::Descriptor;

Descriptor connected(int type, std::uint16_t port) {
    Descriptor socket{::socket(AF_INET, type, 0)};
    const auto to = *net::parse_endpoint("127.0.0.1:" + std::to_string(port));
    EXPECT_EQ(::connect(socket.number(), reinterpret_cast<const sockaddr*>(&to.address), to.size),
              0);
    return socket;
}
void say(const Descriptor& socket, bytes::View what) {
    EXPECT_EQ(::send(socket.number(), what.data(), what.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(what.size()));
}
bool is_answered(const Descriptor& socket, std::chrono::milliseconds patience) {
    pollfd one{.fd = socket.number(), .events = POLLIN, .revents = 0};
    if (::poll(&one, 1, static_cast<int>(patience.count())) != 1) return false;
    std::array<char, 4096> answer{};
    return ::recv(socket.number(), answer.data(), answer.size(), 0) == 20;
}
/// What the Intake gets until there are so many.
std::vector<IdentityEvent> taken(Intake& intake, std::size_t enough) {
    std::vector<IdentityEvent> all;
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (all.size() < enough && std::chrono::steady_clock::now() < end) {
        for (IdentityEvent& event : intake.take())
            all.push_back(std::move(event));
        std::this_thread::sleep_for(5ms);
    }
    return all;
}

TEST(RadiusListener, AnswersOnlyWhatTheIntakeTook) {
    RadiusConfig config;
    config.listen = {*net::parse_endpoint("127.0.0.1:0")};
    config.clients = {{*parse_prefix("127.0.0.1"), std::string{kSecret}}};
    Intake intake{1};
    auto listener = RadiusListener::start(config, {}, intake);
    ASSERT_TRUE(listener.has_value()) << listener.error().message;
    const Descriptor client = connected(SOCK_DGRAM, (*listener)->port());
    const Bytes first = request({kStart, kSession, kNas, kFramed, kStation}, 1);
    const Bytes second = request(
        {kStart, tlv(44, "0B"), kNas, tlv(8, 0x0a14010fU), tlv(31, "a1-b2-c3-d4-e5-01")}, 2);

    say(client, first);
    EXPECT_TRUE(is_answered(client, 20s));
    say(client, second);  // there is room for one event
    EXPECT_FALSE(is_answered(client, 300ms));
    EXPECT_EQ(taken(intake, 1).size(), 1U);
    say(client, second);
    EXPECT_TRUE(is_answered(client, 20s));
    const auto events = taken(intake, 1);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].device, "mac:a1b2c3d4e501");
    EXPECT_EQ(intake.counts().at("radius").refused, 1U);
}

TEST(RadiusListener, IsNoneWithoutAnAddress) {
    Intake intake{1};
    const auto listener = RadiusListener::start({}, {}, intake);
    ASSERT_TRUE(listener.has_value());
    EXPECT_EQ(*listener, nullptr);
}

TEST(RadiusListener, SaysWhereItsAddressStands) {
    RadiusConfig config;
    config.listen = {*net::parse_endpoint("192.0.2.1:1813")};  // nobody's, RFC 5737
    Intake intake{1};
    const auto listener = RadiusListener::start(config, {}, intake);
    ASSERT_FALSE(listener.has_value());
    EXPECT_EQ(listener.error().message,
              "`feeds.radius` in identity.yaml: cannot listen on 192.0.2.1:1813: this machine has "
              "no such address; choose one that `ip address` lists");
}

TEST(IpfixListener, ByTcpNothingIsLostForWantOfRoom) {
    IpfixConfig config;
    config.tcp = {*net::parse_endpoint("127.0.0.1:0")};
    config.exporters = {*parse_prefix("127.0.0.1")};
    constexpr std::size_t kRoom = 1000;
    Intake intake{kRoom};
    ASSERT_TRUE(intake.accept("other", std::vector<IdentityEvent>(kRoom)));
    auto listener = IpfixListener::start(config, intake);
    ASSERT_TRUE(listener.has_value()) << listener.error().message;
    const Descriptor client = connected(SOCK_STREAM, (*listener)->tcp_port());
    // protocol, source and destination with their ports, ProcessName
    constexpr auto kLayout =
        "0100 0006 0004 0001 0008 0004 0007 0002 000c 0004 000b 0002 b034 0005 00000009"_hex;
    constexpr auto kRecord = "06 0a14010e 9c41 c6336407 1ec6 636f6d2e78"_hex;
    say(client, ipfix_message({ipfix_set(2, kLayout)}));
    constexpr std::size_t kFlows = 20;
    for (std::size_t i = 0; i < kFlows; ++i)
        say(client, ipfix_message({ipfix_set(256, kRecord)}));

    std::this_thread::sleep_for(200ms);
    EXPECT_GE(intake.counts()["ipfix"].refused, 1U);
    EXPECT_EQ(intake.take().size(), kRoom);
    const auto events = taken(intake, kFlows);
    ASSERT_EQ(events.size(), kFlows);
    EXPECT_EQ(std::get<ConnectFact>(events.at(0).fact).app, "com.x");
}

}  // namespace
}  // namespace sensor::control
