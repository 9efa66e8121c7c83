// GRE: IP protocol 47, RFC 2784 §2 with the key and sequence number of RFC 2890 §2; in UDP, port
// 4754 (RFC 8086 §3); PPTP's enhanced GRE, RFC 2637 §4.1.
#pragma once

#include "sensor/decode/layers/erspan.h"
#include "sensor/decode/layers/ppp.h"

namespace sensor::decode::gre {

inline constexpr std::uint32_t kScopeKind = 6;
inline constexpr std::uint32_t kShortestHeader = 4;  // bytes

enum Flag : std::uint16_t {
    kChecksum = 0x8000,
    kRouting = 0x4000,  ///< RFC 1701 only
    kKey = 0x2000,
    kSequence = 0x1000,
    kStrictSourceRoute = 0x0800,  ///< RFC 1701 only
    kAcknowledgement = 0x0080,    ///< RFC 2637 only
};
inline constexpr std::uint16_t kVersion = 0x0007;
/// RFC 2784 §2.2: bits 1 to 5 are zero unless RFC 1701 or RFC 2890 is spoken.
inline constexpr std::uint16_t kMustBeZero = kRouting | kStrictSourceRoute | 0x0400;

/// Of two tunnels with equal addresses inside, each has a key of its own or two ends of its own.
/// NVGRE's key is a network of 24 bits, from 0x1000 on, and an entropy that differs from flow to
/// flow (RFC 7637 §3.2).
inline void enter_scope(Walk& walk, std::uint16_t protocol,
                        std::optional<std::uint32_t> key) noexcept {
    constexpr std::uint16_t kTransparentEthernet = 0x6558;
    constexpr std::uint32_t kFirstNetwork = 0x1000U << 8U;
    if (!key) {
        walk.enter_scope(kScopeKind, walk.id_of_ends());
    } else if (protocol == kTransparentEthernet && *key >= kFirstNetwork) {
        walk.enter_scope(kScopeKind, *key >> 8U);
    } else {
        walk.enter_scope(kScopeKind, *key);
    }
}

/// PPP frames; the call id is each receiver's own, so it is in no scope. A header without a
/// sequence number acknowledges and carries nothing.
[[nodiscard]] constexpr DecodeStatus read_enhanced(Walk& walk, std::uint16_t flags,
                                                   std::uint16_t protocol) noexcept {
    constexpr std::uint16_t kPpp = 0x880b;
    if (protocol != kPpp || (flags & kKey) == 0) return DecodeStatus::kUnknownVersion;
    const std::uint32_t length = walk.in.read<std::uint16_t>();
    const auto call = walk.in.read<std::uint16_t>();
    if ((flags & kSequence) != 0) walk.in.skip(4);
    if ((flags & kAcknowledgement) != 0) walk.in.skip(4);
    if (!walk.in.ok()) return DecodeStatus::kTruncated;
    if ((flags & kSequence) == 0 || length == 0) return DecodeStatus::kUnknownTransport;

    walk.note_tunnel(TunnelKind::kPptp, Vni{}, call);
    const DecodeStatus status = ppp::skip_address_and_control(walk);
    return status == DecodeStatus::kOk ? ppp::read_protocol(walk) : status;
}

/// The header itself, behind IP or UDP.
[[nodiscard]] inline DecodeStatus read_header(Walk& walk) noexcept {
    const auto flags = walk.in.read<std::uint16_t>();
    const auto protocol = walk.in.read<std::uint16_t>();
    if (!walk.in.ok()) return DecodeStatus::kTruncated;
    if ((flags & kMustBeZero) != 0) return DecodeStatus::kUnknownVersion;
    if ((flags & kVersion) == 1) return read_enhanced(walk, flags, protocol);
    if ((flags & kVersion) != 0) return DecodeStatus::kUnknownVersion;
    if ((flags & kChecksum) != 0) walk.in.skip(4);  // and a reserved field
    std::optional<std::uint32_t> key;
    if ((flags & kKey) != 0) key = walk.in.read<std::uint32_t>();
    if ((flags & kSequence) != 0) walk.in.skip(4);
    if (!walk.in.ok()) return DecodeStatus::kTruncated;

    if (protocol == erspan::kType1Or2 && (flags & kSequence) == 0) return erspan::enter_type1(walk);
    walk.next = ether_type(protocol);
    if (protocol == erspan::kType1Or2 || protocol == erspan::kType3) return DecodeStatus::kOk;
    walk.note_tunnel(TunnelKind::kGre, Vni{}, key);
    enter_scope(walk, protocol, key);
    return DecodeStatus::kOk;
}

[[nodiscard]] inline DecodeStatus decode(Walk& walk) noexcept {
    const std::uint32_t length = walk.length;
    const bool was_cut = walk.in.rest().size() < length;
    DecodeStatus status = walk.enter_tunnel();
    if (status == DecodeStatus::kOk) status = read_header(walk);
    return status == DecodeStatus::kTruncated && !was_cut ? DecodeStatus::kMalformed : status;
}

inline constexpr Layer kLayer{"gre", ip_protocol(47), decode};
inline constexpr Layer kInUdp{"gre-in-udp", udp_port(4754), read_header};

}  // namespace sensor::decode::gre
