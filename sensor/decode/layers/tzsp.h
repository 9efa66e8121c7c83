// TZSP, a router's or an access point's mirror: UDP port 37008; its authors' description, and
// Wireshark's, of a header with tagged fields.
#pragma once

#include "sensor/decode/walk.h"

namespace sensor::decode::tzsp {

inline constexpr std::size_t kMaxTags = 64;  // in one header

/// Tags: padding and the end are a byte, others have a length and so many bytes.
[[nodiscard]] constexpr DecodeStatus skip_tags(bytes::ByteCursor& in) noexcept {
    constexpr std::uint8_t kPadding = 0;
    constexpr std::uint8_t kEnd = 1;
    for (std::size_t tags = 0; tags < kMaxTags; ++tags) {
        const auto tag = in.read<std::uint8_t>();
        if (!in.ok()) return DecodeStatus::kTruncated;
        if (tag == kEnd) return DecodeStatus::kOk;
        if (tag != kPadding) in.skip(in.read<std::uint8_t>());
    }
    return DecodeStatus::kUnknownVersion;
}

/// Version 8 bits, type 8, encapsulated protocol 16, tags. A mirror is no network: what it shows is
/// the same session as seen anywhere else, so there is no scope.
[[nodiscard]] constexpr DecodeStatus decode(Walk& walk) noexcept {
    const auto version = walk.in.read<std::uint8_t>();
    const auto type = walk.in.read<std::uint8_t>();
    const auto protocol = walk.in.read<std::uint16_t>();
    if (!walk.in.ok()) return DecodeStatus::kTruncated;
    constexpr std::uint8_t kForTransmission = 1;  // 0 was received; others carry no packet
    if (version != 1 || type > kForTransmission) return DecodeStatus::kUnknownVersion;
    switch (protocol) {
        case 1: walk.next = link(LinkType::kEthernet); break;
        case 7: walk.next = link(LinkType::kRawIp); break;
        case 18: walk.next = link(LinkType::kIeee80211); break;
        case 126: walk.next = link(LinkType::kRadiotap); break;
        default: return DecodeStatus::kUnknownVersion;
    }
    const DecodeStatus status = skip_tags(walk.in);
    if (status != DecodeStatus::kOk) return status;
    if (walk.in.empty()) return DecodeStatus::kTruncated;
    walk.note_tunnel(TunnelKind::kTzsp, Vni{}, {});
    return DecodeStatus::kOk;
}

inline constexpr Layer kLayer{"tzsp", udp_port(37008), decode};

}  // namespace sensor::decode::tzsp
