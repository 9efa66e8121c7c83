// Radiotap, what a wireless card says of a frame (LINKTYPE_IEEE802_11_RADIOTAP 127):
// www.radiotap.org.
#pragma once

#include "sensor/decode/layers/ieee80211.h"

namespace sensor::decode::radiotap {

inline constexpr std::size_t kMaxWords = 8;  // of the bitmap of fields; cards write three at most

/// Version 1 byte, pad 1, length 2, a bitmap of 4 bytes or more; then fields in the bitmap's order,
/// each at a multiple of its size. Numbers are little-endian, so bit 0 is in the first byte.
[[nodiscard]] constexpr DecodeStatus decode(Walk& walk) noexcept {
    constexpr std::uint32_t kTimer = 0x01000000;      // bit 0, 8 bytes
    constexpr std::uint32_t kFlags = 0x02000000;      // bit 1, a byte
    constexpr std::uint32_t kMoreWords = 0x00000080;  // bit 31
    auto ahead = walk.in;
    const auto version = ahead.read<std::uint8_t>();
    ahead.skip(1);
    std::size_t length = ahead.read<std::uint8_t>();
    length |= std::size_t{ahead.read<std::uint8_t>()} << 8U;
    if (!ahead.ok()) return DecodeStatus::kTruncated;
    if (version != 0) return DecodeStatus::kUnknownVersion;
    bytes::ByteCursor header{walk.in.take(length)};
    if (!walk.in.ok()) return DecodeStatus::kTruncated;

    header.skip(4);
    const auto fields = header.read<std::uint32_t>();
    std::size_t words = 1;
    for (auto word = fields; (word & kMoreWords) != 0 && words <= kMaxWords; ++words)
        word = header.read<std::uint32_t>();
    unsigned flags = 0;
    if ((fields & kTimer) != 0) header.skip((words % 2 == 0 ? 4U : 0U) + 8U);
    if ((fields & kFlags) != 0) flags = header.read<std::uint8_t>();
    constexpr unsigned kPaddedHeader = 0x20;
    constexpr unsigned kDamaged = 0x40;  // the frame check sequence was wrong
    if (!header.ok() || words > kMaxWords || (flags & kDamaged) != 0) {
        return DecodeStatus::kMalformed;
    }
    walk.next = (flags & kPaddedHeader) != 0 ? ieee80211::kPadded : link(LinkType::kIeee80211);
    return DecodeStatus::kOk;
}

inline constexpr Layer kLayer{"radiotap", link(LinkType::kRadiotap), decode};

}  // namespace sensor::decode::radiotap
