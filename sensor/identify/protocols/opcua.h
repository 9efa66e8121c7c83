// OPC UA over TCP (OPC 10000-6 §7.1, §6.7): the connection protocol and the chunks of secure
// channels.
//
// Message type, chunk type and size are 64 bits of which few values are legal; the connection
// messages have exactly the size that their strings need.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::opcua {

inline constexpr std::array kSignatures{
    Signature{"^HELF...\\x00"},     Signature{"^ACKF\\x1c\\x00"}, Signature{"^ERRF..\\x00\\x00"},
    Signature{"^RHEF..\\x00\\x00"}, Signature{"^OPNF...\\x00"},   Signature{"^MSG[FCA]...\\x00"},
    Signature{"^CLOF...\\x00"},
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;

inline constexpr Protocol kProtocol{
    .name = "opcua",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::opcua
