// GENEVE, an overlay whose options carry per-app tags: UDP port 6081, RFC 8926 §3.4.
#pragma once

#include "sensor/decode/walk.h"

namespace sensor::decode::geneve {

inline constexpr std::uint32_t kScopeKind = 3;

[[nodiscard]] constexpr DecodeStatus decode(Walk& walk) noexcept {
    const auto version_and_length = walk.in.read<std::uint8_t>();
    walk.in.skip(1);  // O and C flags: a transit device need not act on either (§3.4)
    const auto protocol = walk.in.read<std::uint16_t>();
    const auto vni = walk.in.read<std::uint32_t, 3>();
    walk.in.skip(1);
    const auto options = walk.in.take(4U * (version_and_length & 0x3fU));  // 4-byte words
    if (version_and_length >> 6U != 0) return DecodeStatus::kUnknownVersion;
    if (!walk.in.ok()) return DecodeStatus::kTruncated;

    Tags& tags = walk.packet.tags;
    walk.note_tunnel(TunnelKind::kGeneve, Vni{vni}, {});
    tags.has_group_policy = 0;
    tags.group_policy = 0;
    walk.packet.geneve_options = options;
    walk.enter_scope(kScopeKind, vni);
    walk.next = ether_type(protocol);  // 0x6558 is a whole MAC frame
    return DecodeStatus::kOk;
}

inline constexpr Layer kLayer{"geneve", udp_port(6081), decode};

}  // namespace sensor::decode::geneve
