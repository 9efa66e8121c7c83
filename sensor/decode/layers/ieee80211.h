// IEEE 802.11 data frames (LINKTYPE_IEEE802_11 105, and in tunnels): IEEE 802.11-2020 §9.2 and
// §9.3.2.
//
// A frame check sequence at the end, where there is one, needs no care: what is carried says its
// own length.
#pragma once

#include <algorithm>
#include <utility>

#include "sensor/decode/layers/llc.h"

namespace sensor::decode::ieee80211 {

// Numbers that no link type has.
/// The two bytes of frame control may be the wrong way round, as some of Cisco's access points
/// send.
inline constexpr Selector kMaybeSwapped{Space::kLink, 0x100};
/// Up to a multiple of 4 bytes, padding stands behind the header.
inline constexpr Selector kPadded{Space::kLink, 0x101};

enum Flag : std::uint8_t {  // §9.2.4.1, the second byte
    kToDs = 0x01,
    kFromDs = 0x02,
    kMoreFragments = 0x04,
    kProtected = 0x40,
    kHtControl = 0x80,  ///< in QoS frames
};

/// An A-MSDU, §9.3.2.2: subframes of destination, source, length and content, each padded to a
/// multiple of 4 bytes. One that carries a single packet is like any other frame.
[[nodiscard]] constexpr DecodeStatus read_aggregate(Walk& walk) noexcept {
    constexpr std::size_t kHeader = 14;   // bytes
    constexpr std::size_t kShortest = 8;  // LLC and SNAP
    walk.in.skip(12);
    const std::size_t length = walk.in.read<std::uint16_t>();
    if (!walk.in.ok()) return DecodeStatus::kTruncated;
    if (length < kShortest) return DecodeStatus::kMalformed;
    const auto rest = walk.in.rest();
    const std::size_t padding = (4 - (kHeader + length) % 4) % 4;
    if (rest.size() >= length + padding + kHeader) return DecodeStatus::kWirelessAggregate;
    walk.in = bytes::ByteCursor{rest.first(std::min(length, rest.size()))};
    return llc::read(walk);
}

/// Frame control 2 bytes, duration 2, three addresses 18, sequence control 2; then a fourth address
/// between two access points, QoS control 2 and HT control 4, each if it is there.
[[nodiscard]] constexpr DecodeStatus read_frame(Walk& walk, bool may_be_swapped,
                                                bool is_padded) noexcept {
    constexpr unsigned kVersion = 0x03;
    constexpr unsigned kType = 0x0c;
    constexpr unsigned kData = 0x08;
    constexpr unsigned kQos = 0x80;
    constexpr unsigned kNoData = 0x40;
    const std::size_t captured = walk.in.rest().size();
    unsigned kind = walk.in.read<std::uint8_t>();
    unsigned flags = walk.in.read<std::uint8_t>();
    walk.in.skip(2 + 18);
    const unsigned fragment = walk.in.read<std::uint8_t>() & 0x0fU;
    walk.in.skip(1);
    // The version has always been 0: what stands there are To DS and From DS.
    if (may_be_swapped && (kind & kVersion) != 0 && (flags & (kVersion | kType)) == kData) {
        std::swap(kind, flags);
    }
    if (!walk.in.ok()) return DecodeStatus::kTruncated;
    if ((kind & kVersion) != 0) return DecodeStatus::kUnknownVersion;
    if ((kind & kType) != kData || (kind & kNoData) != 0) return DecodeStatus::kUnknownEtherType;

    constexpr unsigned kBoth = kToDs | kFromDs;
    if ((flags & kBoth) == kBoth) walk.in.skip(6);
    unsigned qos = 0;
    if ((kind & kQos) != 0) {
        qos = walk.in.read<std::uint8_t>();
        walk.in.skip(1);
        if ((flags & kHtControl) != 0) walk.in.skip(4);
    }
    if (is_padded) walk.in.skip((4 - (captured - walk.in.rest().size()) % 4) % 4);
    if (!walk.in.ok()) return DecodeStatus::kTruncated;
    if ((flags & kProtected) != 0) return DecodeStatus::kEncrypted;
    if ((flags & kMoreFragments) != 0 || fragment != 0) return DecodeStatus::kWirelessFragment;
    constexpr unsigned kAggregate = 0x80;
    return (qos & kAggregate) != 0 ? read_aggregate(walk) : llc::read(walk);
}

[[nodiscard]] constexpr DecodeStatus decode(Walk& walk) noexcept {
    return read_frame(walk, false, false);
}
[[nodiscard]] constexpr DecodeStatus decode_maybe_swapped(Walk& walk) noexcept {
    return read_frame(walk, true, false);
}
[[nodiscard]] constexpr DecodeStatus decode_padded(Walk& walk) noexcept {
    return read_frame(walk, false, true);
}

inline constexpr Layer kLayer{"802.11", link(LinkType::kIeee80211), decode};
inline constexpr Layer kInCapwap{"802.11-swapped", kMaybeSwapped, decode_maybe_swapped};
inline constexpr Layer kAligned{"802.11-padded", kPadded, decode_padded};

}  // namespace sensor::decode::ieee80211
