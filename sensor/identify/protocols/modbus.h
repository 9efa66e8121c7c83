// Modbus/TCP (Modbus Messaging on TCP/IP 1.0b §3.1, Application Protocol 1.1b3 §6).
//
// The length must be the one that the function's request or response has, and quantities and
// values legal. Functions without any of these count only beside another frame, or as the answer
// that repeats transaction, unit and function.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::modbus {

inline constexpr std::array kSignatures{
    // Protocol 0, a length of 2 to 254, the unit, the function; bit 7 tells an exception.
    Signature{R"(^..\x00\x00\x00[\x02-\xfe].[\x01-\x08\x0b\x0c\x0f-\x11\x14-\x18\x2b])"},
    Signature{R"(^..\x00\x00\x00\x03.[\x81-\x88\x8b\x8c\x8f-\x91\x94-\x98\xab][\x01-\x0b])"},
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;

inline constexpr Protocol kProtocol{
    .name = "modbus",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::modbus
