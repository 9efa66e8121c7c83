#include "sensor/report/wording.h"

#include <algorithm>
#include <array>
#include <utility>

namespace sensor::report {
namespace {

/// Names that are not simply their letters in upper case.
constexpr std::array kSpellings{
    std::pair<std::string_view, std::string_view>{"bittorrent", "BitTorrent"},
    std::pair<std::string_view, std::string_view>{"http2", "HTTP/2"},
    std::pair<std::string_view, std::string_view>{"mdns", "mDNS"},
    std::pair<std::string_view, std::string_view>{"openvpn", "OpenVPN"},
    std::pair<std::string_view, std::string_view>{"redis", "Redis"},
    std::pair<std::string_view, std::string_view>{"telnet", "Telnet"},
    std::pair<std::string_view, std::string_view>{"unknown", "Unknown protocol"},
    std::pair<std::string_view, std::string_view>{"websocket", "WebSocket"},
    std::pair<std::string_view, std::string_view>{"wireguard", "WireGuard"},
};
constexpr std::size_t kLongestAcronym = 6;  // "socks5"

bool is_lower_or_digit(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/// What the policy says instead, as the end of a sentence.
std::string verdict_text(const Finding& finding) {
    if (finding.kind == FindingKind::kPortMasquerade) {
        if (finding.expected.empty()) return "a port reserved for others";
        const Observation& session = finding.session;
        std::string_view owners = finding.expected;
        const std::string here = " on " + port_text(session.transport, session.server.port);
        if (owners.ends_with(here)) owners.remove_suffix(here.size());
        return "reserved for " + std::string{owners};
    }
    if (finding.expected.empty()) return "approved on no port";
    const std::string own = finding.session.protocol + " on ";
    if (finding.expected.starts_with(own)) {
        return "approved on " + finding.expected.substr(own.size());
    }
    return "approved: " + finding.expected;
}

}  // namespace

std::string protocol_text(std::string_view name) {
    if (name.empty()) name = "unknown";
    for (const auto& [plain, spelled] : kSpellings) {
        if (plain == name) return std::string{spelled};
    }
    std::string text{name};
    if (text.size() > kLongestAcronym || !std::ranges::all_of(text, is_lower_or_digit)) return text;
    for (char& c : text) {
        if (c >= 'a') c = static_cast<char>(c - 'a' + 'A');
    }
    return text;
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
