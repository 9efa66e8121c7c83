#include "sensor/report/style.h"

#include <algorithm>

#include "lib/bytes/utf8.h"

namespace sensor::report {
namespace {

/// Control characters, and what Unicode calls format characters that hide or reorder others.
bool is_harmful(char32_t value) noexcept {
    return value < 0x20 || (value >= 0x7f && value < 0xa0) || value == 0xad || value == 0x61c ||
           (value >= 0x200b && value <= 0x200f) || (value >= 0x2028 && value <= 0x202e) ||
           (value >= 0x2060 && value <= 0x206f) || value == 0xfeff;
}

std::size_t next_length(std::string_view text) noexcept {
    return bytes::first_code_point(text).length;
}

/// Whether each byte is a character that may be shown: true of nearly all text, and told without a
/// look at each for itself.
bool is_shown_ascii(std::string_view text) noexcept {
    unsigned char highest = 0;
    for (const char c : text)
        highest =
            std::max(highest, static_cast<unsigned char>(static_cast<unsigned char>(c) - 0x20));
    return highest < 0x7f - 0x20;
}

/// Bytes of the first `columns` code points.
std::size_t bytes_of_columns(std::string_view text, std::size_t columns) noexcept {
    if (is_shown_ascii(text)) return std::min(text.size(), columns);
    std::size_t bytes = 0;
    for (; columns > 0 && bytes < text.size(); --columns)
        bytes += next_length(text.substr(bytes));
    return bytes;
}

}  // namespace

std::string painted(std::string_view text, Ink ink, const Style& style) {
    if (!style.color || ink == Ink::kPlain) return std::string{text};
    std::string_view code;
    switch (ink) {
        case Ink::kPlain: break;
        case Ink::kBold: code = "1"; break;
        case Ink::kFaint: code = "2"; break;
        case Ink::kRed: code = "1;31"; break;
        case Ink::kYellow: code = "1;33"; break;
        case Ink::kBlue: code = "1;34"; break;
    }
    return "\x1b[" + std::string{code} + "m" + std::string{text} + "\x1b[0m";
}

std::string printable(std::string_view text) {
    if (is_shown_ascii(text)) return std::string{text};
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string safe;
    while (!text.empty()) {
        const auto [value, length, valid] = bytes::first_code_point(text);
        if (valid && !is_harmful(value)) {
            safe += text.substr(0, length);
        } else {
            for (const char c : text.substr(0, length)) {
                const auto byte = static_cast<unsigned char>(c);
                safe += "\\x";
                safe += kDigits[byte >> 4U];
                safe += kDigits[byte & 0xfU];
            }
        }
        text.remove_prefix(length);
    }
    return safe;
}

std::size_t columns_of(std::string_view text) noexcept {
    if (is_shown_ascii(text)) return text.size();
    std::size_t columns = 0;
    for (; !text.empty(); ++columns)
        text.remove_prefix(next_length(text));
    return columns;
}

std::string left_aligned(std::string_view text, std::size_t columns) {
    const std::size_t used = columns_of(text);
    return std::string{text} + std::string(columns > used ? columns - used : 0, ' ');
}

std::string right_aligned(std::string_view text, std::size_t columns) {
    const std::size_t used = columns_of(text);
    return std::string(columns > used ? columns - used : 0, ' ') + std::string{text};
}

std::vector<std::string_view> wrapped(std::string_view text, std::size_t columns) {
    columns = std::max<std::size_t>(columns, 1);
    std::vector<std::string_view> lines;
    while (columns_of(text) > columns) {
        const std::size_t limit = bytes_of_columns(text, columns);
        const std::size_t blank = text.substr(0, limit + 1).rfind(' ');
        const bool at_blank = blank != std::string_view::npos && blank > 0;
        const std::size_t length = at_blank ? blank : limit;
        lines.push_back(text.substr(0, length));
        text.remove_prefix(at_blank ? length + 1 : length);
    }
    if (!text.empty() || lines.empty()) lines.push_back(text);
    return lines;
}

std::string labelled(std::string_view label, std::string_view text, const Style& style) {
    const auto width = static_cast<std::size_t>(std::max(style.width, 40));
    std::string block =
        painted(left_aligned("  " + std::string{label}, kLabelColumns), Ink::kFaint, style);
    bool is_first = true;
    for (const std::string_view line : wrapped(text, width - kLabelColumns)) {
        if (!is_first) block.append(kLabelColumns, ' ');
        block.append(line).push_back('\n');
        is_first = false;
    }
    return block;
}

}  // namespace sensor::report
