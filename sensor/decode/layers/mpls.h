// MPLS: EtherTypes 0x8847 and 0x8848, RFC 3032 §2.1 and §3.2, RFC 5332 §3; Ethernet pseudowires,
// RFC 4385 §3 and RFC 4448 §4.6.
#pragma once

#include "sensor/decode/layers/raw_ip.h"

namespace sensor::decode::mpls {

inline constexpr std::size_t kMaxLabels = 16;  // in one stack

/// No header says what follows the bottom label. The first nibble of IP is its version; that of a
/// pseudowire's control word is 0, and 1 is its associated channel.
[[nodiscard]] constexpr DecodeStatus read_payload(Walk& walk) noexcept {
    if (walk.in.empty()) return DecodeStatus::kTruncated;
    const unsigned nibble = walk.in.peek() >> 4U;
    if (nibble == 4 || nibble == 6) return raw_ip::decode(walk);
    if (nibble == 1) return DecodeStatus::kUnknownEtherType;
    // A frame without a control word begins with an address, hardly ever with two zero bytes.
    auto ahead = walk.in;
    const auto flags = ahead.read<std::uint16_t>();
    ahead.skip(2);  // sequence number
    if (!ahead.ok()) return DecodeStatus::kTruncated;
    if (flags == 0) walk.in = ahead;
    walk.next = link(LinkType::kEthernet);
    return DecodeStatus::kOk;
}

/// Labels that mean something by themselves, RFC 7274 §5; what follows two of them is no label
/// that a path or a network was given.
inline constexpr std::uint32_t kFirstOfPaths = 16;
inline constexpr std::uint32_t kEntropyIndicator = 7;  // RFC 6790 §4.2: the next differs by flow
inline constexpr std::uint32_t kExtension = 15;        // the next is another such label

/// Label 20 bits, traffic class 3, bottom of stack 1, TTL 8. Labels differ between the directions
/// of a session: they are no scope. The lowest is the tag: it names the VPN or the pseudowire and
/// stays while those above it change from hop to hop, or are gone at the last one (RFC 3031 §3.16).
[[nodiscard]] constexpr DecodeStatus decode(Walk& walk) noexcept {
    constexpr std::uint32_t kBottom = 0x100;
    std::uint32_t above = 0;
    for (std::size_t labels = 0; labels < kMaxLabels; ++labels) {
        const auto entry = walk.in.read<std::uint32_t>();
        if (!walk.in.ok()) return DecodeStatus::kTruncated;
        const std::uint32_t label = entry >> 12U;
        const bool is_special =
            label < kFirstOfPaths || above == kEntropyIndicator || above == kExtension;
        if (!is_special) walk.note_mpls_label(label);
        above = label;
        if ((entry & kBottom) != 0) return read_payload(walk);
    }
    return DecodeStatus::kTooDeep;
}

inline constexpr Layer kUnicast{"mpls", ether_type(0x8847), decode};
inline constexpr Layer kMulticast{"mpls-upstream", ether_type(0x8848), decode};

}  // namespace sensor::decode::mpls
