// Packets to put into tunnels.
#pragma once

#include "tests/support/hex.h"
#include "tests/unit/identify/dialogue.h"

namespace test {

/// UDP from 10.0.0.1 to 10.0.0.2, four bytes of data.
inline constexpr auto kIpv4Packet =
    "4500 0020 0001 4000 40 11 0000 0a000001 0a000002 1000 2000 000c 0000 61626364"_hex;
/// The same between addresses of 2001:db8::/32.
inline constexpr auto kIpv6Packet =
    "60000000 000c 11 40 20010db8000000000000000000000001 20010db8000000000000000000000002"
    "1000 2000 000c 0000 61626364"_hex;
inline constexpr auto kArpPacket =
    "0001 0800 06 04 0001 020000000001 0a000001 000000000000 0a000002"_hex;
inline constexpr auto kMacs = "020000000002 020000000001"_hex;  // destination, source

inline Payload ipv4_frame() {
    return concatenated({kMacs, "0800"_hex, kIpv4Packet});
}
inline Payload arp_frame() {
    return concatenated({kMacs, "0806"_hex, kArpPacket});
}
/// Every kind of frame that a tunnel may carry.
inline std::vector<Payload> frames() {
    return {ipv4_frame(),
            arp_frame(),
            concatenated({kMacs, "86dd"_hex, kIpv6Packet}),
            concatenated({kMacs, "8100 0007 0800"_hex, kIpv4Packet}),
            concatenated({kMacs, "88a8 0007 8100 0008 0806"_hex, kArpPacket}),
            concatenated({ipv4_frame(), Payload(14, 0)}),  // padded to 60 bytes
            concatenated({arp_frame(), Payload(22, 0)})};  // and with its check sequence
}
/// Frames that are none, or hold nothing that can be checked.
inline std::vector<std::pair<const char*, Payload>> illegal_frames() {
    return {
        {"a sender that is a group", changed(ipv4_frame(), 6, {0x03})},
        {"spanning tree", concatenated({kMacs, "0026 424203"_hex, Payload(35, 0)})},
        {"three tags",
         concatenated({kMacs, "8100 0001 8100 0002 8100 0003 0800"_hex, kIpv4Packet})},
        {"IPv6 as IPv4", concatenated({kMacs, "0800"_hex, kIpv6Packet})},
        {"IPv4 as IPv6", concatenated({kMacs, "86dd"_hex, kIpv4Packet})},
        {"a header of 16 bytes", changed(ipv4_frame(), 14, {0x44})},
        {"a packet past the end", changed(ipv4_frame(), 17, {0x21})},
        {"a packet shorter than its header", changed(ipv4_frame(), 17, {0x13})},
        {"the evil bit", changed(ipv4_frame(), 20, {0x80})},
        {"no time to live", changed(ipv4_frame(), 22, {0})},
        {"too much padding", concatenated({ipv4_frame(), Payload(40, 0)})},
        {"ARP of another link", changed(arp_frame(), 15, {6})},
        {"ARP of another protocol", changed(arp_frame(), 16, {0x86})},
        {"ARP operation 3", changed(arp_frame(), 21, {3})},
        {"cut", Payload(13, 2)},
    };
}

}  // namespace test
