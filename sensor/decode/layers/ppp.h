// What PPP carries, RFC 1661 §2 and §6.5: for PPPoE, PPTP and L2TP, which read the headers before
// it.
#pragma once

#include "sensor/decode/walk.h"

namespace sensor::decode::ppp {

/// Passes the address and control fields of HDLC, which may be left out (§6.6); kUnknownEtherType
/// if what stands there is neither them nor a protocol field.
[[nodiscard]] constexpr DecodeStatus skip_address_and_control(Walk& walk) noexcept {
    constexpr std::uint16_t kAddressAndControl = 0xff03;
    if (walk.in.peek() != kAddressAndControl >> 8U) return DecodeStatus::kOk;
    const bool is_there = walk.in.read<std::uint16_t>() == kAddressAndControl;
    return is_there || !walk.in.ok() ? DecodeStatus::kOk : DecodeStatus::kUnknownEtherType;
}

/// Reads the protocol field, compressed to one byte or not, and leaves `next` at IPv4 or IPv6.
[[nodiscard]] constexpr DecodeStatus read_protocol(Walk& walk) noexcept {
    std::uint16_t protocol = walk.in.read<std::uint8_t>();
    // Numbers are odd, and their first byte even: an odd first byte is the whole number (§6.5).
    if (protocol % 2 == 0) {
        protocol = static_cast<std::uint16_t>((protocol << 8U) | walk.in.read<std::uint8_t>());
    }
    if (!walk.in.ok()) return DecodeStatus::kTruncated;
    switch (protocol) {
        case 0x0021: walk.next = ether_type(0x0800); return DecodeStatus::kOk;
        case 0x0057: walk.next = ether_type(0x86dd); return DecodeStatus::kOk;
        default: return DecodeStatus::kUnknownEtherType;  // link control and its like
    }
}

}  // namespace sensor::decode::ppp
