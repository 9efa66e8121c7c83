// Ethernet II and IEEE 802.3 with LLC/SNAP (IEEE 802.3-2022 §3.2, RFC 1042).
#pragma once

#include "sensor/decode/layers/llc.h"

namespace sensor::decode::ethernet {

inline constexpr std::uint16_t kTransparentBridging = 0x6558;  // a MAC frame inside a tunnel
inline constexpr std::uint16_t kSmallestEtherType = 0x0600;    // below it stands an 802.3 length

/// Reads what follows a type field: the EtherType itself, or LLC/SNAP's when it is a length.
[[nodiscard]] constexpr DecodeStatus read_type(Walk& walk) noexcept {
    const auto type = walk.in.read<std::uint16_t>();
    if (!walk.in.ok()) return DecodeStatus::kTruncated;
    if (type >= kSmallestEtherType) {
        walk.next = ether_type(type);
        return DecodeStatus::kOk;
    }
    return llc::read(walk);
}

[[nodiscard]] constexpr DecodeStatus decode(Walk& walk) noexcept {
    walk.in.skip(12);  // both addresses
    return read_type(walk);
}

inline constexpr Layer kLayer{"ethernet", link(LinkType::kEthernet), decode};
inline constexpr Layer kBridged{"bridged-ethernet", ether_type(kTransparentBridging), decode};

}  // namespace sensor::decode::ethernet
