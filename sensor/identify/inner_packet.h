// What a tunnel carries, as far as it proves that there is a tunnel: IP packets and Ethernet frames
// whose lengths add up. Hot path.
#pragma once

#include "lib/bytes/byte_cursor.h"

namespace sensor::identify {

/// Where the packet must end: where the bytes do, or before the padding of a short Ethernet frame.
enum class Ending : std::uint8_t { kExact, kPadded };

/// An IPv4 packet (RFC 791 §3.1) or an IPv6 packet (RFC 8200 §3): version and lengths.
[[nodiscard]] bool is_ip_packet(bytes::View packet, Ending ending) noexcept;

/// An Ethernet II frame, also behind VLAN tags, with an IP or ARP (RFC 826) packet in it.
[[nodiscard]] bool is_ethernet_frame(bytes::View frame) noexcept;

/// What `ether_type` says `packet` is: IP or ARP; false for every other type.
[[nodiscard]] bool is_packet_of(std::uint16_t ether_type, bytes::View packet) noexcept;

inline constexpr std::uint16_t kEtherTypeIpv4 = 0x0800;
inline constexpr std::uint16_t kEtherTypeIpv6 = 0x86dd;

}  // namespace sensor::identify
