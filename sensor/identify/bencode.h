// Bencoding (BEP 3): integers, byte strings, lists and dictionaries, read without recursion. Hot
// path.
#pragma once

#include <cstdint>
#include <string_view>

#include "lib/bytes/byte_cursor.h"

namespace sensor::identify::bencode {

/// Makes `cursor` fail.
constexpr void fail(bytes::ByteCursor& cursor) noexcept {
    cursor.skip(cursor.rest().size() + 1);
}

/// Decimal digits up to `end`, which is taken too; at most eight.
[[nodiscard]] constexpr std::uint32_t read_digits(bytes::ByteCursor& cursor, char end) noexcept {
    constexpr unsigned kMostDigits = 8;
    std::uint32_t value = 0;
    for (unsigned digits = 0; digits <= kMostDigits; ++digits) {
        const auto c = cursor.read<std::uint8_t>();
        if (c == static_cast<std::uint8_t>(end) && digits > 0) return value;
        if (c < '0' || c > '9') break;
        value = value * 10 + (c - '0');
    }
    fail(cursor);
    return 0;
}

/// "4:spam"
[[nodiscard]] constexpr bytes::View read_string(bytes::ByteCursor& cursor) noexcept {
    return cursor.take(read_digits(cursor, ':'));
}
[[nodiscard]] inline std::string_view read_text(bytes::ByteCursor& cursor) noexcept {
    return bytes::text_of(read_string(cursor));
}

/// "i-3e": of any length, for identifiers of 64 bits are common.
constexpr void skip_integer(bytes::ByteCursor& cursor) noexcept {
    constexpr unsigned kMostDigits = 20;
    cursor.skip(1);
    if (cursor.peek() == '-') cursor.skip(1);
    unsigned digits = 0;
    while (digits < kMostDigits && cursor.peek() >= '0' && cursor.peek() <= '9') {
        cursor.skip(1);
        ++digits;
    }
    if (digits == 0 || cursor.read<std::uint8_t>() != 'e') fail(cursor);
}

/// One value of any kind and depth up to 32. Keys of dictionaries are strings like any other; that
/// there is one to every value is not asked.
constexpr void skip_value(bytes::ByteCursor& cursor) noexcept {
    constexpr unsigned kDeepest = 32;
    unsigned depth = 0;
    do {
        switch (cursor.peek()) {
            case 'd':
            case 'l':
                cursor.skip(1);
                if (++depth > kDeepest) fail(cursor);
                break;
            case 'e':
                cursor.skip(1);
                if (depth == 0) return fail(cursor);
                --depth;
                break;
            case 'i': skip_integer(cursor); break;
            default: cursor.skip(read_digits(cursor, ':'));
        }
    } while (cursor.ok() && depth > 0);
}

}  // namespace sensor::identify::bencode
