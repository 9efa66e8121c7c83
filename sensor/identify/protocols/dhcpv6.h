// DHCPv6 over UDP (RFC 8415 §8-9), between clients and servers and through relays.
//
// Options use up the datagram with the lengths their codes have, and a client or server is
// identified where its message must: of random datagrams less than one in 10^8 passes.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::dhcpv6 {

inline constexpr std::array kSignatures{
    // A client's or server's message: an option's code and length follow the transaction.
    Signature{R"(^[\x01-\x0b\x0e-\x15\x25\x26]...\x00[\x01-\x9f][\x00-\x05])"},
    // A relay's: hops, then the link's address.
    Signature{R"(^[\x0c\x0d][\x00-\x20])"},
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;

inline constexpr Protocol kProtocol{
    .name = "dhcpv6",
    .transports = kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::dhcpv6
