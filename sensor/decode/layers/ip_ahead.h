// Whether an IP packet stands where a header that cannot tell for sure would have one.
#pragma once

#include "sensor/decode/walk.h"

namespace sensor::decode::ip_ahead {

/// kOk if the packet that EtherType `type` promises begins at `in` and ends `left` bytes from
/// there, or at most `padding` bytes before that; kTruncated if what was captured is too little to
/// tell.
[[nodiscard]] constexpr DecodeStatus check(bytes::ByteCursor in, std::uint16_t type,
                                           std::uint32_t left, std::uint32_t padding) noexcept {
    const unsigned first = in.read<std::uint8_t>();
    in.skip(1);
    const std::uint32_t total = in.read<std::uint16_t>();    // IPv4, RFC 791 §3.1
    const std::uint32_t payload = in.read<std::uint16_t>();  // IPv6, RFC 8200 §3
    if (!in.ok()) return DecodeStatus::kTruncated;
    std::uint32_t length = 0;
    if (type == 0x0800 && first >= 0x45 && first <= 0x4f) {
        const std::uint32_t header = 4U * (first & 0x0fU);
        length = total < header ? 0 : total;
    } else if (type == 0x86dd && first >> 4U == 6) {
        length = 40U + payload;
    }
    const bool ends_there = length != 0 && length <= left && left - length <= padding;
    return ends_there ? DecodeStatus::kOk : DecodeStatus::kUnknownVersion;
}

}  // namespace sensor::decode::ip_ahead
