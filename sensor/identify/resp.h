// RESP, the serialization that Redis and its kin speak: versions 2 and 3 (redis.io, "Redis
// serialization protocol specification"). Lengths are exact and lines end with CRLF. Hot path.
#pragma once

#include <optional>

#include "sensor/identify/text_line.h"

namespace sensor::identify::resp {

inline constexpr std::size_t kMaxElements = 1024 * 1024;          // of an array, by default
inline constexpr std::size_t kMaxBulk = std::size_t{512} << 20U;  // bytes of a string
inline constexpr std::size_t kLongBulk = 2048;                    // bytes; may not end in sight
inline constexpr std::size_t kMaxHeader = text::kMaxLine;         // bytes of a line

/// One line up to its CRLF; a bare LF is none.
struct Header {
    Match match = Match::kNo;
    std::string_view text;
};
[[nodiscard]] constexpr Header take_header(std::string_view& rest) noexcept {
    const auto end = rest.find('\n');
    if (end == std::string_view::npos) {
        auto begun = rest;
        if (begun.ends_with('\r')) begun.remove_suffix(1);
        const bool is_legal = begun.size() < kMaxHeader && text::is_text(begun);
        return {is_legal ? Match::kNeedMore : Match::kNo, {}};
    }
    auto line = rest.substr(0, end);
    if (!line.ends_with('\r')) return {};
    line.remove_suffix(1);
    if (line.empty() || line.size() >= kMaxHeader || !text::is_text(line)) return {};
    rest.remove_prefix(end + 1);
    return {Match::kYes, line};
}

/// A length or count: decimal, no leading zero but "0" itself.
[[nodiscard]] constexpr std::optional<std::size_t> length_of(std::string_view digits,
                                                             std::size_t limit) noexcept {
    if (!text::is_number(digits) || (digits.size() > 1 && digits[0] == '0')) return std::nullopt;
    std::size_t value = 0;
    for (const char c : digits)
        value = value * 10 + static_cast<std::size_t>(c - '0');
    if (value > limit) return std::nullopt;
    return value;
}

/// Takes a string of exactly `length` bytes and its CRLF.
[[nodiscard]] constexpr Match take_bulk(std::string_view& rest, std::size_t length,
                                        std::string_view& value) noexcept {
    value = rest.substr(0, length);
    rest.remove_prefix(value.size());
    constexpr std::string_view kEnd = "\r\n";
    const auto end = rest.substr(0, kEnd.size());
    if (value.size() < length || !kEnd.starts_with(end)) {
        return value.size() < length ? Match::kNeedMore : Match::kNo;
    }
    rest.remove_prefix(end.size());
    return end == kEnd ? Match::kYes : Match::kNeedMore;
}

/// A scalar's text after its type, RESP versions 2 and 3.
[[nodiscard]] constexpr bool is_scalar(char type, std::string_view value) noexcept {
    switch (type) {
        case '+': return true;
        case '-': return !value.empty() && value[0] >= 'A' && value[0] <= 'Z';
        case '_': return value.empty();
        case '#': return value == "t" || value == "f";
        case ',': return !value.empty() && value.find(' ') == std::string_view::npos;
        case ':':
            if (value.starts_with('-') || value.starts_with('+')) value.remove_prefix(1);
            return !value.empty() && value.size() <= 19 &&
                   std::ranges::all_of(value, text::is_digit);
        default: return false;
    }
}

/// The first reply. Of a long one, what is there must be exact, and be two elements or more.
[[nodiscard]] constexpr Match match_reply(std::string_view rest) noexcept {
    std::size_t left = 1;  // elements still to come
    for (unsigned seen = 0; left != 0; ++seen) {
        if (seen >= 2) return Match::kYes;
        const Header header = take_header(rest);
        if (header.match != Match::kYes) return header.match;
        const char type = header.text[0];
        const auto value = header.text.substr(1);
        --left;
        if (type == '$' || type == '*') {
            if (value == "-1") continue;  // nothing there
        }
        if (type == '$') {
            const auto length = length_of(value, kMaxBulk);
            if (!length) return Match::kNo;
            std::string_view bulk;
            const Match match = take_bulk(rest, *length, bulk);
            if (match == Match::kNeedMore && *length > kLongBulk) return Match::kYes;
            if (match != Match::kYes) return match;
        } else if (type == '*' || type == '~' || type == '>' || type == '%') {
            const auto count = length_of(value, kMaxElements);
            if (!count) return Match::kNo;
            left += type == '%' ? 2 * *count : *count;
        } else if (!is_scalar(type, value)) {
            return Match::kNo;
        }
    }
    return Match::kYes;
}

}  // namespace sensor::identify::resp
