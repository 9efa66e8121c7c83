// WhatsApp's own transport over TCP: a prologue, then frames with a length in front. Since version
// 2 the frames carry a Noise handshake in Protocol Buffers (Noise Protocol Framework revision 34
// §7.5, patterns XX and IK over X25519 with AES-GCM); version 1 carried FunXMPP, a binary XMPP.
// There is no specification but the published descriptions of the web client's handshake.
//
// "WA" is followed by a frame whose length, message, and key lengths must fit each other: less than
// 2^-60 for random bytes. A server's hello stands on its lengths alone, with less than 2^-32.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::whatsapp {

inline constexpr std::array kSignatures{
    Signature{R"(^WA[\x01-\x0f][\x00-\x0f])", Role::kClient},
    Signature{R"(^ED\x00\x01)", Role::kClient},                              // routing comes first
    Signature{R"(^\x00[\x00-\x3f].\x1a)", Role::kServer},                    // server hello
    Signature{R"(^\x00\x00[\x05-\xff]\xf8[\x03-\x7f]\x01)", Role::kServer},  // FunXMPP stream
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;

inline constexpr Protocol kProtocol{
    .name = "whatsapp",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::whatsapp
