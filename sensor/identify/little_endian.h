// Integers of the protocols that send the least significant byte first. Hot path.
#pragma once

#include <concepts>
#include <cstddef>

#include "lib/bytes/byte_cursor.h"

namespace sensor::identify {

/// A little-endian integer of `Width` bytes, which may be narrower than `Int`; 0 after the end.
template <std::unsigned_integral Int, std::size_t Width = sizeof(Int)>
[[nodiscard]] constexpr Int read_little(bytes::ByteCursor& cursor) noexcept {
    static_assert(Width >= 1 && Width <= sizeof(Int));
    const bytes::View raw = cursor.take(Width);
    Int value = 0;
    for (std::size_t i = 0; i < raw.size(); ++i)
        value = static_cast<Int>(value | static_cast<Int>(Int{raw[i]} << (8 * i)));
    return value;
}

/// Text up to a NUL, which is taken too. A text without one fails the cursor.
[[nodiscard]] constexpr bytes::View read_until_nul(bytes::ByteCursor& cursor) noexcept {
    const bytes::View rest = cursor.rest();
    std::size_t length = 0;
    while (length < rest.size() && rest[length] != 0)
        ++length;
    if (length == rest.size()) {
        cursor.skip(length + 1);
        return {};
    }
    const bytes::View text = cursor.take(length);
    cursor.skip(1);
    return text;
}

}  // namespace sensor::identify
