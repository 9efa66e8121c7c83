#include "lib/yaml/scalar.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace yaml {
namespace {

bool is_letter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Letters that stand for a value (YAML 1.1 types `null` and `bool`, 1.2 §10.3.2).
bool is_value_word(std::string_view text) {
    constexpr std::array<std::string_view, 9> kWords{"null", "true", "false", "yes", "no",
                                                     "on",   "off",  "y",     "n"};
    return std::ranges::any_of(kWords, [&](std::string_view word) {
        return std::ranges::equal(text, word, [](unsigned char a, unsigned char b) {
            return std::tolower(a) == static_cast<int>(b);
        });
    });
}

/// What begins with a letter is no number, time, null (~) or indicator. Fewer texts are plain than
/// might be; quotes do no harm.
bool is_plain(std::string_view text) {
    if (text.empty() || !is_letter(text.front()) || is_value_word(text)) return false;
    return std::ranges::all_of(text, [](char c) {
        return is_letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    });
}

}  // namespace

std::string scalar_text(std::string_view text) {
    if (is_plain(text)) return std::string{text};
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string quoted = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            quoted += {'\\', c};
        } else if (byte < 0x20 || byte == 0x7f) {
            quoted += {'\\', 'x', kDigits[byte >> 4U], kDigits[byte & 0xfU]};
        } else {
            quoted += c;
        }
    }
    return quoted + "\"";
}

}  // namespace yaml
