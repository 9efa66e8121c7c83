// WireGuard over UDP (the protocol's white paper, §5.4: messages, §6: timers).
//
// Handshake messages have fixed sizes and name the receiver by the index that it chose, so an
// answer can be checked. Transport data shows only an index and a counter: it counts as the answer
// to a handshake, or when two datagrams in a row go on from each other.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::wireguard {

inline constexpr std::array kSignatures{
    Signature{R"(^[\x01-\x04]\x00\x00\x00)"},
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;

inline constexpr Protocol kProtocol{
    .name = "wireguard",
    .transports = kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::wireguard
