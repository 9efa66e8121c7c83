// VXLAN (RFC 7348 §5) with its extensions for group policy (draft-smith-vxlan-group-policy §2.1)
// and for other inner protocols (draft-ietf-nvo3-vxlan-gpe §3.1), on ports where decode does not
// look.
//
// Unlike a receiver, which ignores reserved bits, this wants them zero as they must be sent: with
// the type of the inner frame and the length of the packet in it they are 70 bits.
#pragma once

#include <array>

#include "sensor/identify/inner_packet.h"
#include "sensor/identify/protocol.h"

namespace sensor::identify::vxlan {

inline constexpr std::array kSignatures{
    Signature{R"(^\x08\x00\x00\x00...\x00)"},
    Signature{R"(^\x0c\x00\x00[\x01-\x03]...\x00)"},
    Signature{R"(^\x88[\x00\x08\x40\x48].....\x00)"},
};

namespace detail {

/// Whether the first four bytes are flags, and reserved fields or what the flags put there.
[[nodiscard]] constexpr bool are_flags_legal(std::uint32_t first) noexcept {
    constexpr std::uint32_t kNetwork = 0x08000000;
    constexpr std::uint32_t kPolicy = 0x88000000;
    constexpr std::uint32_t kPolicyBits = 0x0048ffff;  // don't learn, applied, the group
    constexpr std::uint32_t kTyped = 0x0c000000;       // the type is read by inner_type()
    switch (first & 0xff000000U) {
        case kNetwork: return first == kNetwork;
        case kPolicy: return (first & ~(kPolicy | kPolicyBits)) == 0;
        case kTyped: return (first & 0x00ffff00U) == 0;
        default: return false;
    }
}

enum class Inner : std::uint8_t { kIpv4 = 1, kIpv6 = 2, kEthernet = 3 };

[[nodiscard]] constexpr Inner inner_type(std::uint32_t first) noexcept {
    constexpr std::uint32_t kIsTyped = 0x04000000;
    return (first & kIsTyped) != 0 ? static_cast<Inner>(first & 0xffU) : Inner::kEthernet;
}

}  // namespace detail

[[nodiscard]] inline Verdict validate(const Exchange& exchange) noexcept {
    bytes::ByteCursor cursor{exchange.said};
    const auto first = cursor.read<std::uint32_t>();
    cursor.skip(3);  // VNI: any
    const auto reserved = cursor.read<std::uint8_t>();
    if (!cursor.ok() || !detail::are_flags_legal(first) || reserved != 0) return {Match::kNo};
    bool is_carrying = false;
    switch (detail::inner_type(first)) {
        case detail::Inner::kIpv4: is_carrying = is_packet_of(kEtherTypeIpv4, cursor.rest()); break;
        case detail::Inner::kIpv6: is_carrying = is_packet_of(kEtherTypeIpv6, cursor.rest()); break;
        case detail::Inner::kEthernet: is_carrying = is_ethernet_frame(cursor.rest()); break;
    }
    return {is_carrying ? Match::kYes : Match::kNo};
}

inline constexpr Protocol kProtocol{
    .name = "vxlan",
    .transports = kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::vxlan
