// RTP and SRTP over UDP (RFC 3550 §5.1, RFC 3711 §3.1).
//
// One RTP packet is nearly any datagram. A run of them is not: three of one direction have to have
// the same source and payload type, and sequence numbers that go up. `earlier` keeps 12 bits of the
// former and 10 of the latter, so each datagram after the first passes with 2^-18 by chance, and
// three random ones with 2^-38. Once the other side has spoken RTP two are enough.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::rtp {

inline constexpr std::array kSignatures{
    // Version 2; no payload types 64-95, which with the marker are RTCP's (RFC 5761 §4).
    Signature{R"(^[\x80-\xbf][\x00-\x3f\x60-\xbf\xe0-\xff])"},
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;

inline constexpr Protocol kProtocol{
    .name = "rtp",
    .transports = kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
    .shares_port = true,
};

}  // namespace sensor::identify::rtp
