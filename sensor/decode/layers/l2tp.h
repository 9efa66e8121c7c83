// L2TP version 2, PPP through an access network: UDP port 1701, RFC 2661 §3.1 and §8.1.
#pragma once

#include "sensor/decode/layers/l2tp3.h"
#include "sensor/decode/layers/ppp.h"

namespace sensor::decode::l2tp {

enum Flag : std::uint16_t {
    kControl = 0x8000,
    kLength = 0x4000,
    kSequence = 0x0800,
    kOffset = 0x0200,
};
inline constexpr std::uint16_t kVersion = 0x000f;

/// Only data messages with IP in them are entered; control messages, link control and what PPP
/// compressed or enciphered stay plain UDP. Each end has tunnel and session ids of its own, so the
/// session id is a tag and the two ends are the scope.
[[nodiscard]] inline DecodeStatus decode(Walk& walk) noexcept {
    const std::size_t captured = walk.in.rest().size();
    const auto flags = walk.in.read<std::uint16_t>();
    if (!walk.in.ok()) return DecodeStatus::kTruncated;
    if ((flags & kControl) != 0) return DecodeStatus::kUnknownVersion;
    if ((flags & kVersion) == 3) return l2tp3::read_in_udp(walk);
    if ((flags & kVersion) != 2) return DecodeStatus::kUnknownVersion;

    const std::uint32_t length =
        (flags & kLength) != 0 ? walk.in.read<std::uint16_t>() : walk.length;
    const auto tunnel = walk.in.read<std::uint16_t>();
    const auto session = walk.in.read<std::uint16_t>();
    if ((flags & kSequence) != 0) walk.in.skip(4);
    if ((flags & kOffset) != 0) walk.in.skip(walk.in.read<std::uint16_t>());
    if (!walk.in.ok()) return DecodeStatus::kTruncated;
    if (length > walk.length || tunnel == 0 || session == 0) return DecodeStatus::kUnknownVersion;

    DecodeStatus status = ppp::skip_address_and_control(walk);
    if (status == DecodeStatus::kOk) status = ppp::read_protocol(walk);
    if (status != DecodeStatus::kOk) return status;
    const auto header = static_cast<std::uint32_t>(captured - walk.in.rest().size());
    if (header > length) return DecodeStatus::kUnknownVersion;
    // RFC 1661 §2 lets a link pad its frames.
    const std::uint32_t left = length - header;
    status = ip_ahead::check(walk.in, walk.next.number, left, left);
    if (status != DecodeStatus::kOk) return status;
    walk.note_tunnel(TunnelKind::kL2tp, Vni{}, session);
    walk.enter_scope(l2tp3::kScopeKind, walk.id_of_ends());
    return DecodeStatus::kOk;
}

inline constexpr Layer kLayer{"l2tp", udp_port(1701), decode, true};

}  // namespace sensor::decode::l2tp
