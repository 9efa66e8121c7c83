// Cisco metadata with the security group tag of the sender: EtherType 0x8909
// (draft-smith-kandula-sxp-10 §1 tells what the tag means).
#pragma once

#include "sensor/decode/layers/ethernet.h"

namespace sensor::decode::security_group {

/// Version 8 bits, length 8 in options of 4 bytes: option length 3 bits, type 13, value 16.
[[nodiscard]] constexpr DecodeStatus decode(Walk& walk) noexcept {
    const auto version = walk.in.read<std::uint8_t>();
    const std::size_t options = walk.in.read<std::uint8_t>();
    if (!walk.in.ok()) return DecodeStatus::kTruncated;
    if (version != 1) return DecodeStatus::kUnknownVersion;
    for (std::size_t i = 0; i < options; ++i) {
        const auto type = walk.in.read<std::uint16_t>() & 0x1fffU;
        const auto value = walk.in.read<std::uint16_t>();
        if (!walk.in.ok()) return DecodeStatus::kTruncated;
        constexpr std::uint32_t kGroupTag = 1;
        if (type == kGroupTag && value != 0) walk.note_group_policy(value);
    }
    return ethernet::read_type(walk);
}

inline constexpr Layer kLayer{"security-group", ether_type(0x8909), decode};

}  // namespace sensor::decode::security_group
