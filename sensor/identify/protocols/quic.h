// QUIC versions 1 (RFC 9000) and 2 (RFC 9369), drafts 22 to 34 and Facebook's mvfst: long header
// packets. A client's Initial is decrypted with the published keys (RFC 9001 §5.2), so it is
// proven.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::quic {

inline constexpr std::array kSignatures{
    Signature{R"(^[\x80-\xff]\x00\x00\x00\x01)"},
    Signature{R"(^[\x80-\xff]\x6b\x33\x43\xcf)"},
    Signature{R"(^[\x80-\xff]\xff\x00\x00[\x16-\x22])"},
    Signature{R"(^[\x80-\xff]\xfa\xce\xb0)"},
    Signature{R"(^[\xc0-\xff](Q046|Q050|T05[01]))"},
    Signature{R"(^[\x08-\x3f]........Q0[2-4][0-9])", Role::kClient},
    Signature{R"(^[\x80-\xff]\x00\x00\x00\x00)", Role::kServer},
};

/// The token is a hash of the client's connection id: the one a client sends from is the one its
/// server must address, RFC 9000 §7.2. A hello that goes on in further datagrams is `unfinished`.
[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;
void extract(const Exchange& exchange, Facts& facts) noexcept;

inline constexpr Protocol kProtocol{
    .name = "quic",
    .transports = kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
    .extract = extract,
};

}  // namespace sensor::identify::quic
