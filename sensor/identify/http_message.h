// The head of an HTTP/1 message as lines (RFC 9112 §2), for protocols that begin like HTTP. Hot
// path.
//
// A bare LF ends a line as CR LF does, RFC 9112 §2.2.
#pragma once

#include <algorithm>
#include <string_view>

#include "lib/bytes/letters.h"
#include "sensor/identify/protocol.h"

namespace sensor::identify::http_message {

/// tchar of RFC 9110 §5.6.2.
[[nodiscard]] constexpr bool is_token_character(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
}
using bytes::is_same_word;
/// Without the spaces and tabs around it.
[[nodiscard]] constexpr std::string_view trimmed(std::string_view text) noexcept {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}
/// True if `word` is an element of the comma-separated `list`, in any case.
[[nodiscard]] constexpr bool lists(std::string_view list, std::string_view word) noexcept {
    while (!list.empty()) {
        const auto comma = std::min(list.find(','), list.size());
        if (is_same_word(trimmed(list.substr(0, comma)), word)) return true;
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return false;
}
/// kYes if `text` starts with `literal`, kNeedMore if it is a beginning of it.
[[nodiscard]] constexpr Match match_start(std::string_view text,
                                          std::string_view literal) noexcept {
    if (text.starts_with(literal)) return Match::kYes;
    return literal.starts_with(text) ? Match::kNeedMore : Match::kNo;
}
/// Takes one line off `text`, its end left out. Null data if it has no end yet.
[[nodiscard]] constexpr std::string_view take_line(std::string_view& text) noexcept {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return {};
    auto line = text.substr(0, end);
    text.remove_prefix(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

/// Without the empty line that may precede a request, RFC 9112 §2.2.
[[nodiscard]] constexpr std::string_view from_first_line(std::string_view text) noexcept {
    if (text.starts_with('\r')) text.remove_prefix(1);
    if (text.starts_with('\n')) text.remove_prefix(1);
    return text;
}

/// Calls `visit(name, value)` for each complete header line after the start line of `message`;
/// kYes once the empty line has been seen, kNo at a line that is no header.
template <class Visit>
Match each_header(std::string_view message, Visit&& visit) {
    if (take_line(message).data() == nullptr) return Match::kNeedMore;
    for (;;) {
        const auto line = take_line(message);
        if (line.data() == nullptr) return Match::kNeedMore;
        if (line.empty()) return Match::kYes;
        if (line.front() == ' ' || line.front() == '\t') continue;  // obs-fold, RFC 9112 §5.2
        const auto colon = line.find(':');
        if (colon == std::string_view::npos || colon == 0) return Match::kNo;
        if (!std::ranges::all_of(line.substr(0, colon), is_token_character)) return Match::kNo;
        visit(line.substr(0, colon), trimmed(line.substr(colon + 1)));
    }
}

}  // namespace sensor::identify::http_message
