// TCP, RFC 9293 §3.1.
#pragma once

#include "sensor/decode/walk.h"

namespace sensor::decode::tcp {

inline constexpr std::uint32_t kShortestHeader = 20;  // bytes

[[nodiscard]] constexpr DecodeStatus decode(Walk& walk) noexcept {
    DecodedPacket& packet = walk.packet;
    packet.source.port = PortNumber{walk.in.read<std::uint16_t>()};
    packet.destination.port = PortNumber{walk.in.read<std::uint16_t>()};
    packet.tcp_sequence = walk.in.read<std::uint32_t>();
    packet.tcp_acknowledgement = walk.in.read<std::uint32_t>();
    const std::uint32_t header = 4U * (walk.in.read<std::uint8_t>() >> 4U);  // 4-byte words
    packet.tcp_flags = walk.in.read<std::uint8_t>();
    walk.in.skip(6);  // window, checksum, urgent pointer
    if (!walk.in.ok()) return walk.short_of(kShortestHeader);
    if (header < kShortestHeader || header > walk.length) return DecodeStatus::kMalformed;
    walk.in.skip(header - kShortestHeader);  // options
    if (!walk.in.ok()) return DecodeStatus::kTruncated;
    packet.transport = Transport::kTcp;
    packet.payload_length = walk.length - header;
    packet.payload = walk.in.rest();
    walk.next = kPayload;
    return DecodeStatus::kOk;
}

inline constexpr Layer kLayer{"tcp", ip_protocol(6), decode};

}  // namespace sensor::decode::tcp
