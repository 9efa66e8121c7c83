// AnyDesk: TLS (RFC 5246) whose server shows the certificate that AnyDesk makes for itself. Its
// subject's common name is "AnyNet Relay" at the relays and "AnyDesk Client" at an installation
// that is reached directly. TLS 1.3 encrypts the certificate, so there it stays tls.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::anydesk {

inline constexpr std::array kSignatures{
    Signature{R"(^\x16\x03[\x00-\x03]..\x02\x00..\x03[\x00-\x03])", Role::kServer},
};

/// A ServerHello, and behind it the start of a Certificate up to the first subject. Where nothing
/// of the Certificate is there yet the session is left to tls.
[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;

inline constexpr Protocol kProtocol{
    .name = "anydesk",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
    .refines = "tls",
};

}  // namespace sensor::identify::anydesk
