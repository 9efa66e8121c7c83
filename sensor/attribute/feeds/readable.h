// Texts out of binary protocols. Cold path.
#pragma once

#include <string>
#include <string_view>

#include "lib/bytes/byte_cursor.h"
#include "lib/bytes/utf8.h"

namespace sensor::attribute::feeds {

/// `bytes` as text without trailing zeros; empty if they are no UTF-8 or hold control characters,
/// for then they are no text that anybody wrote.
[[nodiscard]] inline std::string readable_text(bytes::View bytes) {
    std::string_view text = bytes::text_of(bytes);
    while (text.ends_with('\0'))
        text.remove_suffix(1);
    for (std::string_view rest = text; !rest.empty();) {
        const bytes::CodePoint character = bytes::first_code_point(rest);
        constexpr char32_t kDelete = 0x7f;
        if (!character.valid || character.value < U' ' || character.value == kDelete) return {};
        rest.remove_prefix(character.length);
    }
    return std::string{text};
}

}  // namespace sensor::attribute::feeds
