// LDAP version 3 over TCP (RFC 4511 §4, BER with definite lengths) and its connectionless form over
// UDP (MS-ADTS §3.1.1.3.1.3.1), as domain members look for controllers.
//
// A message has an id, an operation of a known form and lengths that nest; ids are answered.
// STARTTLS is an extended operation that both sides must agree on (RFC 4511 §4.14).
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::ldap {

inline constexpr std::array kSignatures{
    // The message's length in one byte, or in up to four; then the id, in one to four.
    Signature{R"(^\x30[\x05-\x7f]\x02[\x01-\x04])"}, Signature{R"(^\x30\x81.\x02[\x01-\x04])"},
    Signature{R"(^\x30\x82..\x02[\x01-\x04])"},      Signature{R"(^\x30\x83...\x02[\x01-\x04])"},
    Signature{R"(^\x30\x84....\x02[\x01-\x04])"},
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;
[[nodiscard]] Upgrade upgrade(bytes::View client, bytes::View server) noexcept;

inline constexpr Protocol kProtocol{
    .name = "ldap",
    .transports = kOverTcp | kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
    .upgrade = upgrade,
};

}  // namespace sensor::identify::ldap
