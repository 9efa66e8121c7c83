// TLS 1.0 to 1.3 and SSL 3.0: hellos in records (RFC 8446 §4.1, §5.1; RFC 6101), the hellos of
// SSL 2.0 (RFC 5246 appendix E.2), and the alert that refuses one (RFC 8446 §6). Of connections
// that were open before: runs of records.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::tls {

inline constexpr std::array kSignatures{
    Signature{R"(^\x16\x03[\x00-\x03]..\x01)", Role::kClient},
    Signature{R"(^[\x80-\x8f].\x01(\x03[\x00-\x03]|\x00\x02))", Role::kClient},
    Signature{R"(^\x16\x03[\x00-\x03]..\x02)", Role::kServer},
    Signature{R"(^\x15\x03[\x00-\x03]\x00\x02[\x01\x02])", Role::kServer},
    Signature{R"(^[\x80-\x9f].\x04[\x00\x01][\x00\x01]\x00\x02)", Role::kServer},
    Signature{R"(^[\x14\x15\x17]\x03[\x00-\x03][\x00-\x48])"},
    Signature{R"(^\x16\x03[\x00-\x03][\x00-\x48].[^\x01\x02])"},
};

/// A whole ClientHello or ServerHello. A ClientHello that outgrows the window counts once its
/// suites and some extensions are there. Records of other kinds count if the session's opening was
/// not seen, and a run of them is long enough to be none but TLS. The token of a hello is the
/// highest version offered or the one chosen, and in the low half a hash of the session id, which
/// TLS 1.3 servers echo.
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
