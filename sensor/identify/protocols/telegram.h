// Telegram's MTProto over TCP: the first exchange of a client that has no key yet (MTProto 2.0,
// "Transports": abridged, intermediate, padded, full; "Creating an authorization key": req_pq and
// resPQ, which repeats its nonce).
//
// Everything that follows is encrypted, and what an obfuscated transport carries is from its first
// byte: both stay unknown.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::telegram {

inline constexpr std::array kSignatures{
    Signature{R"(^\xef\x0a\x00\x00\x00\x00)", Role::kClient},
    Signature{R"(^\xee\xee\xee\xee\x28\x00\x00\x00)", Role::kClient},
    Signature{R"(^\xdd\xdd\xdd\xdd[\x28-\x37]\x00\x00\x00)", Role::kClient},
    Signature{R"(^\x34\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00)", Role::kClient},
    Signature{R"(^[\x15-\x7e]\x00\x00\x00\x00\x00\x00\x00\x00)", Role::kServer},
    Signature{R"(^..\x00\x00\x00\x00\x00\x00\x00\x00)", Role::kServer},
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;

inline constexpr Protocol kProtocol{
    .name = "telegram",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::telegram
