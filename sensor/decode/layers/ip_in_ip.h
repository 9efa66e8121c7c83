// IP in IP: IPv4 as protocol 4 (RFC 2003, RFC 2473, RFC 6333), IPv6 as protocol 41 (RFC 4213 §3,
// RFC 2473).
#pragma once

#include "sensor/decode/walk.h"

namespace sensor::decode::ip_in_ip {

inline constexpr std::uint32_t kScopeKind = 5;

/// Customers behind such tunnels use the same private addresses; the tunnel's two ends tell them
/// apart (RFC 6333 §6.6).
[[nodiscard]] inline DecodeStatus decode_ipv4(Walk& walk) noexcept {
    const DecodeStatus status = walk.enter_tunnel();
    if (status != DecodeStatus::kOk) return status;
    walk.note_tunnel(TunnelKind::kIpInIp, Vni{}, {});
    walk.enter_scope(kScopeKind, walk.id_of_ends());
    walk.next = ether_type(0x0800);
    return DecodeStatus::kOk;
}

/// IPv6 addresses are the same to everybody, and a 6to4 relay need not be the same both ways
/// (RFC 3056 §5): no scope.
[[nodiscard]] constexpr DecodeStatus decode_ipv6(Walk& walk) noexcept {
    const DecodeStatus status = walk.enter_tunnel();
    if (status != DecodeStatus::kOk) return status;
    walk.note_tunnel(TunnelKind::kIpInIp, Vni{}, {});
    walk.next = ether_type(0x86dd);
    return DecodeStatus::kOk;
}

inline constexpr Layer kIpv4{"ipv4-in-ip", ip_protocol(4), decode_ipv4};
inline constexpr Layer kIpv6{"ipv6-in-ip", ip_protocol(41), decode_ipv6};

}  // namespace sensor::decode::ip_in_ip
