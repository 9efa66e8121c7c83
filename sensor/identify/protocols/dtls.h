// DTLS 1.0 to 1.3: the hello messages that open a session (RFC 6347 §4, RFC 9147 §5), and records
// of a session whose opening was not seen, but for DTLS 1.3's, which say too little.
//
// Type, version and epoch fix at least 28 bits of a record, and lengths must fit each other and the
// datagram, so random bytes pass with less than 2^-44, and as a hello with less than 2^-60.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::dtls {

inline constexpr std::array kSignatures{
    Signature{R"(^[\x14-\x18]\xfe[\xff\xfd]\x00)"},
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;
void extract(const Exchange& exchange, Facts& facts) noexcept;

inline constexpr Protocol kProtocol{
    .name = "dtls",
    .transports = kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
    .extract = extract,
    .shares_port = true,
};

}  // namespace sensor::identify::dtls
