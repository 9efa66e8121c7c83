// Which of a frame's bytes may be kept. What is left out here is nowhere else in memory, once the
// frame is given back.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "sensor/evidence/options.h"
#include "sensor/model/packet.h"

namespace sensor::evidence {

/// Bytes at the start of any frame that no payload can be in: link header and the shortest IP
/// header. None where the link header's length differs from frame to frame.
[[nodiscard]] constexpr std::size_t surely_headers(LinkType link) noexcept {
    constexpr std::size_t kShortestIp = 20;
    switch (link) {
        case LinkType::kEthernet: return 14 + kShortestIp;
        case LinkType::kRawIp: return kShortestIp;
        case LinkType::kLinuxCooked: return 16 + kShortestIp;
        case LinkType::kLinuxCooked2: return 20 + kShortestIp;
        case LinkType::kNullLoop: return 4 + kShortestIp;
        default: return 0;
    }
}

/// The part of the packet's frame that may be kept: all headers and as much of the payload as is
/// allowed, but no more than `snap_bytes`. Without the whole payload, what lies behind it is left
/// out as well: padding may be other packets' bytes. Of the last fragment of a datagram, whose
/// payload is elsewhere, then only what is surely headers.
[[nodiscard]] inline bytes::View may_be_kept(const PacketView& view, const DecodedPacket& packet,
                                             std::uint32_t payload_bytes,
                                             std::uint32_t snap_bytes) noexcept {
    const bytes::View frame = view.frame;
    std::size_t length = frame.size();
    if (payload_bytes != kWholePayload) {
        const std::uint8_t* payload = packet.payload.data();
        const bool is_inside = !packet.was_fragmented && payload >= frame.data() &&
                               payload <= frame.data() + frame.size();
        length = is_inside ? static_cast<std::size_t>(payload - frame.data()) +
                                 std::min<std::size_t>(packet.payload.size(), payload_bytes)
                           : surely_headers(view.link);
    }
    return frame.first(std::min({length, std::size_t{snap_bytes}, frame.size()}));
}

}  // namespace sensor::evidence
