// Provider backbone bridging, MAC in MAC: the service tag 0x88e7, IEEE 802.1Q-2018 §9.7 (802.1ah).
#pragma once

#include "sensor/decode/walk.h"

namespace sensor::decode::provider_bridge {

inline constexpr std::uint32_t kScopeKind = 8;

/// Priority 3 bits, DEI 1, UCA 1, reserved 3, service id 24; then the customer's frame. Both
/// directions have the same service id.
[[nodiscard]] constexpr DecodeStatus decode(Walk& walk) noexcept {
    walk.in.skip(1);
    const auto service = walk.in.read<std::uint32_t, 3>();
    if (!walk.in.ok()) return DecodeStatus::kTruncated;
    walk.enter_scope(kScopeKind, service);
    walk.next = link(LinkType::kEthernet);
    return DecodeStatus::kOk;
}

inline constexpr Layer kLayer{"provider-bridge", ether_type(0x88e7), decode};

}  // namespace sensor::decode::provider_bridge
