// TLS 1.0 to 1.3 and SSL 3.0: hellos in records (RFC 8446 §4.1, §5.1; RFC 6101), a hello in
// SSL 2.0's form (RFC 5246 appendix E.2), and the alert that refuses one (RFC 8446 §6).
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::tls {

inline constexpr std::array kSignatures{
    Signature{R"(^\x16\x03[\x00-\x03]..\x01)", Role::kClient},
    Signature{R"(^[\x80-\x8f].\x01\x03[\x00-\x03])", Role::kClient},
    Signature{R"(^\x16\x03[\x00-\x03]..\x02)", Role::kServer},
    Signature{R"(^\x15\x03[\x00-\x03]\x00\x02[\x01\x02])", Role::kServer},
};

/// A whole ClientHello or ServerHello. A ClientHello that outgrows the window counts once its
/// suites and some extensions are there. The token is the highest version offered or the one
/// chosen, and in the low half a hash of the session id, which TLS 1.3 servers echo.
[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;
void extract(const Exchange& exchange, Facts& facts) noexcept;

inline constexpr Protocol kProtocol{
    .name = "tls",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
    .extract = extract,
};

}  // namespace sensor::identify::tls
