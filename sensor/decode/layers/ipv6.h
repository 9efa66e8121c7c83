// IPv6, RFC 8200 §3, and its extension headers, §4; the authentication header, RFC 4302 §2.
#pragma once

#include <algorithm>
#include <array>

#include "sensor/decode/walk.h"

namespace sensor::decode::ipv6 {

inline constexpr std::uint32_t kHeader = 40;            // bytes
inline constexpr std::uint32_t kShortestExtension = 8;  // bytes

[[nodiscard]] constexpr Address read_address(bytes::ByteCursor& in) noexcept {
    Address address;
    const auto raw = in.take(address.bytes.size());
    std::copy(raw.begin(), raw.end(), address.bytes.begin());
    return address;
}

[[nodiscard]] constexpr DecodeStatus decode(Walk& walk) noexcept {
    const auto version = walk.in.read<std::uint32_t>() >> 28U;
    std::uint32_t payload = walk.in.read<std::uint16_t>();
    const auto next = walk.in.read<std::uint8_t>();
    walk.in.skip(1);  // hop limit
    const Address source = read_address(walk.in);
    const Address destination = read_address(walk.in);
    if (!walk.in.ok()) return DecodeStatus::kTruncated;
    if (version != 6) return DecodeStatus::kUnknownVersion;

    const auto captured = static_cast<std::uint32_t>(walk.in.rest().size());
    if (payload == 0) payload = captured;  // jumbogram (RFC 2675) or segmentation offload
    walk.packet.source.address = source;
    walk.packet.destination.address = destination;
    walk.packet.ip_length = kHeader + payload;
    walk.length = payload;
    walk.in = bytes::ByteCursor{walk.in.rest().first(std::min(payload, captured))};
    walk.next = ip_protocol(next);
    return DecodeStatus::kOk;
}

/// Skips an extension header of `length` bytes, of which two have been read.
[[nodiscard]] constexpr DecodeStatus skip_extension(Walk& walk, std::uint8_t next,
                                                    std::uint32_t length) noexcept {
    walk.in.skip(length - 2U);
    if (!walk.in.ok()) return walk.short_of(length);
    walk.length -= length;
    walk.next = ip_protocol(next);
    return DecodeStatus::kOk;
}

/// Hop-by-hop 0, routing 43, destination options 60, mobility 135: length in 8-byte units, less
/// one.
[[nodiscard]] constexpr DecodeStatus decode_extension(Walk& walk) noexcept {
    const auto next = walk.in.read<std::uint8_t>();
    const auto units = walk.in.read<std::uint8_t>();
    if (!walk.in.ok()) return walk.short_of(kShortestExtension);
    return skip_extension(walk, next, 8U * (units + 1U));
}

/// Authentication header 51: length in 4-byte units, less two.
[[nodiscard]] constexpr DecodeStatus decode_authentication(Walk& walk) noexcept {
    const auto next = walk.in.read<std::uint8_t>();
    const auto units = walk.in.read<std::uint8_t>();
    if (!walk.in.ok()) return walk.short_of(kShortestExtension);
    return skip_extension(walk, next, 4U * (units + 2U));
}

/// Fragment header 44: an "atomic" fragment (RFC 6946) is a whole packet.
[[nodiscard]] constexpr DecodeStatus decode_fragment(Walk& walk) noexcept {
    const auto next = walk.in.read<std::uint8_t>();
    walk.in.skip(1);
    const auto offset_and_more = walk.in.read<std::uint16_t>();
    const auto datagram = walk.in.read<std::uint32_t>();
    if (!walk.in.ok()) return walk.short_of(kShortestExtension);
    walk.length -= kShortestExtension;
    constexpr std::uint16_t kReserved = 0x0006;
    if ((offset_and_more & ~kReserved) != 0) {
        return walk.stop_at({.datagram = datagram,
                             .offset = offset_and_more & 0xfff8U,
                             .more = (offset_and_more & 1U) != 0,
                             .next = ip_protocol(next)});
    }
    walk.next = ip_protocol(next);
    return DecodeStatus::kOk;
}

/// ESP 50: what follows is the peer's secret.
[[nodiscard]] constexpr DecodeStatus decode_esp(Walk&) noexcept {
    return DecodeStatus::kEncrypted;
}

inline constexpr Layer kLayer{"ipv6", ether_type(0x86dd), decode};
inline constexpr std::array kExtensions{
    Layer{"ipv6-hop-by-hop", ip_protocol(0), decode_extension},
    Layer{"ipv6-routing", ip_protocol(43), decode_extension},
    Layer{"ipv6-fragment", ip_protocol(44), decode_fragment},
    Layer{"esp", ip_protocol(50), decode_esp},
    Layer{"authentication", ip_protocol(51), decode_authentication},
    Layer{"ipv6-destination", ip_protocol(60), decode_extension},
    Layer{"ipv6-mobility", ip_protocol(135), decode_extension},
};

}  // namespace sensor::decode::ipv6
