// CoAP over UDP (RFC 7252 §3, RFC 7959, RFC 8132 and the registries they opened).
//
// A CoAP header is nearly any four bytes, so a request counts only with an option of readable text
// (its path, host or query) and without what its method cannot have; an answer only if it repeats
// the request's message id or token. Of random datagrams less than one in 10^7 passes as a request.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::coap {

inline constexpr std::array kSignatures{
    Signature{R"(^[\x40-\x48\x50-\x58][\x01-\x07])"},                        // requests
    Signature{R"(^[\x40-\x48\x50-\x58\x60-\x68][\x41-\x45\x5f\x80-\xa8])"},  // responses
    Signature{R"(^[\x60\x70]\x00)"},                                         // ACK, RST
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;

inline constexpr Protocol kProtocol{
    .name = "coap",
    .transports = kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::coap
