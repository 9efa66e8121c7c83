// S7 communication of SIMATIC controllers, S7comm and S7comm-plus, over ISO transport (RFC 1006).
//
// The specification is not public; what is checked is what its implementations agree on: the
// transport selectors of a connect, and PDUs whose parameter and data lengths use up the packet.
// A response repeats the PDU's reference.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::s7comm {

inline constexpr std::array kSignatures{
    // Connection request and confirm of class 0 with a parameter, then data with a PDU.
    Signature{R"(^\x03\x00\x00.[\x0a-\x7f]\xe0\x00\x00..\x00[\xc0-\xc2])", Role::kClient},
    Signature{R"(^\x03\x00\x00.[\x06-\x7f]\xd0....\x00)", Role::kServer},
    Signature{R"(^\x03\x00..\x02\xf0[\x00\x80]\x32[\x01-\x03\x07]\x00\x00)"},
    Signature{R"(^\x03\x00..\x02\xf0[\x00\x80]\x72[\x01-\x03])"},
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;

inline constexpr Protocol kProtocol{
    .name = "s7comm",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::s7comm
