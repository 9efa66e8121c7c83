// Texts that others wrote, as something to read. Cold path.
#pragma once

#include <string>
#include <string_view>

#include "lib/bytes/byte_cursor.h"
#include "lib/bytes/utf8.h"

namespace sensor::attribute::feeds {

inline constexpr std::size_t kMostText = 1024;  ///< bytes of any text in an event

/// What moves a terminal's cursor or ends a line: C0, DEL and C1.
[[nodiscard]] constexpr bool is_control(char32_t character) noexcept {
    return character < U' ' || (character >= 0x7f && character <= 0x9f);
}

/// Whether `text` is UTF-8 without control characters, of at most kMostText bytes.
[[nodiscard]] constexpr bool is_readable(std::string_view text) noexcept {
    if (text.size() > kMostText) return false;
    while (!text.empty()) {
        const bytes::CodePoint character = bytes::first_code_point(text);
        if (!character.valid || is_control(character.value)) return false;
        text.remove_prefix(character.length);
    }
    return true;
}

/// `bytes` as text without trailing zeros; empty if it is not readable, for then it is no text
/// that anybody wrote.
[[nodiscard]] inline std::string readable_text(bytes::View bytes) {
    std::string_view text = bytes::text_of(bytes);
    while (text.ends_with('\0'))
        text.remove_suffix(1);
    return is_readable(text) ? std::string{text} : std::string{};
}

/// The same text where it is readable. Elsewhere a blank stands for a control character, U+FFFD for
/// what is no UTF-8, and what is too long is cut. For names, which mean nothing to the sensor.
[[nodiscard]] std::string made_readable(std::string_view text);

}  // namespace sensor::attribute::feeds
