// VXLAN with the group policy extension: UDP port 4789, RFC 7348 §5 and
// draft-smith-vxlan-group-policy §2.1.
#pragma once

#include "sensor/decode/layers/ethernet.h"

namespace sensor::decode::vxlan {

inline constexpr std::uint32_t kScopeKind = 2;

/// Reserved bits are ignored on receipt, as RFC 7348 §5 asks.
[[nodiscard]] constexpr DecodeStatus decode(Walk& walk) noexcept {
    const auto flags = walk.in.read<std::uint8_t>();
    walk.in.skip(1);
    const auto group_policy = walk.in.read<std::uint16_t>();
    const auto vni = walk.in.read<std::uint32_t, 3>();
    walk.in.skip(1);
    constexpr std::uint8_t kHasGroupPolicy = 0x80;
    constexpr std::uint8_t kHasVni = 0x08;
    if (!walk.in.ok()) return DecodeStatus::kTruncated;
    if ((flags & kHasVni) == 0) return DecodeStatus::kUnknownVersion;

    Tags& tags = walk.packet.tags;
    walk.note_tunnel(TunnelKind::kVxlan, Vni{vni}, {});
    tags.has_group_policy = (flags & kHasGroupPolicy) != 0 ? 1 : 0;
    tags.group_policy = tags.has_group_policy != 0 ? group_policy : std::uint16_t{0};
    walk.enter_scope(kScopeKind, vni);
    walk.next = link(LinkType::kEthernet);
    return DecodeStatus::kOk;
}

inline constexpr Layer kLayer{"vxlan", udp_port(4789), decode};

}  // namespace sensor::decode::vxlan
