// PostgreSQL: frontend/backend protocol 3, and the start-up of protocol 2 (postgresql.org,
// "Frontend/Backend Protocol", chapter "Message Formats"; version 2 in the manual of 7.3).
//
// Start-up packets have a length and a code, all later messages a type and a length. The one-byte
// answers to SSLRequest and GSSENCRequest count only after such a request.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::postgresql {

inline constexpr std::array kSignatures{
    Signature{R"(^\x00\x00[\x00-\x27].\x00\x03..[a-zA-Z_])", Role::kClient},
    Signature{R"(^\x00\x00\x01\x28\x00\x02\x00\x00)", Role::kClient},
    Signature{R"(^\x00\x00[\x00\x01].\x04\xd2\x16[\x2e-\x30])", Role::kClient},
    Signature{R"(^Q\x00[\x00-\x0f]..)", Role::kClient},
    Signature{R"(^[RESNvTCIZ12tn]\x00[\x00-\x0f])", Role::kServer},
    Signature{R"(^[SNG])", Role::kServer},
    Signature{R"(^(R\x00\x00|E[A-Z]))", Role::kServer},
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;
/// TLS begins after an SSLRequest that was answered with 'S', GSSENCRequests refused before it
/// included.
[[nodiscard]] Upgrade upgrade(bytes::View client, bytes::View server) noexcept;

inline constexpr Protocol kProtocol{
    .name = "postgresql",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
    .upgrade = upgrade,
};

}  // namespace sensor::identify::postgresql
