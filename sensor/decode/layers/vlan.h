// IEEE 802.1Q tags, single (0x8100) and stacked (802.1ad 0x88a8, and the older 0x9100).
#pragma once

#include "sensor/decode/layers/ethernet.h"

namespace sensor::decode::vlan {

inline constexpr std::uint32_t kScopeKind = 1;

/// Id 0 carries a priority only and names no VLAN (§9.6 table 9-2).
constexpr void note(Walk& walk, std::uint16_t id) noexcept {
    Tags& tags = walk.packet.tags;
    if (id == 0) return;
    if (tags.vlan_count < tags.vlans.size()) tags.vlans[tags.vlan_count++] = id;
    if (walk.vlan_in_scope) walk.enter_scope(kScopeKind, id);
}

/// 802.1Q-2018 §9.6: priority 3 bits, DEI 1 bit, VLAN id 12 bits, then the next type.
[[nodiscard]] constexpr DecodeStatus decode(Walk& walk) noexcept {
    const auto control = walk.in.read<std::uint16_t>();
    if (!walk.in.ok()) return DecodeStatus::kTruncated;
    note(walk, control & 0x0fffU);
    return ethernet::read_type(walk);
}

inline constexpr Layer kCustomer{"vlan", ether_type(0x8100), decode};
inline constexpr Layer kService{"vlan-service", ether_type(0x88a8), decode};
inline constexpr Layer kOldStacked{"vlan-stacked", ether_type(0x9100), decode};

}  // namespace sensor::decode::vlan
