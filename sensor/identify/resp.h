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
        case '(': return !value.empty() && value.find_first_not_of("-+0123456789") == value.npos;
        case ':':
            if (value.starts_with('-') || value.starts_with('+')) value.remove_prefix(1);
            return !value.empty() && value.size() <= 19 &&
                   std::ranges::all_of(value, text::is_digit);
        default: return false;
    }
}

/// What is known of a reply, or of as much of it as there is.
struct Reply {
    Match match = Match::kNo;
    bool has_bulk = false;  ///< a string of some bytes, whose length proved exact, is in it
};

/// The string behind a header like "$5".
[[nodiscard]] constexpr Reply take_string(std::string_view header,
                                          std::string_view& rest) noexcept {
    const auto length = length_of(header.substr(1), kMaxBulk);
    if (!length) return {};
    std::string_view bulk;
    const Match match = take_bulk(rest, *length, bulk);
    if (match == Match::kNeedMore && *length > kLongBulk) return {Match::kYes, false};
    return {match, *length != 0};
}

inline constexpr unsigned kConvincing = 3;  // headers and elements of a long reply

/// Takes the first reply. Of a long one, what is there must be exact, and be enough of it.
[[nodiscard]] constexpr Reply take_reply(std::string_view& rest) noexcept {
    bool has_bulk = false;
    std::size_t left = 1;  // elements still to come
    for (unsigned seen = 0; left != 0; ++seen) {
        const Header header = take_header(rest);
        if (header.match != Match::kYes) {
            const bool is_enough = header.match == Match::kNeedMore && seen >= kConvincing;
            return {is_enough ? Match::kYes : header.match, has_bulk};
        }
        const char type = header.text[0];
        const auto value = header.text.substr(1);
        --left;
        if ((type == '$' || type == '*') && value == "-1") continue;  // nothing there
        if (type == '$' || type == '=' || type == '!') {
            const Reply string = take_string(header.text, rest);
            has_bulk = has_bulk || (string.match == Match::kYes && string.has_bulk);
            const bool is_enough = string.match == Match::kNeedMore && seen >= kConvincing;
            if (string.match != Match::kYes) {
                return {is_enough ? Match::kYes : string.match, has_bulk};
            }
        } else if (type == '*' || type == '~' || type == '>' || type == '%' || type == '|') {
            const auto count = length_of(value, kMaxElements);
            if (!count) return {};
            left += type == '%' || type == '|' ? 2 * *count : *count;
            if (type == '|') ++left;  // attributes stand before what they are of
        } else if (!is_scalar(type, value)) {
            return {};
        }
    }
    return {Match::kYes, has_bulk};
}

}  // namespace sensor::identify::resp
