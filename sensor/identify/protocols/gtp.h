// The GPRS tunnelling protocol: user data and its control (GTP-U, 3GPP TS 29.281 §5-7), GTP-C
// version 1 (TS 29.060 §6-7) and 2 (TS 29.274 §5-8), charging (GTP', TS 32.295 §6).
//
// The header's length is the datagram's; an IP packet or a chain of information elements fills it.
// Messages that hold no element count only after the other side has been recognised.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::gtp {

inline constexpr std::array kSignatures{
    Signature{R"(^[\x30-\x37][\x01-\x80\xf0\xf1\xfe\xff]..)"},
    Signature{R"(^[\x40\x44\x48\x4c\x50\x54\x58\x5c][\x01-\xf0]..)"},
    Signature{R"(^[\x0f\x2e\x4e][\x01-\x07\xf0\xf1]..)"},
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;

inline constexpr Protocol kProtocol{
    .name = "gtp",
    .transports = kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::gtp
