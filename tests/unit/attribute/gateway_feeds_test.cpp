// Feeds of connections and leases: tunnel gateways, and the device's own record.
#include "tests/unit/attribute/feed_reading.h"

namespace sensor::attribute::feeds {
namespace {

const Endpoint kServer{ipv4_address(0xc6336407), PortNumber{7878}};

/// `text` with the first `from` replaced.
std::string with(std::string text, std::string_view from, std::string_view to) {
    const std::size_t place = text.find(from);
    EXPECT_NE(place, std::string::npos) << from;
    return place == std::string::npos ? text : text.replace(place, from.size(), to);
}

const std::string kNpa =
    R"({"uid":10052,"pid":18484,"puid":0,"ppid":3384,"src":"10.8.3.7","dst":"198.51.100.7",)"
    R"("sport":33045,"dport":7878,"protocol":6,"procname":"com.example.flashlight","prochash":)"
    R"("9f","parentprocname":"zygote64","bsent":812,"brecv":1440,"start":1789888931,)"
    R"("end":1789888990,"hostname":"c2.example.net"})";

TEST(SamsungNpa, ReadsAConnectionOfWhoeverHadTheAddress) {
    const auto events = sound("samsung-npa", kNpa);

    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].device, "");
    EXPECT_EQ(events[0].time, timestamp_of(1'789'888'931'000'000'000));
    EXPECT_EQ(fact_in<ConnectFact>(events[0]),
              (ConnectFact{.app = "com.example.flashlight",
                           .destination = kServer,
                           .transport = Transport::kTcp,
                           .client = Endpoint{ipv4_address(0x0a080307), PortNumber{33045}}}));
}

TEST(SamsungNpa, ReadsBothSpellingsAndListsAndLines) {
    const std::string other =
        with(with(kNpa, "dport", "dprot"), R"("protocol":6)", R"("protocol":17)");
    EXPECT_EQ(only<ConnectFact>("samsung-npa", other).destination, kServer);
    EXPECT_EQ(only<ConnectFact>("samsung-npa", other).transport, Transport::kUdp);
    EXPECT_EQ(sound("samsung-npa", "[" + kNpa + "," + other + "]").size(), 2U);
    EXPECT_EQ(sound("samsung-npa", kNpa + "\r\n\r\n" + other + "\n").size(), 2U);
    EXPECT_EQ(only<ConnectFact>("samsung-npa", with(kNpa, "flashlight", "flashlight:x")).app,
              "com.example.flashlight");
}

TEST(SamsungNpa, RefusesWhatNamesNoClientOrServer) {
    EXPECT_EQ(rejection("samsung-npa", with(kNpa, R"("sport":33045,)", "")),
              "1: expected 'sport' as a number from 1 to 65535");
    EXPECT_EQ(rejection("samsung-npa", with(kNpa, "10.8.3.7", "10.8.3.")),
              "1: expected 'src' as an IPv4 or IPv6 address");
    EXPECT_EQ(rejection("samsung-npa", with(kNpa, R"("dport":7878,)", "")),
              "1: expected 'dprot' as a number from 1 to 65535");
    for (const std::string start : {"1789888931000", "-1", "null"})
        EXPECT_EQ(rejection("samsung-npa", with(kNpa, "1789888931", start)),
                  "1: expected 'start' as seconds since 1970");
    EXPECT_EQ(read_by("samsung-npa", with(kNpa, R"("protocol":6)", R"("protocol":1)")).passed_over,
              1U);
    EXPECT_TRUE(rejection("samsung-npa", kNpa + "\n{\"uid\":\n").starts_with("2: expected one "));
}

const std::string kTunnel =
    R"({"logType":"SECURE_ACCESS","@timestamp":"2026-09-20T07:02:12Z","pop":"ams1","message":)"
    R"({"deviceApp":"com.example.flashlight","connectionType":"NAT_TCP","deviceName":"phone-114",)"
    R"("deviceUid":"3F1A9C","deviceUserName":"a@ex.org","deviceIP":"203.0.113.44","flowId":41,)"
    R"("sessionId":9,"connectionTime":"2026-09-20T07:02:11.5Z","remoteHostName":"c2.example.net",)"
    R"("remoteHostIp":"198.51.100.7","remoteHostPort":7878,"remoteBytesTransfered":"812"}})";

TEST(WorkspaceOne, ReadsAConnectionAndWhoseItIs) {
    const auto events = sound("workspace-one", kTunnel);

    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].device, "udid:3f1a9c");
    EXPECT_EQ(events[0].time, at("2026-09-20T07:02:11.5Z"));
    EXPECT_EQ(fact_in<ConnectFact>(events[0]),  // the address outside the tunnel is not the client
              (ConnectFact{.app = "com.example.flashlight", .destination = kServer}));
    EXPECT_EQ(fact_in<DeviceFact>(events[1]),
              (DeviceFact{.name = "phone-114", .user = "a@ex.org"}));
    EXPECT_EQ(sound("workspace-one", kTunnel + "\n" + kTunnel).size(), 3U);  // said once
}

TEST(WorkspaceOne, ReadsEveryConnectionType) {
    for (const auto& [type, transport] : {std::pair{"TCP", Transport::kTcp},
                                          {"UDP", Transport::kUdp},
                                          {"NAT_UDP", Transport::kUdp}})
        EXPECT_EQ(fact_in<ConnectFact>(sound("workspace-one", with(kTunnel, "NAT_TCP", type))[0])
                      .transport,
                  transport);
    EXPECT_EQ(rejection("workspace-one", with(kTunnel, "NAT_TCP", "ICMP")),
              "1: expected 'connectionType' as one of TCP or UDP");
}

TEST(WorkspaceOne, PassesOverOtherLogsAndUnresolvedNames) {
    EXPECT_EQ(read_by("workspace-one", with(kTunnel, "SECURE_ACCESS", "AUDIT")).passed_over, 1U);
    EXPECT_EQ(read_by("workspace-one", with(kTunnel, "198.51.100.7", "")).passed_over, 1U);
}

TEST(WorkspaceOne, SaysWhatIsWrong) {
    EXPECT_EQ(rejection("workspace-one", kTunnel + "\n" + with(kTunnel, "3F1A9C", "")),
              "2: expected 'deviceUid' as a text that is not empty");
    EXPECT_EQ(rejection("workspace-one", with(kTunnel, "7878", "0")),
              "1: expected 'remoteHostPort' as a number from 1 to 65535");
    EXPECT_EQ(rejection("workspace-one", with(kTunnel, "2026-09-20T07:02:12Z", "now")),
              "1: expected '@timestamp' as a time such as 2026-09-20T07:02:10.900Z (RFC 3339)");
    EXPECT_EQ(rejection("workspace-one", R"({"logType":"SECURE_ACCESS","message":"x"})"),
              "1: expected 'message' as an object");
}

const std::string kSentry =
    R"({"publishTime":"2026-09-20T07:02:12.250Z","entryID":"71","entryType":"REQUEST",)"
    R"("userID":"a@ex.org","deviceID":"5A0F-7","deviceType":"Android","serviceType":"APP_TUNNEL",)"
    R"("clientHost":"203.0.113.44","clientPort":40122,"requestUrl":"198.51.100.7:7878",)"
    R"("applicationId":"com.example.flashlight"})";

TEST(IvantiSentry, ReadsAConnectionAndWhoseItIs) {
    const auto events = sound("ivanti-sentry", kSentry);

    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].device, "mdm:5a0f-7");
    EXPECT_EQ(events[0].time, at("2026-09-20T07:02:12.25Z"));
    EXPECT_EQ(fact_in<ConnectFact>(events[0]),
              (ConnectFact{.app = "com.example.flashlight", .destination = kServer}));
    EXPECT_EQ(fact_in<DeviceFact>(events[1]),
              (DeviceFact{.user = "a@ex.org", .platform = Platform::kAndroid}));
}

TEST(IvantiSentry, FindsTheAddressInTheUrl) {
    for (const auto& [url, address, port] :
         {std::tuple{"https://198.51.100.7/a:9", "198.51.100.7", 443},
          {"http://198.51.100.7", "198.51.100.7", 80},
          {"https://[2001:db8::7]:8443/", "2001:db8::7", 8443}}) {
        const auto events = sound("ivanti-sentry", with(kSentry, "198.51.100.7:7878", url));
        ASSERT_EQ(events.size(), 2U) << url;
        EXPECT_EQ(fact_in<ConnectFact>(events[0]).destination,
                  (Endpoint{*parse_address(address), static_cast<PortNumber>(port)}))
            << url;
    }
    for (const std::string url :
         {"https://mail.example.org/", "198.51.100.7", "198.51.100.7:0", "198.51.100.7:65536",
          "https://[2001:db8::7", "[::1]x:1", ":80", "198.51.100.7:7878:1", ""}) {
        const auto events = sound("ivanti-sentry", with(kSentry, "198.51.100.7:7878", url));
        ASSERT_EQ(events.size(), 1U) << url;  // who it is, but not where it leads
        EXPECT_TRUE(std::holds_alternative<DeviceFact>(events[0].fact));
    }
}

TEST(IvantiSentry, CountsARequestOnceAndSaysWhatIsWrong) {
    EXPECT_EQ(read_by("ivanti-sentry", with(kSentry, "REQUEST", "RESPONSE")).passed_over, 1U);
    EXPECT_EQ(rejection("ivanti-sentry", with(kSentry, "5A0F-7", "")),
              "1: expected 'deviceID' as a text that is not empty");
    EXPECT_EQ(rejection("ivanti-sentry", with(kSentry, "publishTime", "time")),
              "1: expected 'publishTime' as a time such as 2026-09-20T07:02:10.900Z (RFC 3339)");
}

std::string connexa(const std::string& name, const std::string& log) {
    return R"({"CloudConnexaLogVersion":1,"timestamp":"2026-09-20T07:00:01.000000Z",)"
           R"("cloudId":"acme","service":"CloudConnexa","initiator":"97BB7A07",)"
           R"("initiatorType":"Device","initiatorName":"phone-114","parentEntityType":"User",)"
           R"("parentEntityName":"a@ex.org","eventName":")" +
           name + R"(","log":)" + log + "}";
}
const std::string kClient =
    R"({"clientUUID":"AB-12","clientSessionId":"s1","clientOsType":"Android",)"
    R"("clientOsVersion":"16","clientPublicIp":"203.0.113.44","clientTunnelIpV4":"10.8.3.7",)"
    R"("clientTunnelIpV6":"fd00::7","sessionStartTime":"2026-09-20T07:00:00Z"})";

TEST(CloudConnexa, ReadsTheTunnelAddresses) {
    const auto events = sound("cloudconnexa", connexa("client-connected", kClient));

    ASSERT_EQ(events.size(), 3U);
    EXPECT_EQ(events[0].device, "mdm:97bb7a07");
    EXPECT_EQ(events[0].time, at("2026-09-20T07:00:00Z"));
    EXPECT_EQ(fact_in<LeaseFact>(events[0]), (LeaseFact{ipv4_address(0x0a080307), true, ""}));
    EXPECT_EQ(fact_in<LeaseFact>(events[1]).address, *parse_address("fd00::7"));
    EXPECT_EQ(fact_in<DeviceFact>(events[2]), (DeviceFact{.name = "phone-114",
                                                          .user = "a@ex.org",
                                                          .platform = Platform::kAndroid,
                                                          .also_known_as = {"udid:ab-12"}}));
}

TEST(CloudConnexa, GivesThemBackWhenTheClientHasGone) {
    const auto events = sound("cloudconnexa", connexa("client-disconnected", kClient));
    EXPECT_FALSE(fact_in<LeaseFact>(events[0]).granted);
    EXPECT_EQ(events[0].time, at("2026-09-20T07:00:01Z"));
}

TEST(CloudConnexa, LearnsFromFlowsWhoseAddressItIs) {
    const std::string flow =
        R"({"sourceEntityType":"Device","sourceEntityId":"97BB7A07","sourceIp":"10.8.3.7",)"
        R"("destinationEntityIp":"198.51.100.7","allowed":true})";
    const auto events = sound("cloudconnexa", connexa("flow-established", flow));
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].device, "mdm:97bb7a07");
    EXPECT_EQ(fact_in<LeaseFact>(events[0]), (LeaseFact{ipv4_address(0x0a080307), true, ""}));
    EXPECT_EQ(read_by("cloudconnexa",
                      connexa("flow-established", with(flow, "\"Device\"", "\"Connector\"")))
                  .passed_over,
              1U);
}

TEST(CloudConnexa, PassesOverTheRestAndSaysWhatIsWrong) {
    EXPECT_EQ(read_by("cloudconnexa", connexa("domain-blocked", "{}")).passed_over, 1U);
    const std::string connector =
        with(connexa("client-connected", kClient), "\"Device\"", "\"Connector\"");
    EXPECT_EQ(read_by("cloudconnexa", connector).passed_over, 1U);
    EXPECT_EQ(rejection("cloudconnexa",
                        connexa("client-connected", with(kClient, "10.8.3.7", "10.8.3.700"))),
              "1: expected 'clientTunnelIpV4' as an IPv4 or IPv6 address");
    EXPECT_EQ(rejection("cloudconnexa", connexa("client-connected", "null")),
              "1: expected 'log' as an object");
    EXPECT_EQ(rejection("cloudconnexa", "{}"),
              "1: expected 'eventName' as a text that is not empty");
    const std::string nameless =
        with(with(connexa("client-connected", kClient), "AB-12", ""), "97BB7A07", "");
    EXPECT_EQ(rejection("cloudconnexa", nameless),
              "1: expected 'clientUUID' or 'initiator' of a device");
}

TEST(GatewayFeeds, TakeNothingOfWhatIsCut) {
    expect_nothing_of_cuts("samsung-npa", kNpa);
    expect_nothing_of_cuts("workspace-one", kTunnel);
    expect_nothing_of_cuts("ivanti-sentry", kSentry);
    expect_nothing_of_cuts("cloudconnexa", connexa("client-connected", kClient));
}

}  // namespace
}  // namespace sensor::attribute::feeds
