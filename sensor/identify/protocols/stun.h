// STUN and TURN over UDP and TCP (RFC 8489 §5, RFC 8656, RFC 6062); ICE over TCP puts a two-byte
// length in front (RFC 4571). The older STUN without a magic cookie is RFC 3489.
//
// The cookie is 32 bits, type and length are 30 more. Without a cookie only messages made of the
// few attributes of RFC 3489 count: for random bytes 2^-32 for type and length alone.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::stun {

inline constexpr std::array kSignatures{
    Signature{R"(^[\x00-\x3f]...\x21\x12\xa4\x42)"},
    Signature{R"(^..[\x00-\x3f]...\x21\x12\xa4\x42)", Role::kEither, kOverTcp},
    Signature{R"(^[\x00\x01][\x01\x02\x11\x12][\x00-\x03].)"},
    Signature{R"(^[\x40-\x4f])"},  // ChannelData
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;
void extract(const Exchange& exchange, Facts& facts) noexcept;

inline constexpr Protocol kProtocol{
    .name = "stun",
    .transports = kOverTcp | kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
    .extract = extract,
    .shares_port = true,
};

}  // namespace sensor::identify::stun
