// BGP-4 over TCP (RFC 4271 §4), with the capabilities of RFC 5492 and route refresh (RFC 2918).
//
// Sixteen bytes of ones begin every message; its length and fields must fit its type. Either end
// may open the connection, and both say the same things.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::bgp {

inline constexpr std::array kSignatures{
    Signature{R"(^\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff..[\x01-\x05])"},
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;

inline constexpr Protocol kProtocol{
    .name = "bgp",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::bgp
