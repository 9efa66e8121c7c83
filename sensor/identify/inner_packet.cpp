#include "sensor/identify/inner_packet.h"

namespace sensor::identify {
namespace {

constexpr std::uint16_t kEtherTypeArp = 0x0806;
constexpr std::uint16_t kEtherTypeVlan = 0x8100;
constexpr std::uint16_t kEtherTypeServiceVlan = 0x88a8;

/// Whether `size` bytes can hold a packet of `length`. Frames are padded to 46 bytes behind the
/// Ethernet header, and some carry their check sequence along.
constexpr bool ends(std::size_t length, std::size_t size, Ending ending) noexcept {
    constexpr std::size_t kPaddedTo = 46 + 4;
    return length == size || (ending == Ending::kPadded && length < size && size <= kPaddedTo);
}

bool is_ipv4_packet(bytes::View packet, Ending ending) noexcept {
    bytes::ByteCursor cursor{packet};
    const auto first = cursor.read<std::uint8_t>();
    cursor.skip(1);  // type of service
    const std::size_t length = cursor.read<std::uint16_t>();
    cursor.skip(2);  // identification
    const auto fragment = cursor.read<std::uint16_t>();
    const auto time_to_live = cursor.read<std::uint8_t>();
    cursor.skip(11);  // protocol, checksum, addresses
    const std::size_t header = 4U * (first & 0xfU);
    constexpr std::uint16_t kReserved = 0x8000;
    return cursor.ok() && header >= 20 && length >= header && time_to_live != 0 &&
           (fragment & kReserved) == 0 && ends(length, packet.size(), ending);
}

bool is_ipv6_packet(bytes::View packet, Ending ending) noexcept {
    constexpr std::size_t kHeader = 40;
    bytes::ByteCursor cursor{packet};
    cursor.skip(4);  // version, traffic class, flow label
    const std::size_t length = kHeader + cursor.read<std::uint16_t>();
    cursor.skip(34);  // next header, hop limit, addresses
    return cursor.ok() && ends(length, packet.size(), ending);
}

/// IPv4 over Ethernet, a request or a reply.
bool is_arp_packet(bytes::View packet) noexcept {
    constexpr std::size_t kSize = 28;
    constexpr std::uint64_t kEthernetIpv4 = 0x000108000604;  // both types, both lengths
    bytes::ByteCursor cursor{packet};
    const auto kind = cursor.read<std::uint64_t, 6>();
    const auto operation = cursor.read<std::uint16_t>();
    return kind == kEthernetIpv4 && (operation == 1 || operation == 2) &&
           ends(kSize, packet.size(), Ending::kPadded);
}

}  // namespace

bool is_ip_packet(bytes::View packet, Ending ending) noexcept {
    switch (bytes::ByteCursor{packet}.peek() >> 4U) {
        case 4: return is_ipv4_packet(packet, ending);
        case 6: return is_ipv6_packet(packet, ending);
        default: return false;
    }
}

bool is_packet_of(std::uint16_t ether_type, bytes::View packet) noexcept {
    const unsigned version = bytes::ByteCursor{packet}.peek() >> 4U;
    switch (ether_type) {
        case kEtherTypeIpv4: return version == 4 && is_ipv4_packet(packet, Ending::kPadded);
        case kEtherTypeIpv6: return version == 6 && is_ipv6_packet(packet, Ending::kPadded);
        case kEtherTypeArp: return is_arp_packet(packet);
        default: return false;
    }
}

bool is_ethernet_frame(bytes::View frame) noexcept {
    constexpr std::uint8_t kGroup = 0x01;  // of an address's first byte: no sender has one
    constexpr unsigned kMostTags = 2;
    bytes::ByteCursor cursor{frame};
    cursor.skip(6);  // destination
    const std::uint8_t source = cursor.peek();
    cursor.skip(6);
    auto ether_type = cursor.read<std::uint16_t>();
    for (unsigned tags = 0; tags < kMostTags; ++tags) {
        if (ether_type != kEtherTypeVlan && ether_type != kEtherTypeServiceVlan) break;
        cursor.skip(2);
        ether_type = cursor.read<std::uint16_t>();
    }
    return cursor.ok() && (source & kGroup) == 0 && is_packet_of(ether_type, cursor.rest());
}

}  // namespace sensor::identify
