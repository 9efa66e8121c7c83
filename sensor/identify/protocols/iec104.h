// IEC 60870-5-104 over TCP: APCI (§5) and ASDUs with the sizes of their types (IEC 60870-5-101 §7).
//
// An unnumbered frame is six bytes of which one has a choice; an ASDU must be as long as the number
// and type of its objects. STARTDT is answered by its confirmation.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::iec104 {

inline constexpr std::array kSignatures{
    Signature{R"(^\x68\x04[\x07\x0b\x13\x23\x43\x83]\x00\x00\x00)"},
    Signature{R"(^\x68\x04\x01\x00)"},
    // A numbered frame's type, number of objects and cause.
    Signature{
        R"(^\x68[\x0d-\xfd]....[\x01-\x7f][\x01-\x7f\x81-\xff][\x01-\x2f\x41-\x6f\x81-\xaf\xc1-\xef])"},
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;

inline constexpr Protocol kProtocol{
    .name = "iec104",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::iec104
