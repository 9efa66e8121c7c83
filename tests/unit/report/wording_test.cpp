#include "sensor/report/wording.h"

#include <gtest/gtest.h>

#include "tests/unit/report/samples.h"

namespace sensor::report {
namespace {

TEST(Wording, SpellsProtocolsAsPeopleDo) {
    EXPECT_EQ(protocol_text("tls"), "TLS");
    EXPECT_EQ(protocol_text("socks5"), "SOCKS5");
    EXPECT_EQ(protocol_text("http2"), "HTTP/2");
    EXPECT_EQ(protocol_text("websocket"), "WebSocket");
    EXPECT_EQ(protocol_text("unknown"), "Unknown protocol");
}

TEST(Wording, LeavesAnOperatorsOwnNameAlone) {
    EXPECT_EQ(protocol_text("acme"), "acme");
    EXPECT_EQ(protocol_text("acme-sync"), "acme-sync");
    EXPECT_EQ(protocol_text("AcmeX"), "AcmeX");
    EXPECT_EQ(protocol_text("longername"), "longername");
}

TEST(Wording, NamesPortsAndEndpoints) {
    EXPECT_EQ(port_text(Transport::kTcp, PortNumber{8088}), "tcp/8088");
    EXPECT_EQ(port_text(Transport::kUdp, PortNumber{53}), "udp/53");
    EXPECT_EQ(port_text(Transport::kNone, PortNumber{1}), "port 1");
    EXPECT_EQ(endpoint_text(endpoint("198.51.100.7", 7878)), "198.51.100.7:7878");
    EXPECT_EQ(endpoint_text(endpoint("2001:db8::7", 7878)), "[2001:db8::7]:7878");
}

TEST(Wording, TakesAHostHeaderApart) {
    const auto parts = [](std::string_view text) {
        const Host host = split_host(text);
        return std::pair{std::string{host.name}, host.port};
    };
    using Parts = std::pair<std::string, std::optional<PortNumber>>;

    EXPECT_EQ(parts("w.example"), (Parts{"w.example", std::nullopt}));
    EXPECT_EQ(parts("w.example:7878"), (Parts{"w.example", PortNumber{7878}}));
    EXPECT_EQ(parts("w.example:"), (Parts{"w.example", std::nullopt}));
    EXPECT_EQ(parts("w.example:70000"), (Parts{"w.example:70000", std::nullopt}));
    EXPECT_EQ(parts("[2001:db8::7]"), (Parts{"[2001:db8::7]", std::nullopt}));
    EXPECT_EQ(parts("[2001:db8::7]:80"), (Parts{"[2001:db8::7]", PortNumber{80}}));
    EXPECT_EQ(parts("[2001:db8"), (Parts{"[2001:db8", std::nullopt}));
    EXPECT_EQ(parts(""), (Parts{"", std::nullopt}));
}

TEST(Wording, NamesTheAppAsWellAsItIsKnown) {
    Attribution known;
    known.app_group = "office";
    EXPECT_EQ(app_text(known), "an app of group office");
    known.app = "com.example.mail";
    EXPECT_EQ(app_text(known), "com.example.mail");
    EXPECT_EQ(app_text({}), "an unknown app");
}

TEST(Wording, OfAMismatchSaysWhichPortIsApproved) {
    Finding finding = flashlight_finding();
    EXPECT_EQ(sentence_of(finding),
              "TLS on tcp/8088 by com.example.flashlight, approved on tcp/443");

    finding.expected = "port 443";
    EXPECT_EQ(sentence_of(finding),
              "TLS on tcp/8088 by com.example.flashlight, approved: port 443");
}

TEST(Wording, OfAnUnapprovedProtocolSaysSo) {
    Finding finding = flashlight_finding();
    finding.kind = FindingKind::kProtocolUnapproved;
    finding.expected.clear();

    EXPECT_EQ(sentence_of(finding), "TLS on tcp/8088 by com.example.flashlight, approved nowhere");
    finding.expected = "no tls on any port";
    EXPECT_EQ(sentence_of(finding), "TLS on tcp/8088 by com.example.flashlight, approved nowhere");
}

TEST(Wording, OfAMasqueradeSaysWhoseThePortIs) {
    Finding finding = flashlight_finding();
    finding.kind = FindingKind::kPortMasquerade;
    finding.session.protocol = "ssh";
    finding.session.server.port = PortNumber{443};

    finding.expected = "only tls, http2, websocket on tcp/443";
    EXPECT_EQ(sentence_of(finding),
              "SSH on tcp/443 by com.example.flashlight, reserved for tls, http2, websocket");
    finding.expected.clear();
    EXPECT_EQ(sentence_of(finding),
              "SSH on tcp/443 by com.example.flashlight, a port reserved for others");
}

TEST(Wording, GroupsDigits) {
    EXPECT_EQ(grouped(0), "0");
    EXPECT_EQ(grouped(999), "999");
    EXPECT_EQ(grouped(1000), "1,000");
    EXPECT_EQ(grouped(18446744073709551615U), "18,446,744,073,709,551,615");
}

TEST(Wording, CountsInTheRightNumber) {
    EXPECT_EQ(counted(0, "session"), "0 sessions");
    EXPECT_EQ(counted(1, "session"), "1 session");
    EXPECT_EQ(counted(12345, "session"), "12,345 sessions");
}

TEST(Wording, ScalesBytes) {
    EXPECT_EQ(bytes_text(1), "1 byte");
    EXPECT_EQ(bytes_text(999), "999 bytes");
    EXPECT_EQ(bytes_text(1000), "1.0 kB");
    EXPECT_EQ(bytes_text(4249999), "4.2 MB");
    EXPECT_EQ(bytes_text(999960), "1.0 MB");
    EXPECT_EQ(bytes_text(18446744073709551615U), "18.4 EB");
}

}  // namespace
}  // namespace sensor::report
