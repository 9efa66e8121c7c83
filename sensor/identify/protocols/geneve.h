// GENEVE (RFC 8926 §3.4-3.5) on ports where decode does not look for it.
//
// The options fill the length that the header gives them, the critical bit says whether one of them
// is critical, and what is inside parses: 70 bits and more.
#pragma once

#include <array>

#include "sensor/identify/inner_packet.h"
#include "sensor/identify/protocol.h"

namespace sensor::identify::geneve {

inline constexpr std::array kSignatures{
    Signature{R"(^[\x00-\x3f][\x00\x40\x80\xc0]\x65\x58...\x00)"},
    Signature{R"(^[\x00-\x3f][\x00\x40\x80\xc0][\x08\x86][\x00\x06\xdd]...\x00)"},
};

namespace detail {

/// Whether `options` is a list of options, and the flag `has_critical` true of it.
[[nodiscard]] inline bool are_options_legal(bytes::ByteCursor options, bool has_critical) noexcept {
    constexpr std::uint8_t kCritical = 0x80;
    constexpr std::uint8_t kReserved = 0xe0;
    bool found = false;
    while (!options.empty()) {
        options.skip(2);  // class
        const auto type = options.read<std::uint8_t>();
        const auto length = options.read<std::uint8_t>();
        options.skip(4U * (length & 0x1fU));
        if (!options.ok() || (length & kReserved) != 0) return false;
        found = found || (type & kCritical) != 0;
    }
    return found == has_critical;
}

}  // namespace detail

[[nodiscard]] inline Verdict validate(const Exchange& exchange) noexcept {
    constexpr std::uint16_t kEthernet = 0x6558;  // transparent Ethernet bridging
    constexpr std::uint8_t kHasCritical = 0x40;
    constexpr std::uint8_t kReserved = 0x3f;
    bytes::ByteCursor cursor{exchange.said};
    const auto version_and_length = cursor.read<std::uint8_t>();
    const auto flags = cursor.read<std::uint8_t>();
    const auto protocol = cursor.read<std::uint16_t>();
    cursor.skip(3);  // VNI: any
    const auto reserved = cursor.read<std::uint8_t>();
    const bytes::ByteCursor options{cursor.take(4U * (version_and_length & 0x3fU))};
    const bool is_legal = cursor.ok() && version_and_length >> 6U == 0 &&
                          (flags & kReserved) == 0 && reserved == 0 &&
                          detail::are_options_legal(options, (flags & kHasCritical) != 0);
    if (!is_legal) return {Match::kNo};
    const bool is_carrying = protocol == kEthernet ? is_ethernet_frame(cursor.rest())
                                                   : is_packet_of(protocol, cursor.rest());
    return {is_carrying ? Match::kYes : Match::kNo};
}

inline constexpr Protocol kProtocol{
    .name = "geneve",
    .transports = kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::geneve
