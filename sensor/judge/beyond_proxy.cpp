#include "sensor/judge/beyond_proxy.h"

#include <charconv>

namespace sensor::judge {
namespace {

struct Requested {
    std::string_view host;
    PortNumber port{};
};

/// "host:port", "192.0.2.1:22" or "[2001:db8::1]:22"
std::optional<Requested> read_requested(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const std::string_view digits = text.substr(colon + 1);
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc{} || end != digits.data() + digits.size() || port == 0) {
        return std::nullopt;
    }
    std::string_view host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    if (host.empty()) return std::nullopt;
    return Requested{host, PortNumber{port}};
}

}  // namespace

std::optional<Observation> beyond_proxy(const Observation& session) {
    if (!session.is_proxied || session.inner_confirmed != Confirmed::kBoth) return std::nullopt;
    const auto requested = read_requested(session.fact(Fact::kDestinationRequested));
    if (!requested) return std::nullopt;
    Observation beyond = session;
    beyond.proxy = session.server;
    beyond.proxy_protocol = session.protocol;
    beyond.protocol = session.inner_protocol;
    beyond.protocol_to_server = beyond.protocol_to_client = session.inner_protocol;
    beyond.confirmed = session.inner_confirmed;
    beyond.server.port = requested->port;
    if (const auto address = parse_address(requested->host)) {
        beyond.server.address = *address;
    } else {
        beyond.requested_name = requested->host;
    }
    return beyond;
}

}  // namespace sensor::judge
