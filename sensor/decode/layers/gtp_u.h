// GTP-U, a mobile network's user plane: UDP port 2152, 3GPP TS 29.281 §5.1 and §5.2.
#pragma once

#include "sensor/decode/layers/raw_ip.h"

namespace sensor::decode::gtp_u {

inline constexpr std::uint32_t kScopeKind = 7;

/// Extension headers: length in 4-byte units, content, type of the next; the last type is 0.
[[nodiscard]] constexpr DecodeStatus skip_extensions(Walk& walk, std::uint8_t next) noexcept {
    while (next != 0) {
        const auto units = walk.in.read<std::uint8_t>();
        if (!walk.in.ok()) return DecodeStatus::kTruncated;
        if (units == 0) return DecodeStatus::kUnknownVersion;
        walk.in.skip(4U * units - 2);
        next = walk.in.read<std::uint8_t>();
        if (!walk.in.ok()) return DecodeStatus::kTruncated;
    }
    return DecodeStatus::kOk;
}

/// Only G-PDUs with IP in them are entered; signalling and other payloads stay plain UDP. Each
/// direction has a tunnel endpoint id of its own, chosen by its receiver (§3.1), and a handover
/// changes them: the id is a tag and no scope.
[[nodiscard]] constexpr DecodeStatus decode(Walk& walk) noexcept {
    const std::uint32_t datagram = walk.length;
    const auto flags = walk.in.read<std::uint8_t>();
    const auto type = walk.in.read<std::uint8_t>();
    const std::uint32_t length = walk.in.read<std::uint16_t>();
    const auto endpoint = walk.in.read<std::uint32_t>();
    constexpr std::uint32_t kHeader = 8;                // bytes, which the length does not count
    constexpr std::uint8_t kVersionAndProtocol = 0xf0;  // 3 bits and 1; then a spare bit
    constexpr std::uint8_t kOptional = 0x07;            // extension, sequence number, N-PDU number
    constexpr std::uint8_t kExtension = 0x04;
    constexpr std::uint8_t kGPdu = 255;
    if (!walk.in.ok()) return DecodeStatus::kTruncated;
    if ((flags & kVersionAndProtocol) != 0x30 || type != kGPdu || length + kHeader != datagram) {
        return DecodeStatus::kUnknownVersion;
    }
    if ((flags & kOptional) != 0) {  // any of them brings the fields of all three
        walk.in.skip(3);
        const auto next = walk.in.read<std::uint8_t>();
        if (!walk.in.ok()) return DecodeStatus::kTruncated;
        if ((flags & kExtension) != 0) {
            const DecodeStatus status = skip_extensions(walk, next);
            if (status != DecodeStatus::kOk) return status;
        }
    }
    const DecodeStatus status = raw_ip::decode(walk);
    if (status != DecodeStatus::kOk) return status;
    walk.note_tunnel(TunnelKind::kGtp, Vni{}, endpoint);
    walk.enter_scope(kScopeKind, 0);
    return DecodeStatus::kOk;
}

inline constexpr Layer kLayer{"gtp-u", udp_port(2152), decode};

}  // namespace sensor::decode::gtp_u
