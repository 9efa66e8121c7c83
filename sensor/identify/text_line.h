// Lines of text, for the protocols that are made of them: read, compared without regard to case,
// and weighed one after the other. Hot path.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lib/bytes/letters.h"
#include "sensor/identify/protocol.h"

namespace sensor::identify::text {

/// Longer than the first lines of any of these protocols; RFC 5321 §4.5.3.1.4 allows 512 bytes.
inline constexpr std::size_t kMaxLine = 1024;  // bytes

[[nodiscard]] constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
[[nodiscard]] constexpr bool is_letter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
[[nodiscard]] constexpr bool is_alphanumeric(char c) noexcept {
    return is_digit(c) || is_letter(c);
}
/// ASCII only: every keyword of these protocols is.
[[nodiscard]] constexpr char lower(char c) noexcept {
    return bytes::to_lower(c);
}
[[nodiscard]] constexpr bool same(std::string_view a, std::string_view b) noexcept {
    return bytes::is_same_word(a, b);
}
[[nodiscard]] constexpr bool begins(std::string_view text, std::string_view start) noexcept {
    return same(text.substr(0, start.size()), start);
}
/// True if `word` is one of `list`, whatever the case.
template <class List>
[[nodiscard]] constexpr bool is_one_of(std::string_view word, const List& list) noexcept {
    return std::ranges::any_of(list, [&](std::string_view each) { return same(word, each); });
}
[[nodiscard]] constexpr bool is_number(std::string_view text) noexcept {
    return !text.empty() && text.size() <= 10 && std::ranges::all_of(text, is_digit);
}
/// Letters, digits and any of `marks`.
[[nodiscard]] constexpr bool is_made_of(std::string_view text, std::string_view marks) noexcept {
    return std::ranges::all_of(text, [&](char c) {
        return is_alphanumeric(c) || marks.find(c) != std::string_view::npos;
    });
}
/// No space, no control character: what RFC 5234 calls VCHAR.
[[nodiscard]] constexpr bool is_visible(std::string_view text) noexcept {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

/// Well-formed UTF-8 (RFC 3629 §4, without the checks for overlong forms) and no control character
/// but tab. The last character may be cut.
[[nodiscard]] constexpr bool is_text(std::string_view text) noexcept {
    unsigned continuing = 0;  // bytes that the character begun still needs
    for (const char c : text) {
        const auto byte = static_cast<std::uint8_t>(c);
        if ((byte & 0xc0U) == 0x80) {
            if (continuing == 0) return false;
            --continuing;
            continue;
        }
        if (continuing != 0) return false;
        if (byte >= 0xc2 && byte <= 0xf4) {
            continuing = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
        } else if (byte >= 0x7f || (byte < ' ' && c != '\t')) {
            return false;
        }
    }
    return true;
}

/// No control character but tab. What a server tells its users may be in any encoding.
[[nodiscard]] constexpr bool is_plain(std::string_view text) noexcept {
    return std::ranges::none_of(text, [](char c) {
        const auto byte = static_cast<std::uint8_t>(c);
        return (byte < ' ' && c != '\t') || byte == 0x7f;
    });
}

/// The text up to the next space, which is taken too.
constexpr std::string_view take_word(std::string_view& rest) noexcept {
    const auto space = rest.find(' ');
    const auto word = rest.substr(0, space);
    rest.remove_prefix(space == std::string_view::npos ? rest.size() : space + 1);
    return word;
}

/// Some clients end a command with a space.
[[nodiscard]] constexpr std::string_view without_trailing_space(std::string_view line) noexcept {
    while (line.ends_with(' '))
        line.remove_suffix(1);
    return line;
}

/// Hands out the whole lines of a text, without CRLF or the bare LF that some send instead.
class LineReader {
  public:
    explicit LineReader(bytes::View said) noexcept : rest_{bytes::text_of(said)} {}

    /// False if no whole line is left.
    [[nodiscard]] bool next(std::string_view& line) noexcept {
        const auto end = rest_.find('\n');
        if (end == std::string_view::npos) return false;
        line = rest_.substr(0, end);
        rest_.remove_prefix(end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        return true;
    }
    /// What follows the last line handed out.
    [[nodiscard]] std::string_view rest() const noexcept { return rest_; }
    /// True if the rest can be the start of one more line.
    [[nodiscard]] bool may_go_on() const noexcept {
        auto start = rest_.substr(0, rest_.find('\n'));
        if (start.ends_with('\r')) start.remove_suffix(1);
        return start.size() < kMaxLine && is_plain(start);
    }

  private:
    std::string_view rest_;
};

/// What a whole line says about the protocol that it is read as.
enum class Weight : std::uint8_t {
    kIllegal,  ///< not a line of this protocol
    kShared,   ///< legal, and legal in other protocols too
    kOwn,      ///< no other protocol has such a line
};

/// Weighs line after line with `weigh(std::string_view) -> Weight` until one is the protocol's
/// own. A shared line is enough once the other side has `spoken` the protocol.
template <class Weigh>
[[nodiscard]] Match weigh_lines(bytes::View said, bool spoken, Weigh&& weigh) noexcept {
    LineReader lines{said};
    std::string_view line;
    while (lines.next(line)) {
        const bool is_legal = line.size() < kMaxLine && is_plain(line);
        const Weight weight = is_legal ? weigh(line) : Weight::kIllegal;
        if (weight == Weight::kIllegal) return Match::kNo;
        if (weight == Weight::kOwn || spoken) return Match::kYes;
    }
    return lines.may_go_on() ? Match::kNeedMore : Match::kNo;
}

/// The first line, for a fact; a cut one as far as it goes.
[[nodiscard]] inline std::string_view first_line(bytes::View said) noexcept {
    auto line = bytes::text_of(said);
    line = line.substr(0, line.find('\n'));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
}

}  // namespace sensor::identify::text
