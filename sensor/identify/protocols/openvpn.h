// OpenVPN's control channel over UDP and TCP (the OpenVPN wire protocol, draft-openvpn-wire-
// protocol §3-4; tls-crypt-v2.txt): resets, acknowledgements and the TLS they carry, in the clear,
// with an HMAC (tls-auth) or encrypted (tls-crypt, tls-crypt-v2).
//
// A reset is certain by its size and its fixed fields. An answer names the session id that the
// client chose, unless that is encrypted. The data channel shows nothing and is not recognised.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::openvpn {

inline constexpr std::array kSignatures{
    // The opcode is in the top five bits. A reset starts with key 0, the others may go on with any.
    Signature{R"(^[\x38\x50])", Role::kClient, kOverUdp},
    Signature{R"(^\x40)", Role::kServer, kOverUdp},
    Signature{R"(^[\x18-\x2f])", Role::kEither, kOverUdp},
    // Over TCP a two-byte length is in front.
    Signature{R"(^[\x00-\x04].[\x38\x50])", Role::kClient, kOverTcp},
    Signature{R"(^[\x00-\x04].\x40)", Role::kServer, kOverTcp},
    Signature{R"(^[\x00-\x08].[\x18-\x2f])", Role::kEither, kOverTcp},
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;

inline constexpr Protocol kProtocol{
    .name = "openvpn",
    .transports = kOverTcp | kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::openvpn
