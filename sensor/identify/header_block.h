// "Name: value" lines up to an empty one, as SIP (RFC 3261 §7.3) and RTSP (RFC 7826 §5.2) have
// them after their start line. Hot path.
#pragma once

#include <optional>
#include <span>

#include "sensor/identify/text_line.h"

namespace sensor::identify::text {

/// RFC 3261 §25.1 `token`, which RFC 7826 §20.1 shares.
[[nodiscard]] constexpr bool is_token(std::string_view text) noexcept {
    constexpr std::string_view kMarks = "-.!%*_+`'~";
    return !text.empty() && is_made_of(text, kMarks);
}

[[nodiscard]] constexpr std::string_view trimmed(std::string_view text) noexcept {
    while (text.starts_with(' ') || text.starts_with('\t'))
        text.remove_prefix(1);
    while (text.ends_with(' ') || text.ends_with('\t'))
        text.remove_suffix(1);
    return text;
}

/// Calls `visit(name, value)` for each whole header line. kYes: the empty line is there;
/// kNeedMore: legal so far; kNo: a line is no header.
template <class Visit>
[[nodiscard]] Match each_header(LineReader lines, Visit&& visit) noexcept {
    std::string_view line;
    bool is_first = true;
    while (lines.next(line)) {
        if (line.empty()) return Match::kYes;
        if (!is_text(line)) return Match::kNo;
        const bool goes_on = line[0] == ' ' || line[0] == '\t';  // the header before, folded
        if (!goes_on) {
            const auto colon = line.find(':');
            if (colon == std::string_view::npos) return Match::kNo;
            const auto name = trimmed(line.substr(0, colon));
            if (!is_token(name)) return Match::kNo;
            visit(name, trimmed(line.substr(colon + 1)));
        } else if (is_first) {
            return Match::kNo;
        }
        is_first = false;
    }
    return lines.may_go_on() ? Match::kNeedMore : Match::kNo;
}

/// The first value of the header called `name`; nothing if the whole lines there have none.
[[nodiscard]] inline std::optional<std::string_view> find_header(const LineReader& lines,
                                                                 std::string_view name) noexcept {
    std::optional<std::string_view> found;
    (void)each_header(lines, [&](std::string_view candidate, std::string_view value) {
        if (!found && same(candidate, name)) found = value;
    });
    return found;
}

/// A header that a message must have, and its short spelling if there is one.
struct HeaderName {
    std::string_view name;
    std::string_view compact = {};
};

/// kYes once all of `required` (at most 8) are there, whatever else is still to come.
[[nodiscard]] inline Match match_headers(const LineReader& lines,
                                         std::span<const HeaderName> required) noexcept {
    unsigned missing = (1U << required.size()) - 1;
    const Match block = each_header(lines, [&](std::string_view name, std::string_view value) {
        for (std::size_t i = 0; i < required.size(); ++i) {
            const bool is_it = same(name, required[i].name) || same(name, required[i].compact);
            if (is_it && !value.empty()) missing &= ~(1U << i);
        }
    });
    if (block == Match::kNo || missing == 0) return block == Match::kNo ? block : Match::kYes;
    return block == Match::kYes ? Match::kNo : Match::kNeedMore;
}

}  // namespace sensor::identify::text
