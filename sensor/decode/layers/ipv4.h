// IPv4, RFC 791 §3.1.
#pragma once

#include <algorithm>

#include "sensor/decode/walk.h"

namespace sensor::decode::ipv4 {

inline constexpr std::uint32_t kShortestHeader = 20;  // bytes

[[nodiscard]] constexpr DecodeStatus decode(Walk& walk) noexcept {
    const auto captured = static_cast<std::uint32_t>(walk.in.rest().size());
    const auto version_and_length = walk.in.read<std::uint8_t>();
    walk.in.skip(1);  // DSCP, ECN
    std::uint32_t total = walk.in.read<std::uint16_t>();
    const auto datagram = walk.in.read<std::uint16_t>();
    const auto fragment = walk.in.read<std::uint16_t>();
    walk.in.skip(1);  // TTL
    const auto protocol = walk.in.read<std::uint8_t>();
    walk.in.skip(2);  // checksum: a mirror's sender may have left it to its NIC
    const auto source = walk.in.read<std::uint32_t>();
    const auto destination = walk.in.read<std::uint32_t>();
    if (!walk.in.ok()) return DecodeStatus::kTruncated;
    if (version_and_length >> 4U != 4) return DecodeStatus::kUnknownVersion;

    const std::uint32_t header = 4U * (version_and_length & 0x0fU);  // counts 4-byte words
    if (total == 0) total = captured;  // segmentation offload: the length did not fit 16 bits
    if (header < kShortestHeader || total < header) return DecodeStatus::kMalformed;
    walk.in.skip(header - kShortestHeader);  // options
    if (!walk.in.ok()) return DecodeStatus::kTruncated;

    walk.packet.source.address = ipv4_address(source);
    walk.packet.destination.address = ipv4_address(destination);
    walk.packet.ip_length = total;
    walk.length = total - header;
    // Ethernet pads short frames: nothing past the total length is the packet's.
    walk.in = bytes::ByteCursor{
        walk.in.rest().first(std::min<std::size_t>(walk.length, walk.in.rest().size()))};
    constexpr std::uint32_t kMore = 0x2000;
    constexpr std::uint32_t kOffset = 0x1fff;  // counts 8-byte units
    if ((fragment & (kMore | kOffset)) != 0) {
        return walk.stop_at({.datagram = datagram,
                             .offset = (fragment & kOffset) * 8U,
                             .more = (fragment & kMore) != 0,
                             .next = ip_protocol(protocol)});
    }
    walk.next = ip_protocol(protocol);
    return DecodeStatus::kOk;
}

inline constexpr Layer kLayer{"ipv4", ether_type(0x0800), decode};

}  // namespace sensor::decode::ipv4
