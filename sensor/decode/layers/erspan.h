// ERSPAN, a switch's mirror in GRE: types I, II (protocol 0x88be) and III (0x22eb),
// draft-foschiano-erspan-03 §4.
#pragma once

#include "sensor/decode/layers/vlan.h"

namespace sensor::decode::erspan {

inline constexpr std::uint16_t kType1Or2 = 0x88be;
inline constexpr std::uint16_t kType3 = 0x22eb;

// A mirror is no network: what it shows is the same session as seen anywhere else, and the two
// directions may come in two mirror sessions. So the session id is a tag and no scope.

/// Type I has no header of its own: GRE without a sequence number, then the frame.
[[nodiscard]] constexpr DecodeStatus enter_type1(Walk& walk) noexcept {
    walk.note_tunnel(TunnelKind::kErspan, Vni{}, {});
    walk.next = link(LinkType::kEthernet);
    return DecodeStatus::kOk;
}

/// The mirrored frame's VLAN, unless the frame still says it itself.
constexpr void note_vlan(Walk& walk, std::uint16_t id) noexcept {
    auto ahead = walk.in;
    ahead.skip(12);  // both addresses
    const auto type = ahead.read<std::uint16_t>();
    const bool is_tagged = type == 0x8100 || type == 0x88a8 || type == 0x9100;
    if (!is_tagged) vlan::note(walk, id);
}

/// Version 4 bits, VLAN 12, priority 3, 3 more, session 10; what follows differs by type.
[[nodiscard]] constexpr DecodeStatus decode_type2(Walk& walk) noexcept {
    const auto version_and_vlan = walk.in.read<std::uint16_t>();
    const auto session = walk.in.read<std::uint16_t>();
    walk.in.skip(4);  // index of the mirroring port
    if (!walk.in.ok()) return DecodeStatus::kTruncated;
    if (version_and_vlan >> 12U != 1) return DecodeStatus::kUnknownVersion;
    walk.note_tunnel(TunnelKind::kErspan, Vni{}, session & 0x03ffU);
    note_vlan(walk, version_and_vlan & 0x0fffU);
    walk.next = link(LinkType::kEthernet);
    return DecodeStatus::kOk;
}

/// Then timestamp 32, security group tag 16, P 1, frame type 5, hardware 6, direction 1,
/// granularity 2, O 1: a platform's own header of 8 bytes follows.
[[nodiscard]] constexpr DecodeStatus decode_type3(Walk& walk) noexcept {
    const auto version_and_vlan = walk.in.read<std::uint16_t>();
    const auto session = walk.in.read<std::uint16_t>();
    walk.in.skip(4);
    const auto group = walk.in.read<std::uint16_t>();
    const auto flags = walk.in.read<std::uint16_t>();
    constexpr std::uint16_t kPlatformHeader = 0x0001;
    if ((flags & kPlatformHeader) != 0) walk.in.skip(8);
    if (!walk.in.ok()) return DecodeStatus::kTruncated;
    if (version_and_vlan >> 12U != 2) return DecodeStatus::kUnknownVersion;

    walk.note_tunnel(TunnelKind::kErspan, Vni{}, session & 0x03ffU);
    if (group != 0) walk.note_group_policy(group);
    constexpr unsigned kEthernet = 0;
    constexpr unsigned kIp = 2;
    switch ((flags >> 10U) & 0x1fU) {
        case kEthernet:
            note_vlan(walk, version_and_vlan & 0x0fffU);
            walk.next = link(LinkType::kEthernet);
            return DecodeStatus::kOk;
        case kIp: walk.next = link(LinkType::kRawIp); return DecodeStatus::kOk;
        default: return DecodeStatus::kUnknownLink;
    }
}

inline constexpr Layer kLayer2{"erspan", ether_type(kType1Or2), decode_type2};
inline constexpr Layer kLayer3{"erspan-3", ether_type(kType3), decode_type3};

}  // namespace sensor::decode::erspan
