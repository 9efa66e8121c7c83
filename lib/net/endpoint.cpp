#include "lib/net/endpoint.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <span>
#include <system_error>

#include <arpa/inet.h>
#include <unistd.h>

namespace net {
namespace {

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, port);
    if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
    return port;
}

template <class Address>
Endpoint endpoint_of(const Address& address) {
    Endpoint endpoint;
    std::memcpy(&endpoint.address, &address, sizeof address);
    endpoint.size = sizeof address;
    return endpoint;
}

std::optional<Endpoint> parse_ipv4(const std::string& host, std::uint16_t port) {
    sockaddr_in address{};
    if (::inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) return std::nullopt;
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    return endpoint_of(address);
}

std::optional<Endpoint> parse_ipv6(const std::string& host, std::uint16_t port) {
    sockaddr_in6 address{};
    if (::inet_pton(AF_INET6, host.c_str(), &address.sin6_addr) != 1) return std::nullopt;
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(port);
    return endpoint_of(address);
}

std::optional<Endpoint> parse(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    const auto port = parse_port(text.substr(colon + 1));
    // inet_pton() would stop at a zero byte and take the rest for nothing.
    if (!port || text.find('\0') != std::string_view::npos) return std::nullopt;
    const std::string host{text.substr(0, colon)};
    if (host.size() > 2 && host.front() == '[' && host.back() == ']')
        return parse_ipv6(host.substr(1, host.size() - 2), *port);
    return parse_ipv4(host, *port);
}

/// The errno of listening there, or 0.
int try_to_listen(const Endpoint& endpoint) {
    const int socket = ::socket(endpoint.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket < 0) return errno;
    // As civetweb does: connections that linger from an earlier run are no reason to refuse.
    const int on = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const auto* address = reinterpret_cast<const sockaddr*>(&endpoint.address);
    const bool listens = ::bind(socket, address, endpoint.size) == 0 && ::listen(socket, 1) == 0;
    const int error = listens ? 0 : errno;
    ::close(socket);
    return error;
}

}  // namespace

result::Result<Endpoint> parse_endpoint(std::string_view text) {
    auto endpoint = parse(text);
    if (!endpoint)
        return result::Error{
            "\"" + std::string{text} +
            "\" is no address to listen on; write a numeric address and a port, as "
            "in 127.0.0.1:9469 or [::1]:9469"};
    endpoint->text = text;
    return *std::move(endpoint);
}

std::string remedy_for(int error, std::string_view transport) {
    switch (error) {
        case 0: return {};
        case EADDRINUSE:
            return "the port is in use; stop the process that listens there (`ss -l" +
                   std::string{transport == "udp" ? "u" : "t"} +
                   "np` names it) or choose another port";
        case EACCES:
            return "no permission; choose a port from 1024 on, or grant CAP_NET_BIND_SERVICE";
        case EADDRNOTAVAIL:
            return "this machine has no such address; choose one that `ip address` lists";
        default: return std::system_category().message(error);
    }
}

std::string listening_objection(const Endpoint& endpoint) {
    return remedy_for(try_to_listen(endpoint), "tcp");
}

bool is_loopback(const Endpoint& endpoint) noexcept {
    constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    constexpr std::uint8_t kLoopback = 127;
    const auto address = peer_of(endpoint.address).address;
    if (std::ranges::equal(std::span{address}.first<12>(), kMapped))
        return address[12] == kLoopback;
    constexpr std::array<std::uint8_t, 16> kIpv6{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    return address == kIpv6;
}

Peer peer_of(const sockaddr_storage& address) noexcept {
    Peer peer;
    if (address.ss_family == AF_INET) {
        sockaddr_in ipv4{};
        std::memcpy(&ipv4, &address, sizeof ipv4);
        peer.address[10] = peer.address[11] = 0xff;
        std::memcpy(peer.address.data() + 12, &ipv4.sin_addr, sizeof ipv4.sin_addr);
        peer.port = ntohs(ipv4.sin_port);
    } else {
        sockaddr_in6 ipv6{};
        std::memcpy(&ipv6, &address, sizeof ipv6);
        std::memcpy(peer.address.data(), &ipv6.sin6_addr, sizeof ipv6.sin6_addr);
        peer.port = ntohs(ipv6.sin6_port);
    }
    return peer;
}

}  // namespace net
