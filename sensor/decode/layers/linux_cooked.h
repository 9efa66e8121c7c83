// Linux cooked captures, as `any` devices write them (LINKTYPE_LINUX_SLL 113, LINKTYPE_LINUX_SLL2
// 276; www.tcpdump.org/linktypes), and the BSD loopback header (LINKTYPE_NULL 0).
#pragma once

#include "sensor/decode/walk.h"

namespace sensor::decode::linux_cooked {

/// Packet type 2, ARPHRD 2, address length 2, address 8, protocol 2.
[[nodiscard]] constexpr DecodeStatus decode_v1(Walk& walk) noexcept {
    walk.in.skip(14);
    walk.next = ether_type(walk.in.read<std::uint16_t>());
    return walk.in.ok() ? DecodeStatus::kOk : DecodeStatus::kTruncated;
}

/// Protocol 2, reserved 2, interface 4, ARPHRD 2, packet type 1, address length 1, address 8.
[[nodiscard]] constexpr DecodeStatus decode_v2(Walk& walk) noexcept {
    walk.next = ether_type(walk.in.read<std::uint16_t>());
    walk.in.skip(18);
    return walk.in.ok() ? DecodeStatus::kOk : DecodeStatus::kTruncated;
}

inline constexpr Layer kVersion1{"linux-cooked", link(LinkType::kLinuxCooked), decode_v1};
inline constexpr Layer kVersion2{"linux-cooked-v2", link(LinkType::kLinuxCooked2), decode_v2};

}  // namespace sensor::decode::linux_cooked
