// L2TP control messages over UDP, version 2 (RFC 2661 §3.1, §4.1) and version 3 (RFC 3931 §3.2.1,
// §4.1.2.1, §5.1).
//
// A message begins with an AVP that names its type and its AVPs fill its length: 16 fixed bits, two
// lengths and 56 bits of the first AVP. The bare acknowledgement of version 2 has nothing in it, so
// it counts only for the tunnel that the other side assigned. Data messages show nothing.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::l2tp {

inline constexpr std::array kSignatures{
    Signature{R"(^\xc8[\x02\x03]........)"},
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;

inline constexpr Protocol kProtocol{
    .name = "l2tp",
    .transports = kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::l2tp
