// Kerberos 5 over UDP and TCP (RFC 4120 §5, §7.2): the AS, TGS and AP exchanges, KRB-SAFE,
// KRB-PRIV, KRB-CRED and KRB-ERROR.
//
// Every message says what it is twice, in its application tag and as a number, and its version: 96
// bits that are fixed beside its lengths. The protocol that changes passwords wraps such messages
// and is not one of them.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::kerberos {

inline constexpr std::array kSignatures{
    Signature{R"(^[\x6a-\x6f\x74-\x76\x7e][\x01-\x84])", Role::kEither, kOverUdp},  // a datagram
    Signature{R"(^\x00[\x00-\x03]..[\x6a-\x6f\x74-\x76\x7e][\x01-\x84])", Role::kEither,
              kOverTcp},  // a record over TCP
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;

inline constexpr Protocol kProtocol{
    .name = "kerberos",
    .transports = kOverTcp | kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::kerberos
