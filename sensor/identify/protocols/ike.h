// IKE versions 1 and 2: the header and the chain of payloads behind it (RFC 2408 §3.1-3.2,
// RFC 7296 §3.1-3.2), over UDP with or without the non-ESP marker (RFC 3948 §2.2), and over TCP
// (RFC 9329 §4).
//
// The header's length is the datagram's and the chain fills it, so random bytes pass with less than
// 2^-60. Both sides' messages hold the initiator's SPI, which an answer must repeat.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::ike {

inline constexpr std::array kSignatures{
    // SPIs, next payload, version 1.0 or 2.0, exchange type.
    Signature{R"(^.................[\x10\x20][\x01-\x06\x20-\x2c])", Role::kEither, kOverUdp},
    Signature{R"(^\x00\x00\x00\x00.................[\x10\x20][\x01-\x06\x20-\x2c])", Role::kEither,
              kOverUdp},
    // Over TCP the initiator sends a prefix; then a length goes before each marker.
    Signature{R"(^IKETCP)", Role::kClient, kOverTcp},
    Signature{R"(^..\x00\x00\x00\x00.................[\x10\x20][\x01-\x06\x20-\x2c])",
              Role::kServer, kOverTcp},
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;

inline constexpr Protocol kProtocol{
    .name = "ike",
    .transports = kOverTcp | kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::ike
