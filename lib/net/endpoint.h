// Where a server listens: a numeric address and a port; and who speaks to it.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include <netinet/in.h>
#include <sys/socket.h>

#include "lib/result/result.h"

namespace net {

struct Endpoint {
    std::string text;  // as it was written
    sockaddr_storage address{};
    socklen_t size = 0;

    [[nodiscard]] bool is_ipv6() const noexcept { return address.ss_family == AF_INET6; }
};

/// Reads "127.0.0.1:9469" or "[::1]:9469". Names are not resolved. The error says what to write.
[[nodiscard]] result::Result<Endpoint> parse_endpoint(std::string_view text);

/// Whether only this machine's processes can speak there: 127.0.0.0/8 (mapped into IPv6, too), ::1.
[[nodiscard]] bool is_loopback(const Endpoint& endpoint) noexcept;

/// Why nobody could listen there now by TCP, and what to do about it; empty if this process could.
[[nodiscard]] std::string listening_objection(const Endpoint& endpoint);

/// What to do about the errno that bind() or listen() left; empty for 0.
[[nodiscard]] std::string remedy_for(int error, std::string_view transport);

/// Somebody's address and port. IPv4 is ::ffff:a.b.c.d (RFC 4291 §2.5.5.2), in network byte order.
struct Peer {
    std::array<std::uint8_t, 16> address{};
    std::uint16_t port = 0;  // host byte order

    friend auto operator<=>(const Peer&, const Peer&) = default;
};
/// Of an AF_INET or AF_INET6 address.
[[nodiscard]] Peer peer_of(const sockaddr_storage& address) noexcept;

}  // namespace net
