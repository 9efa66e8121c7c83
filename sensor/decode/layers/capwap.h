// CAPWAP data, between access points and their controller: UDP port 5247, RFC 5415 §4.3 and §4.4.
#pragma once

#include "sensor/decode/layers/ieee80211.h"

namespace sensor::decode::capwap {

inline constexpr std::uint32_t kScopeKind = 11;
inline constexpr std::uint16_t kPort = 5247;

/// A length and so many bytes, padded to a multiple of 4.
[[nodiscard]] constexpr std::size_t skip_optional(bytes::ByteCursor& in) noexcept {
    const std::size_t length = in.read<std::uint8_t>();
    in.skip(length);
    in.skip((4 - (length + 1) % 4) % 4);
    return length;
}

/// DTLS behind a preamble of its own, §4.2; RFC 6347 §4.1.
[[nodiscard]] constexpr DecodeStatus read_encrypted(Walk& walk) noexcept {
    walk.in.skip(3);
    const auto type = walk.in.read<std::uint8_t>();
    const auto version = walk.in.read<std::uint16_t>();
    walk.in.skip(2 + 6);  // epoch, sequence number
    const std::uint32_t length = walk.in.read<std::uint16_t>();
    if (!walk.in.ok()) return DecodeStatus::kTruncated;
    constexpr std::uint32_t kHeaders = 4 + 13;  // bytes
    const bool is_record = type >= 20 && type <= 25 && (version == 0xfeff || version == 0xfefd) &&
                           length != 0 && kHeaders + length <= walk.length;
    return is_record ? DecodeStatus::kEncrypted : DecodeStatus::kUnknownVersion;
}

/// Preamble 8 bits, then the header's length in 4-byte words 5, radio 5, wireless binding 5 and the
/// flags; fragment 16, its offset in 8-byte units 13. Reserved bits are ignored on receipt.
/// A keep-alive carries nothing and stays plain UDP.
///
/// A client that roams comes from another access point, and both directions are in one tunnel: the
/// scope is that of all CAPWAP, and no end is in it.
[[nodiscard]] constexpr DecodeStatus decode(Walk& walk) noexcept {
    enum : std::uint32_t { kKeepAlive = 8, kRadioMac = 16, kWireless = 32, kLast = 64 };
    enum : std::uint32_t { kFragment = 128, kNative = 256 };
    constexpr std::uint32_t kFixed = 8;    // bytes
    constexpr std::uint32_t kOf80211 = 1;  // the binding; 0, which is reserved, is Cisco's
    const auto preamble = walk.in.read<std::uint8_t>();
    if (!walk.in.ok()) return DecodeStatus::kTruncated;
    if (preamble == 1) return read_encrypted(walk);
    const auto word = walk.in.read<std::uint32_t, 3>();
    const std::uint32_t id = walk.in.read<std::uint16_t>();
    const std::uint32_t offset = walk.in.read<std::uint16_t>() & 0xfff8U;  // bytes
    if (!walk.in.ok()) return DecodeStatus::kTruncated;
    const std::uint32_t header = 4U * (word >> 19U);
    const bool is_fragment = (word & kFragment) != 0;
    if (preamble != 0 || (word & kKeepAlive) != 0 || ((word >> 9U) & 0x1fU) > kOf80211 ||
        header < kFixed || header >= walk.length || (!is_fragment && offset != 0)) {
        return DecodeStatus::kUnknownVersion;
    }
    bytes::ByteCursor optional{walk.in.take(header - kFixed)};
    if (!walk.in.ok()) return DecodeStatus::kTruncated;
    if ((word & kRadioMac) != 0) {
        const std::size_t mac = skip_optional(optional);
        if (mac != 6 && mac != 8) return DecodeStatus::kUnknownVersion;
    }
    if ((word & kWireless) != 0 && skip_optional(optional) == 0) {
        return DecodeStatus::kUnknownVersion;
    }
    if (!optional.ok() || !optional.empty()) return DecodeStatus::kUnknownVersion;

    walk.length -= header;
    walk.note_tunnel(TunnelKind::kCapwap, Vni{}, {});
    walk.enter_scope(kScopeKind, walk.id_of_server(kPort));
    walk.next = (word & kNative) != 0 ? ieee80211::kMaybeSwapped : link(LinkType::kEthernet);
    if (!is_fragment) return DecodeStatus::kOk;
    // Access points behind a NAT have one address, and each numbers what it sends.
    const auto ports = static_cast<std::uint32_t>(walk.packet.source.port) ^
                       static_cast<std::uint32_t>(walk.packet.destination.port);
    walk.fragment = {.datagram = (ports << 16U) | id,
                     .offset = offset,
                     .more = (word & kLast) == 0,
                     .next = walk.next};
    return DecodeStatus::kFragment;
}

inline constexpr Layer kLayer{"capwap", udp_port(kPort), decode, true};

}  // namespace sensor::decode::capwap
