// PPPoE in its session stage: EtherType 0x8864, RFC 2516 §4 and §6.
#pragma once

#include <algorithm>

#include "sensor/decode/layers/ppp.h"

namespace sensor::decode::pppoe {

inline constexpr std::uint32_t kScopeKind = 4;

/// Both directions carry the same session id, so it tells one subscriber's addresses from
/// another's.
[[nodiscard]] constexpr DecodeStatus decode(Walk& walk) noexcept {
    const auto version_and_type = walk.in.read<std::uint8_t>();
    const auto code = walk.in.read<std::uint8_t>();
    const auto session = walk.in.read<std::uint16_t>();
    const std::uint32_t length = walk.in.read<std::uint16_t>();
    if (!walk.in.ok()) return DecodeStatus::kTruncated;
    constexpr std::uint8_t kVersion1Type1 = 0x11;
    if (version_and_type != kVersion1Type1) return DecodeStatus::kUnknownVersion;
    // The code of a session packet is 0; the shortest protocol field is a byte.
    if (code != 0 || length == 0) return DecodeStatus::kMalformed;

    const auto rest = walk.in.rest();
    const bool was_cut = rest.size() < length;
    walk.in = bytes::ByteCursor{rest.first(std::min<std::size_t>(length, rest.size()))};
    walk.enter_scope(kScopeKind, session);
    const DecodeStatus status = ppp::read_protocol(walk);
    if (status == DecodeStatus::kTruncated && !was_cut) return DecodeStatus::kMalformed;
    return status;
}

inline constexpr Layer kLayer{"pppoe", ether_type(0x8864), decode};

}  // namespace sensor::decode::pppoe
