// RTCP and SRTCP over UDP (RFC 3550 §6, RFC 4585 §6.1, RFC 5506 for reduced size, RFC 3711 §3.4).
//
// The packets of a compound one fill the datagram, and each has contents of its kind: for random
// bytes version, type and lengths alone are less than 2^-29. SRTCP encrypts all but the first
// packet's header, so two datagrams of the same source are needed, or the other side's RTCP.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::rtcp {

inline constexpr std::array kSignatures{
    // Sender and receiver reports; alone: APP, feedback, extended reports.
    Signature{R"(^[\x80-\x9f][\xc8\xc9\xcc-\xcf])"},
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;

inline constexpr Protocol kProtocol{
    .name = "rtcp",
    .transports = kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
    .shares_port = true,
};

}  // namespace sensor::identify::rtcp
