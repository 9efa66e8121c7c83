// SOCKS version 4 and 4A over TCP (Koblas and Leech, "SOCKS: A protocol for TCP proxy across
// firewalls"; Lee, "SOCKS 4A").
//
// A request is a few fixed fields and ends with a zero byte, behind which a client waits: one that
// goes on at once counts only if it names a host or a user. Eight bytes of reply prove nothing on
// their own.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::socks4 {

inline constexpr std::array kSignatures{
    Signature{R"(^\x04[\x01\x02])", Role::kClient},
    Signature{R"(^\x00[\x5a-\x5d])", Role::kServer},
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;
[[nodiscard]] Upgrade upgrade(bytes::View client, bytes::View server) noexcept;
void extract_upgrade(bytes::View client, bytes::View server, Facts& facts) noexcept;

inline constexpr Protocol kProtocol{
    .name = "socks4",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
    .upgrade = upgrade,
    .extract_upgrade = extract_upgrade,
};

}  // namespace sensor::identify::socks4
