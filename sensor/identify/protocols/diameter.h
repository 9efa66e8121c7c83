// Diameter over TCP (RFC 6733 §3-4): requests and answers of every application.
//
// The AVPs use up the message with legal flags, and the origin that every message names is among
// them; random bytes pass with less than one in 2^60. An answer repeats the hop-by-hop identifier.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::diameter {

inline constexpr std::array kSignatures{
    // Version, a length below 64 KiB in words, flags without the reserved ones.
    Signature{R"(^\x01\x00..[\x00\x20\x40\x60\x80\x90\xc0\xd0]...)"
              R"([\x00\x01\xff][\x00\xff]..........\x00\x00[\x00-\x0f].)"},
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;
void extract(const Exchange& exchange, Facts& facts) noexcept;

inline constexpr Protocol kProtocol{
    .name = "diameter",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
    .extract = extract,
};

}  // namespace sensor::identify::diameter
