// UDP, RFC 768.
#pragma once

#include <algorithm>

#include "sensor/decode/walk.h"

namespace sensor::decode::udp {

inline constexpr std::uint32_t kHeader = 8;  // bytes

/// Leaves `next` at the destination port, for tunnels; the decoder makes it payload otherwise.
[[nodiscard]] constexpr DecodeStatus decode(Walk& walk) noexcept {
    DecodedPacket& packet = walk.packet;
    packet.source.port = PortNumber{walk.in.read<std::uint16_t>()};
    const auto destination = walk.in.read<std::uint16_t>();
    packet.destination.port = PortNumber{destination};
    std::uint32_t length = walk.in.read<std::uint16_t>();
    walk.in.skip(2);  // checksum
    if (!walk.in.ok()) return walk.short_of(kHeader);
    if (length == 0) length = walk.length;  // RFC 2675 §4, and segmentation offload
    if (length < kHeader || length > walk.length) return DecodeStatus::kMalformed;
    packet.transport = Transport::kUdp;
    packet.payload_length = length - kHeader;
    walk.length = packet.payload_length;
    walk.in = bytes::ByteCursor{
        walk.in.rest().first(std::min<std::size_t>(walk.length, walk.in.rest().size()))};
    packet.payload = walk.in.rest();
    walk.next = udp_port(destination);
    return DecodeStatus::kOk;
}

inline constexpr Layer kLayer{"udp", ip_protocol(17), decode};

}  // namespace sensor::decode::udp
