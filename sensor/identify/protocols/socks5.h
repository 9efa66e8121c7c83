// SOCKS version 5 over TCP (RFC 1928 §3-6, RFC 1929).
//
// The greeting is three bytes and proves nothing, so the client counts as recognised with what it
// sends next: its request, which names the destination, or the start of a GSSAPI exchange. The
// server's two bytes count only then, and only if they choose what was offered.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::socks5 {

inline constexpr std::array kSignatures{
    Signature{R"(^\x05[\x01-\x0a][\x00-\x09\x80-\xfe])", Role::kClient},
    Signature{R"(^\x05[\x00-\x09\x80-\xff])", Role::kServer},
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;
/// Behind the reply to a CONNECT, whether or not a password was asked for before.
[[nodiscard]] Upgrade upgrade(bytes::View client, bytes::View server) noexcept;
void extract_upgrade(bytes::View client, bytes::View server, Facts& facts) noexcept;

inline constexpr Protocol kProtocol{
    .name = "socks5",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
    .upgrade = upgrade,
    .extract_upgrade = extract_upgrade,
};

}  // namespace sensor::identify::socks5
