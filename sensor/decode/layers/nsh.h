// NSH, the header of a service chain: EtherType 0x894f, or inside VXLAN-GPE, RFC 8300 §2.
#pragma once

#include "sensor/decode/layers/next_protocol.h"

namespace sensor::decode::nsh {

/// Version 2 bits, O 1, U 1, TTL 6, length 6 in 4-byte words, U 4, metadata type 4, next protocol
/// 8; path 24, index 8; metadata. A chain's way back is another path (RFC 7665 §2.2): path and
/// context are tags and no scope.
[[nodiscard]] constexpr DecodeStatus decode(Walk& walk) noexcept {
    const auto first = walk.in.read<std::uint16_t>();
    const auto metadata = walk.in.read<std::uint8_t>() & 0x0fU;
    const auto protocol = walk.in.read<std::uint8_t>();
    const auto path = walk.in.read<std::uint32_t, 3>();
    walk.in.skip(1);
    if (!walk.in.ok()) return DecodeStatus::kTruncated;
    if (first >> 14U != 0) return DecodeStatus::kUnknownVersion;
    const std::uint32_t words = first & 0x3fU;
    constexpr std::uint32_t kShortest = 2;
    constexpr std::uint32_t kFixed = 6;  // metadata type 1, §2.4
    if (words < kShortest || (metadata == 1 && words != kFixed)) return DecodeStatus::kMalformed;
    auto ahead = walk.in;
    walk.in.skip(4U * (words - kShortest));
    if (!walk.in.ok()) return DecodeStatus::kTruncated;
    std::optional<std::uint32_t> context;
    if (metadata == 1) context = ahead.read<std::uint32_t>();
    walk.note_service_path(path, context);
    return next_protocol::follow(walk, protocol);
}

inline constexpr Layer kLayer{"nsh", ether_type(0x894f), decode};

}  // namespace sensor::decode::nsh
