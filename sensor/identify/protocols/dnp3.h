// DNP3's data link frames over TCP and UDP (IEEE 1815-2012 §9.2, §13).
//
// Every header, and every 16 bytes behind it, carry a CRC: with the start bytes random frames pass
// with less than one in 2^36. What answers comes from the other direction of the line and has one
// of the two addresses in its other place.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::dnp3 {

inline constexpr std::array kSignatures{
    // Start bytes and a length of at least control, destination and source.
    Signature{R"(^\x05\x64[\x05-\xff])"},
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;

inline constexpr Protocol kProtocol{
    .name = "dnp3",
    .transports = kOverTcp | kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::dnp3
