// Frames without a link header (LINKTYPE_RAW 101): the first nibble tells the IP version; and the
// BSD loopback header (LINKTYPE_NULL 0), four bytes of address family in the writer's byte order.
#pragma once

#include "sensor/decode/walk.h"

namespace sensor::decode::raw_ip {

[[nodiscard]] constexpr DecodeStatus decode(Walk& walk) noexcept {
    if (walk.in.empty()) return DecodeStatus::kTruncated;
    switch (walk.in.peek() >> 4U) {
        case 4: walk.next = ether_type(0x0800); return DecodeStatus::kOk;
        case 6: walk.next = ether_type(0x86dd); return DecodeStatus::kOk;
        default: return DecodeStatus::kUnknownVersion;
    }
}

/// The family's number differs between systems, so the IP version decides here too.
[[nodiscard]] constexpr DecodeStatus decode_loopback(Walk& walk) noexcept {
    walk.in.skip(4);
    return walk.in.ok() ? decode(walk) : DecodeStatus::kTruncated;
}

inline constexpr Layer kLayer{"raw-ip", link(LinkType::kRawIp), decode};
inline constexpr Layer kLoopback{"null-loopback", link(LinkType::kNullLoop), decode_loopback};

}  // namespace sensor::decode::raw_ip
