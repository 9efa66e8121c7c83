// Where a server listens: a numeric address and a port.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <netinet/in.h>
#include <sys/socket.h>

#include "lib/result/result.h"

namespace http {

struct Endpoint {
    std::string text;  // as it was written
    sockaddr_storage address{};
    socklen_t size = 0;

    [[nodiscard]] bool is_ipv6() const noexcept { return address.ss_family == AF_INET6; }
};

/// Reads "127.0.0.1:9469" or "[::1]:9469". Names are not resolved. The error says what to write.
[[nodiscard]] result::Result<Endpoint> parse_endpoint(std::string_view text);

/// Why nobody could listen there now, and what to do about it; empty if this process could.
[[nodiscard]] std::string listening_objection(const Endpoint& endpoint);

}  // namespace http
