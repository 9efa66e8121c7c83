#include <chrono>
#include <thread>

#include <gtest/gtest.h>

#include "sensor/control/feeds/identity_journal.h"
#include "sensor/control/feeds/ipfix_listener.h"
#include "sensor/control/feeds/radius_listener.h"
#include "tests/support/full_disk.h"
#include "tests/support/hex.h"
#include "tests/support/temporary_directory.h"
#include "tests/unit/attribute/ipfix_messages.h"
#include "tests/unit/attribute/radius_requests.h"
#include "tests/unit/control/feed_clients.h"

namespace sensor::control {
namespace {

using namespace std::chrono_literals;
using namespace test;
using descriptor::Descriptor;

RadiusConfig radius_config() {
    RadiusConfig config;
    config.listen = {*net::parse_endpoint("127.0.0.1:0")};
    config.clients = {{*parse_prefix("127.0.0.1"), std::string{kSecret}}};
    return config;
}
Bytes start_of(std::string_view session, std::uint8_t identifier) {
    return request({kStart, tlv(44, session), kNas, tlv(8, 0x0a140100U + identifier),
                    tlv(31, "a1-b2-c3-d4-e5-01")},
                   identifier);
}
/// Accounting-Response (5) to that request, of 20 bytes.
bool answers(const Bytes& response, std::uint8_t identifier) {
    return response.size() == 20 && response[0] == 5 && response[1] == identifier;
}

/// The refused request comes before one that is taken: an answer to it would come first.
TEST(RadiusListener, AnswersOnlyWhatTheIntakeTook) {
    Intake intake{1};
    auto listener = RadiusListener::start(radius_config(), {}, intake);
    ASSERT_TRUE(listener.has_value()) << listener.error().message;
    const Descriptor client = connected(SOCK_DGRAM, (*listener)->port());
    ASSERT_TRUE(intake.accept("other", std::vector<IdentityEvent>(1)));

    say(client, start_of("0A", 1));
    ASSERT_TRUE(wait_until([&] { return intake.counts()["radius"].refused == 1; }));
    EXPECT_EQ(intake.take().size(), 1U);
    say(client, start_of("0B", 2));
    EXPECT_TRUE(answers(answer(client, 20s), 2));
    EXPECT_EQ(taken(intake, 1).size(), 1U);
    say(client, start_of("0A", 1));
    EXPECT_TRUE(answers(answer(client, 20s), 1));
    EXPECT_EQ(taken(intake, 1).at(0).device, "mac:a1b2c3d4e501");
    EXPECT_EQ(intake.counts().at("radius").accepted, 2U);
    EXPECT_EQ(intake.counts().at("radius").refused, 1U);
}

TEST(RadiusListener, AnswersOnlyWhatIsOnTheDisk) {
    const TemporaryDirectory directory;
    const auto journal = IdentityJournal::open(directory.path("j"), {});
    ASSERT_TRUE(journal);
    Intake intake{100, &(*journal)->journal()};
    auto listener = RadiusListener::start(radius_config(), {}, intake);
    ASSERT_TRUE(listener.has_value()) << listener.error().message;
    const Descriptor client = connected(SOCK_DGRAM, (*listener)->port());
    {
        const FullDisk full{0};
        say(client, start_of("0A", 1));
        say(client, start_of("0B", 2));
        ASSERT_TRUE(wait_until([&] { return intake.counts()["radius"].unwritten == 2; }));
        EXPECT_TRUE(answer(client, 100ms).empty());
    }
    say(client, start_of("0B", 2));
    EXPECT_TRUE(answers(answer(client, 20s), 2));
    say(client, start_of("0A", 1));
    EXPECT_TRUE(answers(answer(client, 20s), 1));
    EXPECT_EQ(taken(intake, 2).size(), 2U);
}

TEST(RadiusListener, AnswersEachOfManyThatCameTogether) {
    Intake intake{1000};
    auto listener = RadiusListener::start(radius_config(), {}, intake);
    ASSERT_TRUE(listener.has_value()) << listener.error().message;
    std::vector<Descriptor> clients;
    for (std::uint8_t number = 0; number < 200; ++number) {
        clients.push_back(connected(SOCK_DGRAM, (*listener)->port()));
        say(clients.back(), start_of(std::to_string(number), number));
    }
    for (std::uint8_t number = 0; number < 200; ++number)
        EXPECT_TRUE(answers(answer(clients[number], 20s), number)) << int{number};
    EXPECT_EQ(taken(intake, 200).size(), 200U);
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

    ASSERT_TRUE(wait_until([&] { return intake.counts()["ipfix"].refused >= 1; }));
    std::this_thread::sleep_for(200ms);  // it is offered again and again
    EXPECT_LE(intake.counts()["ipfix"].refused, kFlows);
    EXPECT_EQ(intake.take().size(), kRoom);
    const auto events = taken(intake, kFlows);
    ASSERT_EQ(events.size(), kFlows);
    EXPECT_EQ(std::get<ConnectFact>(events.at(0).fact).app, "com.x");
}

TEST(IpfixListener, ByUdpWhatFoundNoRoomIsCountedAndTheDeviceToldAgain) {
    IpfixConfig config;
    config.udp = {*net::parse_endpoint("127.0.0.1:0")};
    config.exporters = {*parse_prefix("127.0.0.1")};
    Intake intake{1};
    ASSERT_TRUE(intake.accept("other", std::vector<IdentityEvent>(1)));
    auto listener = IpfixListener::start(config, intake);
    ASSERT_TRUE(listener.has_value()) << listener.error().message;
    const Descriptor client = connected(SOCK_DGRAM, (*listener)->udp_port());
    constexpr auto kLayout = "0106 0002 015e 0002 b02c 0014 00000009"_hex;
    constexpr auto kRecord = "7031 91ff4ae06c7843bc93c9c1572482f7cda3b87853"_hex;
    say(client, ipfix_message({ipfix_set(2, kLayout), ipfix_set(262, kRecord)}));
    ASSERT_TRUE(wait_until([&] { return intake.counts()["ipfix"].refused == 1; }));

    EXPECT_EQ(intake.take().size(), 1U);
    say(client, ipfix_message({ipfix_set(262, kRecord)}, 1));
    const auto events = taken(intake, 1);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(std::get<DeviceFact>(events[0].fact).name, "p1");
}

}  // namespace
}  // namespace sensor::control
