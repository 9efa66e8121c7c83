// The UTF-8 character at the start of a text, RFC 3629 §4.
#pragma once

#include <cstddef>
#include <string_view>

namespace bytes {

struct CodePoint {
    char32_t value = 0;
    std::size_t length = 1;  ///< bytes
    bool valid = false;      ///< false: `length` is 1, the byte that is no character
};

/// `text` must not be empty. Overlong forms, surrogates and what Unicode does not reach are no
/// characters.
[[nodiscard]] constexpr CodePoint first_code_point(std::string_view text) noexcept {
    const auto first = static_cast<unsigned char>(text[0]);
    if (first < 0x80) return {first, 1, true};
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.size() < length) return {};
    char32_t value = first & (0xffU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if ((byte & 0xc0U) != 0x80U) return {};
        value = (value << 6U) | (byte & 0x3fU);
    }
    const bool is_overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
    const bool is_surrogate = value >= 0xd800 && value <= 0xdfff;
    if (is_overlong || is_surrogate || value > 0x10ffff) return {};
    return {value, length, true};
}

}  // namespace bytes
