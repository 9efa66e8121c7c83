// What nearly every frame is, read in one go: Ethernet, at most one VLAN tag, IPv4 without options
// or IPv6 without extensions, TCP or UDP on no tunnel's port. The walk reads the same from it,
// header by header, and reads everything else.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "lib/bytes/byte_cursor.h"
#include "sensor/decode/layers.h"
#include "sensor/model/packet.h"

namespace sensor::decode {
namespace plain {

/// One bit per port that a UDP tunnel is sought at.
class PortSet {
  public:
    constexpr void add(std::uint16_t port) { words_[port / 64U] |= std::uint64_t{1} << port % 64U; }
    [[nodiscard]] constexpr bool has(std::uint16_t port) const noexcept {
        return (words_[port / 64U] >> port % 64U & 1U) != 0;
    }

  private:
    std::array<std::uint64_t, 1024> words_{};
};
inline constexpr PortSet kTunnels = [] {
    PortSet ports;
    for (const Layer& layer : kLayers) {
        if (layer.selector.space == Space::kUdpPort) ports.add(layer.selector.number);
    }
    return ports;
}();

/// An IP header that is as usual: what it says of what follows it.
struct Datagram {
    std::uint8_t protocol = 0;
    std::uint32_t length = 0;  ///< bytes after the header, as it promises
    bytes::View content{};     ///< those of them that were captured
};

/// False if the header is not the whole story.
[[nodiscard]] inline bool read_ipv4(bytes::View in, DecodedPacket& packet,
                                    Datagram& datagram) noexcept {
    if (in.size() < ipv4::kShortestHeader) return false;
    const auto header = in.first<ipv4::kShortestHeader>();
    constexpr std::uint8_t kVersionAndLength = 0x45;  // no options
    constexpr std::uint16_t kMoreOrOffset = 0x3fff;
    const std::uint32_t total = bytes::read_at<std::uint16_t, 2>(header);
    const bool is_usual = header[0] == kVersionAndLength && total >= ipv4::kShortestHeader &&
                          (bytes::read_at<std::uint16_t, 6>(header) & kMoreOrOffset) == 0;
    if (!is_usual) return false;
    packet.source.address = ipv4_address(bytes::read_at<std::uint32_t, 12>(header));
    packet.destination.address = ipv4_address(bytes::read_at<std::uint32_t, 16>(header));
    packet.ip_length = total;
    datagram = {
        .protocol = header[9],
        .length = total - ipv4::kShortestHeader,
        .content =
            in.first(std::min<std::size_t>(total, in.size())).subspan(ipv4::kShortestHeader)};
    return true;
}

[[nodiscard]] inline bool read_ipv6(bytes::View in, DecodedPacket& packet,
                                    Datagram& datagram) noexcept {
    if (in.size() < ipv6::kHeader) return false;
    const auto header = in.first<ipv6::kHeader>();
    const std::uint32_t length = bytes::read_at<std::uint16_t, 4>(header);
    if (header[0] >> 4U != 6 || length == 0) return false;
    constexpr std::size_t kSource = 8;
    constexpr std::size_t kDestination = 24;
    std::ranges::copy(header.subspan<kSource, 16>(), packet.source.address.bytes.begin());
    std::ranges::copy(header.subspan<kDestination, 16>(), packet.destination.address.bytes.begin());
    packet.ip_length = ipv6::kHeader + length;
    datagram = {.protocol = header[6], .length = length, .content = in.subspan(ipv6::kHeader)};
    datagram.content =
        datagram.content.first(std::min<std::size_t>(length, datagram.content.size()));
    return true;
}

[[nodiscard]] inline bool read_tcp(const Datagram& datagram, DecodedPacket& packet) noexcept {
    if (datagram.content.size() < tcp::kShortestHeader) return false;
    const auto header = datagram.content.first<tcp::kShortestHeader>();
    const std::uint32_t length = 4U * (header[12] >> 4U);
    // What was captured is no longer than what was promised.
    if (length < tcp::kShortestHeader || length > datagram.content.size()) return false;
    packet.transport = Transport::kTcp;
    packet.source.port = PortNumber{bytes::read_at<std::uint16_t, 0>(header)};
    packet.destination.port = PortNumber{bytes::read_at<std::uint16_t, 2>(header)};
    packet.tcp_sequence = bytes::read_at<std::uint32_t, 4>(header);
    packet.tcp_acknowledgement = bytes::read_at<std::uint32_t, 8>(header);
    packet.tcp_flags = header[13];
    packet.payload_length = datagram.length - length;
    packet.payload = datagram.content.subspan(length);
    return true;
}

[[nodiscard]] inline bool read_udp(const Datagram& datagram, DecodedPacket& packet) noexcept {
    if (datagram.content.size() < udp::kHeader) return false;
    const auto header = datagram.content.first<udp::kHeader>();
    const auto source = bytes::read_at<std::uint16_t, 0>(header);
    const auto destination = bytes::read_at<std::uint16_t, 2>(header);
    const std::uint32_t length = bytes::read_at<std::uint16_t, 4>(header);
    if (length < udp::kHeader || length > datagram.length) return false;
    if (kTunnels.has(destination) || kTunnels.has(source)) return false;
    packet.transport = Transport::kUdp;
    packet.source.port = PortNumber{source};
    packet.destination.port = PortNumber{destination};
    packet.payload_length = length - udp::kHeader;
    packet.payload = datagram.content.first(std::min<std::size_t>(length, datagram.content.size()))
                         .subspan(udp::kHeader);
    return true;
}

/// What no header below writes. The rest is not cleared: all of it takes longer than reading the
/// frame.
inline void clear(DecodedPacket& packet) noexcept {
    packet.status = DecodeStatus::kOk;
    packet.tcp_flags = 0;
    packet.was_fragmented = false;
    packet.is_carrier = false;
    packet.has_tags = false;
    packet.scope = 0;
    packet.tcp_sequence = 0;
    packet.tcp_acknowledgement = 0;
    packet.geneve_options = {};
    packet.tags = {};
}

/// Goes past a VLAN tag, if `type` says that there is one.
[[nodiscard]] inline bool skip_tag(Walk& walk, std::uint16_t& type) noexcept {
    if (type != vlan::kCustomer.selector.number) return true;
    constexpr std::size_t kTag = 4;  // bytes: control, then the next type
    const bytes::View in = walk.in.rest();
    if (in.size() < kTag) return false;
    const auto tag = in.first<kTag>();
    vlan::note(walk, bytes::read_at<std::uint16_t, 0>(tag) & 0x0fffU);
    walk.packet.has_tags = walk.packet.tags.vlan_count != 0;
    type = bytes::read_at<std::uint16_t, 2>(tag);
    walk.in.skip(kTag);
    return true;
}

}  // namespace plain

/// Fills in all of `packet` but what follows from the rest of it; false, with anything in it, if
/// the frame is another.
[[nodiscard]] inline bool read_plain(bytes::View frame, LinkType link, bool vlan_in_scope,
                                     DecodedPacket& packet) noexcept {
    constexpr std::size_t kEthernet = 14;  // bytes
    if (link != LinkType::kEthernet || frame.size() < kEthernet) return false;
    plain::clear(packet);
    Walk walk{.in = bytes::ByteCursor{frame.subspan(kEthernet)},
              .packet = packet,
              .next = {},
              .vlan_in_scope = vlan_in_scope};
    auto type = bytes::read_at<std::uint16_t, 12>(frame.first<kEthernet>());
    if (!plain::skip_tag(walk, type)) return false;
    plain::Datagram datagram;
    const bytes::View in = walk.in.rest();
    const bool is_ip =
        type == ipv4::kLayer.selector.number
            ? plain::read_ipv4(in, packet, datagram)
            : type == ipv6::kLayer.selector.number && plain::read_ipv6(in, packet, datagram);
    if (!is_ip) return false;
    if (datagram.protocol == tcp::kLayer.selector.number) return plain::read_tcp(datagram, packet);
    return datagram.protocol == udp::kLayer.selector.number && plain::read_udp(datagram, packet);
}

}  // namespace sensor::decode
