// VXLAN-GPE, which says what it carries: UDP port 4790, draft-ietf-nvo3-vxlan-gpe-12 §3.
#pragma once

#include "sensor/decode/layers/next_protocol.h"

namespace sensor::decode::vxlan_gpe {

inline constexpr std::uint32_t kScopeKind = 9;

/// Flags 8 bits (R R version 2, I P B O), reserved 16, next protocol 8, VNI 24, reserved 8.
[[nodiscard]] constexpr DecodeStatus decode(Walk& walk) noexcept {
    const auto flags = walk.in.read<std::uint8_t>();
    walk.in.skip(2);
    const auto protocol = walk.in.read<std::uint8_t>();
    const auto vni = walk.in.read<std::uint32_t, 3>();
    walk.in.skip(1);
    constexpr std::uint8_t kVersion = 0x30;
    constexpr std::uint8_t kHasVni = 0x08;
    constexpr std::uint8_t kHasProtocol = 0x04;
    constexpr std::uint8_t kManagement = 0x01;
    if (!walk.in.ok()) return DecodeStatus::kTruncated;
    if ((flags & (kVersion | kHasVni | kManagement)) != kHasVni) {
        return DecodeStatus::kUnknownVersion;
    }
    constexpr std::uint8_t kEthernet = 3;  // what plain VXLAN carries
    const bool says = (flags & kHasProtocol) != 0;
    const DecodeStatus status = next_protocol::follow(walk, says ? protocol : kEthernet);
    if (status != DecodeStatus::kOk) return status;
    walk.note_tunnel(TunnelKind::kVxlanGpe, Vni{vni}, {});
    walk.enter_scope(kScopeKind, vni);
    return DecodeStatus::kOk;
}

inline constexpr Layer kLayer{"vxlan-gpe", udp_port(4790), decode};

}  // namespace sensor::decode::vxlan_gpe
