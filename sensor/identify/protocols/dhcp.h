// DHCP, and BOOTP with the magic cookie (RFC 2131 §2, RFC 2132, RFC 1533).
//
// The cookie, hardware type and the chain of options make random bytes pass with less than 2^-60.
#pragma once

#include <algorithm>
#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::dhcp {

inline constexpr std::array kSignatures{
    // op, htype, hlen, hops; the cookie lies 232 bytes further on.
    Signature{R"(^[\x01\x02][\x00-\x25][\x00-\x10][\x00-\x10])"},
};

inline constexpr std::uint32_t kMagicCookie = 0x63825363;

enum class Op : std::uint8_t { kRequest = 1, kReply = 2 };

/// RFC 2132 §9.6 and its successors; the senders are those of RFC 2131 §3 and RFC 4388 §4.
[[nodiscard]] constexpr bool is_type_legal(Op op, std::uint8_t message_type) noexcept {
    switch (message_type) {
        case 1:                              // DISCOVER
        case 3:                              // REQUEST
        case 4:                              // DECLINE
        case 7:                              // RELEASE
        case 8:                              // INFORM
        case 10:                             // LEASEQUERY
        case 14: return op == Op::kRequest;  // BULKLEASEQUERY
        case 2:                              // OFFER
        case 5:                              // ACK
        case 6:                              // NAK
        case 9:                              // FORCERENEW
        case 11:                             // LEASEUNASSIGNED
        case 12:                             // LEASEUNKNOWN
        case 13: return op == Op::kReply;    // LEASEACTIVE
        default: return false;
    }
}

/// Options up to the end marker (RFC 2132 §3); after it only padding, whose bytes nobody checks.
/// A BOOTP message need not hold a message type.
[[nodiscard]] inline bool are_options_legal(bytes::View options, Op op) noexcept {
    constexpr std::uint8_t kPad = 0;
    constexpr std::uint8_t kMessageType = 53;
    constexpr std::uint8_t kEnd = 255;
    bytes::ByteCursor cursor{options};
    while (!cursor.empty()) {
        const auto option = cursor.read<std::uint8_t>();
        if (option == kEnd) return true;
        if (option == kPad) continue;
        const auto length = cursor.read<std::uint8_t>();
        const bytes::View value = cursor.take(length);
        if (!cursor.ok()) return false;
        if (option != kMessageType) continue;
        if (value.size() != 1 || !is_type_legal(op, value.front())) return false;
    }
    return false;
}

[[nodiscard]] inline Verdict validate(const Exchange& exchange) noexcept {
    constexpr std::uint8_t kEthernet = 1;
    constexpr std::uint8_t kLastHardware = 37;  // IANA ARP hardware types
    constexpr std::uint8_t kMostHops = 16;      // RFC 1542 §4.1.1
    bytes::ByteCursor cursor{exchange.said};
    const auto op = static_cast<Op>(cursor.read<std::uint8_t>());
    const auto hardware = cursor.read<std::uint8_t>();
    const auto hardware_length = cursor.read<std::uint8_t>();
    const auto hops = cursor.read<std::uint8_t>();
    const auto transaction = cursor.read<std::uint32_t>();
    cursor.skip(2);  // seconds
    const auto flags = cursor.read<std::uint16_t>();
    cursor.skip(4 * 4 + 16 + 64 + 128);  // addresses, chaddr, sname, file
    if (cursor.read<std::uint32_t>() != kMagicCookie || !cursor.ok()) return {Match::kNo};
    if (op != Op::kRequest && op != Op::kReply) return {Match::kNo};
    const bool is_hardware = hardware <= kLastHardware && hardware_length <= 16 &&
                             (hardware != kEthernet || hardware_length == 6);
    if (!is_hardware || hops > kMostHops || (flags & 0x7fffU) != 0) return {Match::kNo};
    if (!are_options_legal(cursor.rest(), op)) return {Match::kNo};
    const std::uint32_t token = std::max<std::uint32_t>(transaction, 1);
    if (exchange.token != 0) {  // left by a request
        return {op == Op::kReply && exchange.token == token ? Match::kYes : Match::kNo};
    }
    // Who sends to everybody opened the session, also a server that answers so.
    if (exchange.multicast) return {Match::kYes, Role::kEither, op == Op::kRequest ? token : 0};
    if (op == Op::kRequest) return {Match::kYes, Role::kClient, token};
    return {Match::kYes, Role::kServer};
}

inline constexpr Protocol kProtocol{
    .name = "dhcp",
    .transports = kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::dhcp
