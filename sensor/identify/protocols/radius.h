// RADIUS over UDP: authentication (RFC 2865), accounting (RFC 2866) and changes of authorization
// (RFC 5176).
//
// The length is that of the datagram and its attributes use it up, one of them with the length that
// its type has: of random datagrams less than one in 10^8. Without that attribute only the answer
// to a request counts.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::radius {

inline constexpr std::array kSignatures{
    // Code, identifier, a length of at most 4096.
    Signature{R"(^[\x01-\x05\x0b-\x0d\x28-\x2d\x34].[\x00-\x10])"},
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;

inline constexpr Protocol kProtocol{
    .name = "radius",
    .transports = kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::radius
