// DTLS 1.0 to 1.3: the hello messages that open a session (RFC 6347 §4, RFC 9147 §5).
//
// Type, version and epoch fix 40 bits of the first record and its lengths must fit each other and
// the datagram, so random bytes pass with less than 2^-60.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::dtls {

inline constexpr std::array kSignatures{
    // A handshake record of epoch 0 that starts with ClientHello, HelloVerifyRequest, ServerHello.
    Signature{R"(^\x16\xfe[\xff\xfd]\x00\x00\x00\x00......[\x01\x02\x03])"},
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;
void extract(const Exchange& exchange, Facts& facts) noexcept;

inline constexpr Protocol kProtocol{
    .name = "dtls",
    .transports = kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
    .extract = extract,
    .refines = "stun",  // ICE comes first, and one side may go on before the other, RFC 7983
};

}  // namespace sensor::identify::dtls
