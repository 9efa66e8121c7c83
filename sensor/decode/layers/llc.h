// LLC with SNAP, which names the EtherType of what an 802.3 or 802.11 frame carries: IEEE 802-2014
// §9.5, RFC 1042.
#pragma once

#include "sensor/decode/walk.h"

namespace sensor::decode::llc {

[[nodiscard]] constexpr DecodeStatus read(Walk& walk) noexcept {
    constexpr std::uint64_t kSnap = 0xaaaa03000000;  // DSAP, SSAP, control, OUI 00-00-00
    const auto header = walk.in.read<std::uint64_t, 6>();
    const auto type = walk.in.read<std::uint16_t>();
    if (!walk.in.ok()) return DecodeStatus::kTruncated;
    if (header != kSnap) return DecodeStatus::kUnknownEtherType;  // spanning tree and its like
    walk.next = ether_type(type);
    return DecodeStatus::kOk;
}

}  // namespace sensor::decode::llc
