// Teredo, IPv6 in UDP through NATs: port 3544 of the server, RFC 4380 §5.1.1.
#pragma once

#include "sensor/decode/walk.h"

namespace sensor::decode::teredo {

/// Authentication, then origin, each if it is there; then IPv6. A bubble (§2.8) carries nothing and
/// stays plain UDP. IPv6 addresses are the same to everybody: no scope. Clients are behind NATs, on
/// ports of all kinds (§2.7).
[[nodiscard]] constexpr DecodeStatus decode(Walk& walk) noexcept {
    constexpr std::uint16_t kAuthentication = 0x0001;
    constexpr std::uint16_t kOrigin = 0x0000;
    const auto indicates = [&walk](std::uint16_t indicator) {
        auto ahead = walk.in;
        return ahead.read<std::uint16_t>() == indicator && ahead.ok();
    };
    const std::size_t captured = walk.in.rest().size();
    if (indicates(kAuthentication)) {
        walk.in.skip(2);
        const std::size_t client = walk.in.read<std::uint8_t>();
        const std::size_t proof = walk.in.read<std::uint8_t>();
        walk.in.skip(client + proof + 8 + 1);  // and a nonce and a confirmation
    }
    if (indicates(kOrigin)) walk.in.skip(2 + 2 + 4);  // port and address, each inverted
    const auto packet = walk.in;
    const std::size_t left = walk.length - (captured - packet.rest().size());
    const auto version = walk.in.read<std::uint32_t>() >> 28U;
    const std::uint32_t payload = walk.in.read<std::uint16_t>();
    const auto next = walk.in.read<std::uint8_t>();
    walk.in.skip(1 + 16 + 16);
    if (!walk.in.ok()) return DecodeStatus::kTruncated;
    constexpr std::uint32_t kHeader = 40;
    constexpr std::uint8_t kNoNextHeader = 59;
    if (version != 6 || payload + kHeader > left) return DecodeStatus::kUnknownVersion;
    if (next == kNoNextHeader) return DecodeStatus::kUnknownVersion;

    walk.in = packet;
    walk.note_tunnel(TunnelKind::kTeredo, Vni{}, {});
    walk.next = ether_type(0x86dd);
    return DecodeStatus::kOk;
}

inline constexpr Layer kLayer{"teredo", udp_port(3544), decode, true};

}  // namespace sensor::decode::teredo
