// What the judge's tests share: a vocabulary, policies from text, and sessions to judge.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "sensor/judge/policy_load.h"
#include "sensor/model/observation.h"

namespace sensor::judge::test {

using namespace std::chrono_literals;

/// 2026-09-21 07:00:00Z
inline constexpr Timestamp kBase{std::chrono::sys_days{std::chrono::year{2026} / 9 / 21} + 7h};

inline const Vocabulary& vocabulary() {
    static const Vocabulary kVocabulary{
        .protocols = {"unknown",     "adb",        "amqp",      "anydesk",     "bgp",
                      "bittorrent",  "capwap",     "cassandra", "coap",        "dcerpc",
                      "dhcp",        "dhcpv6",     "diameter",  "dnp3",        "dns",
                      "dtls",        "ftp",        "ftp-data",  "geneve",      "git",
                      "gtp",         "http",       "http2",     "iec104",      "ike",
                      "imap",        "irc",        "kerberos",  "l2tp",        "ldap",
                      "llmnr",       "mdns",       "memcached", "modbus",      "mongodb",
                      "mqtt",        "mysql",      "nats",      "netbios-dgm", "netbios-ns",
                      "netbios-ssn", "nfs",        "ntp",       "opcua",       "openvpn",
                      "pop3",        "postgresql", "quic",      "radius",      "rdp",
                      "redis",       "rpc",        "rsync",     "rtcp",        "rtmp",
                      "rtp",         "rtsp",       "s7comm",    "sip",         "smb",
                      "smtp",        "snmp",       "socks4",    "socks5",      "ssdp",
                      "ssh",         "stun",       "syslog",    "tds",         "teamviewer",
                      "telegram",    "telnet",     "teredo",    "tftp",        "tls",
                      "tor",         "vnc",        "vxlan",     "websocket",   "whatsapp",
                      "whois",       "wireguard",  "xmpp"},
        .app_groups = {"office", "crm", "devtools", "byod", "mail"},
        .tcp_only = {"tls"},
        .udp_only = {"ntp"}};
    return kVocabulary;
}

/// What is wrong with a policy, one line each.
inline std::vector<std::string> problems_of(std::string_view text, Timestamp today = kBase) {
    yaml::Problems problems;
    const auto policy = load_policy_text(text, "policy.yaml", vocabulary(), today, problems);
    EXPECT_EQ(policy.has_value(), !problems.has_errors());
    std::vector<std::string> lines;
    for (const yaml::Problem& problem : problems.sorted())
        lines.push_back(problem.to_string());
    return lines;
}

/// A policy that must be free of errors.
inline Policy policy_of(std::string_view text) {
    yaml::Problems problems;
    auto policy = load_policy_text(text, "policy.yaml", vocabulary(), kBase, problems);
    for (const yaml::Problem& problem : problems.sorted())
        EXPECT_TRUE(problem.is_warning) << problem.to_string();
    return policy ? std::move(*policy) : Policy{};
}

/// A session in which both sides spoke `protocol`, of a device and app that are known.
inline Observation session(std::string protocol, Transport transport, std::uint16_t port,
                           std::string app = "com.example.app", Timestamp start = kBase) {
    static std::uint64_t next_flow_id = 1;
    Observation made;
    made.flow_id = next_flow_id++;
    made.client = {*parse_address("10.20.1.14"), PortNumber{40000}};
    made.server = {*parse_address("198.51.100.20"), PortNumber{port}};
    made.transport = transport;
    made.start = start;
    made.last = start + 2s;
    made.packets_to_server = made.packets_to_client = 6;
    made.bytes_to_server = made.bytes_to_client = 3000;
    made.protocol_to_server = made.protocol_to_client = protocol == "unknown" ? "" : protocol;
    made.confirmed = protocol == "unknown" ? Confirmed::kNone : Confirmed::kBoth;
    made.protocol = std::move(protocol);
    if (transport == Transport::kTcp) {
        made.tcp_state = TcpState::kClosed;
        made.tcp_flags_to_server = made.tcp_flags_to_client = kTcpSyn | kTcpAck | kTcpPsh | kTcpFin;
    }
    made.attribution.device = "serial:R5CT1";
    made.attribution.platform = Platform::kAndroid;
    made.attribution.app = std::move(app);
    return made;
}

inline Observation tcp(std::string protocol, std::uint16_t port,
                       std::string app = "com.example.app", Timestamp start = kBase) {
    return session(std::move(protocol), Transport::kTcp, port, std::move(app), start);
}
inline Observation udp(std::string protocol, std::uint16_t port,
                       std::string app = "com.example.app", Timestamp start = kBase) {
    return session(std::move(protocol), Transport::kUdp, port, std::move(app), start);
}

}  // namespace sensor::judge::test
