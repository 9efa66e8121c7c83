// CAPWAP between wireless termination points and their controller (RFC 5415 §4): control messages
// in the clear, which are those of discovery, data, and either of them inside DTLS (§4.2).
//
// Header and message elements add up to the datagram. Data counts only with a frame that parses.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::capwap {

inline constexpr std::array kSignatures{
    Signature{R"(^\x00[\x10-\xff]......)"},
    Signature{R"(^\x01\x00\x00\x00[\x14-\x17]\xfe[\xff\xfd])"},
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;

inline constexpr Protocol kProtocol{
    .name = "capwap",
    .transports = kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::capwap
