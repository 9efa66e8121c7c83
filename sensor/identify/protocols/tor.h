// Tor's link protocol where its server shows itself: a TLS 1.2 certificate of the form that Tor
// makes up (tor-spec, "Negotiating channels with TLS"): nothing but a common name on either side,
// issued by www.<random>.com for www.<random>.net.
//
// TLS 1.3 encrypts the certificate, and bridges disguise all of it: those sessions stay TLS, or
// unknown. So does one whose certificate does not come along with the ServerHello, since no other
// TLS session shall wait for it.
#pragma once

#include "sensor/identify/protocols/tls.h"

namespace sensor::identify::tor {

inline constexpr std::array kSignatures{
    Signature{R"(^\x16\x03[\x00-\x03]..\x02)", Role::kServer},
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;

inline constexpr Protocol kProtocol{
    .name = "tor",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
    .extract = tls::extract,
    .refines = "tls",
};

}  // namespace sensor::identify::tor
