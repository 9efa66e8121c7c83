// Text for a terminal: safe, wrapped, and coloured only when asked. Cold path.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sensor::report {

struct Style {
    bool color = false;  ///< ANSI escape sequences; for terminals only
    int width = 90;      ///< columns
};

enum class Ink { kPlain, kBold, kFaint, kRed, kYellow, kBlue };
[[nodiscard]] std::string painted(std::string_view text, Ink ink, const Style& style);

/// What came off the wire or out of a feed, made harmless: control characters, malformed UTF-8 and
/// characters that reorder or hide text become "\x1b" and the like; other text stays as it is.
[[nodiscard]] std::string printable(std::string_view text);

/// Columns that printable text takes, one for each code point.
[[nodiscard]] std::size_t columns_of(std::string_view text) noexcept;
/// `text` with blanks behind (or before) it, up to `columns`.
[[nodiscard]] std::string left_aligned(std::string_view text, std::size_t columns);
[[nodiscard]] std::string right_aligned(std::string_view text, std::size_t columns);

/// Lines of at most `columns`, broken at blanks; a word that is longer alone is cut. At least one
/// line. Borrows from `text`.
[[nodiscard]] std::vector<std::string_view> wrapped(std::string_view text, std::size_t columns);

/// A label in a column of its own, then `text` wrapped beside it. Ends with a line feed.
[[nodiscard]] std::string labelled(std::string_view label, std::string_view text,
                                   const Style& style);
inline constexpr std::size_t kLabelColumns = 12;  ///< including the indentation and a blank

}  // namespace sensor::report
