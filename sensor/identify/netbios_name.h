// NetBIOS names as the session and datagram services write them (RFC 1001 §14.1, RFC 1002 §4.1).
// Hot path.
#pragma once

#include <algorithm>
#include <cstdint>

#include "lib/bytes/byte_cursor.h"

namespace sensor::identify::netbios {

inline constexpr std::size_t kEncodedName = 32;  // letters for the 16 bytes of a name

/// Reads 32 letters from A to P, then the labels of the scope, then the root. False if it is no
/// such name; one that is cut fails the cursor.
[[nodiscard]] inline bool read_name(bytes::ByteCursor& cursor) noexcept {
    constexpr std::uint8_t kLongestLabel = 63;  // RFC 883
    const auto length = cursor.read<std::uint8_t>();
    if (!cursor.ok()) return true;
    if (length != kEncodedName) return false;
    const auto here = cursor.rest().first(std::min(kEncodedName, cursor.rest().size()));
    if (!std::ranges::all_of(here, [](std::uint8_t c) { return c >= 'A' && c <= 'P'; })) {
        return false;
    }
    cursor.skip(kEncodedName);
    for (auto label = cursor.read<std::uint8_t>(); label != 0;
         label = cursor.read<std::uint8_t>()) {
        if (label > kLongestLabel) return false;
        cursor.skip(label);
    }
    return true;
}

}  // namespace sensor::identify::netbios
