// L2TP version 3, any link through IP: UDP port 1701, or IP protocol 115, RFC 3931 §4.1.
//
// What a session carries, how long its cookie is and whether a sublayer follows, the two ends agree
// on beforehand, out of our sight. So each place is looked at where a frame can begin, behind 0, 4
// or 8 bytes of cookie, with the default sublayer (§4.6) or without. A message is entered if one
// place alone has an Ethernet or PPP frame with IP in it that ends where the message does. Whatever
// else it may be is not guessed: IP without a link header, frames of other protocols. Bytes that
// may be VLAN tags or a cookie are taken for tags.
#pragma once

#include <array>

#include "sensor/decode/layers/ip_ahead.h"

namespace sensor::decode::l2tp3 {

inline constexpr std::uint32_t kScopeKind = 10;                      // of both versions
inline constexpr std::array<std::uint32_t, 4> kPlaces{0, 4, 8, 12};  // bytes behind the session id

/// A frame with IP in it, read as the walk would.
struct Reading {
    bytes::ByteCursor in;
    Selector next;
    std::size_t behind = 0;  ///< bytes captured from the IP packet on
};

/// An Ethernet frame, or PPP's two or four bytes, then IP.
[[nodiscard]] constexpr DecodeStatus try_frame(Reading& reading, std::uint32_t left) noexcept {
    const auto in = reading.in;
    const std::size_t captured = in.rest().size();
    const auto left_at = [captured, left](const bytes::ByteCursor& at) {
        const auto read = static_cast<std::uint32_t>(captured - at.rest().size());
        return read < left ? left - read : 0;
    };
    auto point_to_point = in;
    if (in.peek() == 0xff) point_to_point.skip(2);  // address and control, RFC 1661 §6.6
    const auto protocol = point_to_point.read<std::uint16_t>();
    const std::uint16_t carried = protocol == 0x0021 ? 0x0800 : 0x86dd;
    if (point_to_point.ok() && (protocol == 0x0021 || protocol == 0x0057)) {
        const DecodeStatus status =
            ip_ahead::check(point_to_point, carried, left_at(point_to_point), 0);
        if (status != DecodeStatus::kUnknownVersion) {
            reading = {point_to_point, ether_type(carried), point_to_point.rest().size()};
            return status;
        }
    }
    auto ethernet = in;
    ethernet.skip(12);  // both addresses
    auto type = ethernet.read<std::uint16_t>();
    for (int tags = 0; tags < 2 && (type == 0x8100 || type == 0x88a8); ++tags) {
        ethernet.skip(2);
        type = ethernet.read<std::uint16_t>();
    }
    if (!ethernet.ok()) return DecodeStatus::kTruncated;
    constexpr std::uint32_t kShortestPayload = 46;  // Ethernet pads up to it, IEEE 802.3 §3.2.8
    const std::uint32_t rest = left_at(ethernet);
    reading = {in, link(LinkType::kEthernet), ethernet.rest().size()};
    return ip_ahead::check(ethernet, type, rest, rest <= kShortestPayload ? rest : 0);
}

/// Reads what stands behind the session id. kUnknownVersion if it cannot be told.
[[nodiscard]] inline DecodeStatus read_frame(Walk& walk, std::uint32_t left, TunnelKind kind,
                                             std::uint32_t session) noexcept {
    const bool was_cut = walk.in.rest().size() < left;
    Reading found{walk.in, kPayload};
    for (const std::uint32_t place : kPlaces) {
        if (place >= left) break;
        Reading reading{walk.in, kPayload};
        reading.in.skip(place);
        const DecodeStatus status = try_frame(reading, left - place);
        if (status == DecodeStatus::kTruncated && was_cut) return status;
        if (status != DecodeStatus::kOk) continue;
        if (found.next == kPayload) {
            found = reading;
        } else if (found.behind != reading.behind) {
            return DecodeStatus::kUnknownVersion;
        }
    }
    if (found.next == kPayload) return DecodeStatus::kUnknownVersion;
    walk.in = found.in;
    walk.next = found.next;
    // Each end has a session id of its own: a tag and no scope.
    walk.note_tunnel(kind, Vni{}, session);
    walk.enter_scope(kScopeKind, walk.id_of_ends());
    return DecodeStatus::kOk;
}

/// Over UDP, behind the flags and the version: reserved 16 bits, session id 32.
[[nodiscard]] inline DecodeStatus read_in_udp(Walk& walk) noexcept {
    walk.in.skip(2);
    const auto session = walk.in.read<std::uint32_t>();
    if (!walk.in.ok()) return DecodeStatus::kTruncated;
    constexpr std::uint32_t kHeader = 8;  // bytes
    if (session == 0 || walk.length <= kHeader) return DecodeStatus::kUnknownVersion;
    return read_frame(walk, walk.length - kHeader, TunnelKind::kL2tp, session);
}

/// Over IP: session id 32 bits; that of control messages is 0.
[[nodiscard]] inline DecodeStatus decode_over_ip(Walk& walk) noexcept {
    constexpr std::uint32_t kHeader = 4;  // bytes
    const auto session = walk.in.read<std::uint32_t>();
    if (!walk.in.ok()) return walk.short_of(kHeader);
    if (session == 0 || walk.length <= kHeader) return DecodeStatus::kUnknownTransport;
    const DecodeStatus status =
        read_frame(walk, walk.length - kHeader, TunnelKind::kL2tpOverIp, session);
    if (status == DecodeStatus::kUnknownVersion) return DecodeStatus::kUnknownTransport;
    return status == DecodeStatus::kOk ? walk.enter_tunnel() : status;
}

inline constexpr Layer kOverIp{"l2tp-over-ip", ip_protocol(115), decode_over_ip};

}  // namespace sensor::decode::l2tp3
