#include "sensor/report/wording.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace sensor::report {
namespace {

struct Spelling {
    std::string_view name;  ///< in the catalog
    std::string_view spelled;
};
constexpr auto kSpellings = std::to_array<Spelling>({
    {"adb", "ADB"},
    {"amqp", "AMQP"},
    {"anydesk", "AnyDesk"},
    {"bgp", "BGP"},
    {"bittorrent", "BitTorrent"},
    {"capwap", "CAPWAP"},
    {"cassandra", "Cassandra"},
    {"coap", "CoAP"},
    {"dcerpc", "DCE/RPC"},
    {"dhcp", "DHCP"},
    {"dhcpv6", "DHCPv6"},
    {"diameter", "Diameter"},
    {"dnp3", "DNP3"},
    {"dns", "DNS"},
    {"dtls", "DTLS"},
    {"ftp", "FTP"},
    {"ftp-data", "FTP data"},
    {"geneve", "GENEVE"},
    {"git", "Git"},
    {"gtp", "GTP"},
    {"http", "HTTP"},
    {"http2", "HTTP/2"},
    {"iec104", "IEC 104"},
    {"ike", "IKE"},
    {"imap", "IMAP"},
    {"irc", "IRC"},
    {"kerberos", "Kerberos"},
    {"l2tp", "L2TP"},
    {"ldap", "LDAP"},
    {"llmnr", "LLMNR"},
    {"mdns", "mDNS"},
    {"memcached", "memcached"},
    {"modbus", "Modbus"},
    {"mongodb", "MongoDB"},
    {"mqtt", "MQTT"},
    {"mysql", "MySQL"},
    {"nats", "NATS"},
    {"netbios-dgm", "NetBIOS datagram"},
    {"netbios-ns", "NetBIOS name service"},
    {"netbios-ssn", "NetBIOS session"},
    {"nfs", "NFS"},
    {"ntp", "NTP"},
    {"opcua", "OPC UA"},
    {"openvpn", "OpenVPN"},
    {"pop3", "POP3"},
    {"postgresql", "PostgreSQL"},
    {"quic", "QUIC"},
    {"radius", "RADIUS"},
    {"rdp", "RDP"},
    {"redis", "Redis"},
    {"rpc", "ONC RPC"},
    {"rsync", "rsync"},
    {"rtcp", "RTCP"},
    {"rtmp", "RTMP"},
    {"rtp", "RTP"},
    {"rtsp", "RTSP"},
    {"s7comm", "S7comm"},
    {"sip", "SIP"},
    {"smb", "SMB"},
    {"smtp", "SMTP"},
    {"snmp", "SNMP"},
    {"socks4", "SOCKS4"},
    {"socks5", "SOCKS5"},
    {"ssdp", "SSDP"},
    {"ssh", "SSH"},
    {"stun", "STUN"},
    {"syslog", "Syslog"},
    {"tds", "TDS"},
    {"teamviewer", "TeamViewer"},
    {"telegram", "Telegram"},
    {"telnet", "Telnet"},
    {"teredo", "Teredo"},
    {"tftp", "TFTP"},
    {"tls", "TLS"},
    {"tor", "Tor"},
    {"unknown", "Unknown protocol"},
    {"vnc", "VNC"},
    {"vxlan", "VXLAN"},
    {"websocket", "WebSocket"},
    {"whatsapp", "WhatsApp"},
    {"whois", "Whois"},
    {"wireguard", "WireGuard"},
    {"xmpp", "XMPP"},
});

/// What the policy says instead, as the end of a sentence.
std::string verdict_text(const Finding& finding) {
    if (finding.kind == FindingKind::kBeaconing) return "which keeps time while nobody uses it";
    if (finding.kind == FindingKind::kRelay) return "served by a managed device";
    if (finding.kind == FindingKind::kPortMasquerade) {
        if (finding.expected.empty()) return "a port reserved for others";
        const Observation& session = finding.session;
        constexpr std::string_view kOnly = "only ";
        std::string_view owners = finding.expected;
        if (owners.starts_with(kOnly)) owners.remove_prefix(kOnly.size());
        const std::string here = " on " + port_text(session.transport, session.server.port);
        if (owners.ends_with(here)) owners.remove_suffix(here.size());
        return "reserved for " + std::string{owners};
    }
    if (finding.kind == FindingKind::kProtocolUnapproved || finding.expected.empty()) {
        return "approved nowhere";
    }
    const std::string own = finding.session.protocol + " on ";
    if (finding.expected.starts_with(own)) {
        return "approved on " + finding.expected.substr(own.size());
    }
    return "approved: " + finding.expected;
}

}  // namespace

std::string Technique::reference() const {
    std::string path{id};
    std::ranges::replace(path, '.', '/');
    return "https://attack.mitre.org/techniques/" + path + "/";
}

Technique technique_of(const Finding& finding) noexcept {
    constexpr Technique kLayer{"T1437", "Application Layer Protocol"};
    const auto is = [&](std::string_view analytic) {
        return std::ranges::find(finding.analytics, analytic) != finding.analytics.end();
    };
    switch (finding.kind) {
        case FindingKind::kPortMismatch:
        case FindingKind::kProtocolUnapproved:
        case FindingKind::kPortMasquerade: return {"T1509", "Non-Standard Port"};
        case FindingKind::kBeaconing:
            if (is("AN1681") || is("AN1682")) {
                return {"T1437.001", "Web Protocols", kLayer.id, kLayer.name};
            }
            return kLayer;
        case FindingKind::kRelay: return {"T1604", "Proxy Through Victim"};
    }
    return {};
}

std::string protocol_text(std::string_view name) {
    if (name.empty()) name = "unknown";
    const auto known = std::ranges::find(kSpellings, name, &Spelling::name);
    return std::string{known == kSpellings.end() ? name : known->spelled};
}

std::string port_text(Transport transport, PortNumber port) {
    const std::string number = std::to_string(static_cast<std::uint16_t>(port));
    switch (transport) {
        case Transport::kTcp: return "tcp/" + number;
        case Transport::kUdp: return "udp/" + number;
        case Transport::kNone: break;
    }
    return "port " + number;
}

std::string endpoint_text(const Endpoint& endpoint) {
    const std::string address = to_string(endpoint.address);
    const std::string port = std::to_string(static_cast<std::uint16_t>(endpoint.port));
    return endpoint.address.is_ipv4() ? address + ":" + port : "[" + address + "]:" + port;
}

Host split_host(std::string_view text) {
    const std::size_t colon = text.find(':', text.starts_with('[') ? text.find(']') : 0);
    if (colon == std::string_view::npos) return {.name = text, .port = std::nullopt};
    const std::string_view digits = text.substr(colon + 1);
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (digits.empty()) return {.name = text.substr(0, colon), .port = std::nullopt};
    if (error != std::errc{} || end != digits.data() + digits.size()) {
        return {.name = text, .port = std::nullopt};
    }
    return {.name = text.substr(0, colon), .port = PortNumber{port}};
}

std::string app_text(const Attribution& attribution) {
    if (!attribution.app.empty()) return attribution.app;
    if (!attribution.app_group.empty()) return "an app of group " + attribution.app_group;
    return "an unknown app";
}

std::string sentence_of(const Finding& finding) {
    const Observation& session = finding.session;
    return protocol_text(session.protocol) + " on " +
           port_text(session.transport, session.server.port) + " by " +
           app_text(session.attribution) + ", " + verdict_text(finding);
}

std::string grouped(std::uint64_t number) {
    std::string text = std::to_string(number);
    for (std::size_t at = text.size(); at > 3;) {
        at -= 3;
        text.insert(at, 1, ',');
    }
    return text;
}

std::string counted(std::uint64_t number, std::string_view noun) {
    return grouped(number) + " " + std::string{noun} + (number == 1 ? "" : "s");
}

std::string bytes_text(std::uint64_t bytes) {
    constexpr std::array<std::string_view, 6> kUnits{"kB", "MB", "GB", "TB", "PB", "EB"};
    if (bytes < 1000) return counted(bytes, "byte");
    std::uint64_t tenth = 100;  // of the unit, in bytes
    std::uint64_t tenths = 0;
    std::size_t unit = 0;
    for (;; ++unit, tenth *= 1000) {
        tenths = bytes / tenth + (bytes % tenth >= tenth / 2 ? 1 : 0);
        if (tenths < 10000 || unit + 1 == kUnits.size()) break;
    }
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " " +
           std::string{kUnits[unit]};
}

}  // namespace sensor::report
