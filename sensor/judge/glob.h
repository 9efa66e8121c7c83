// Patterns for package ids, host names and device ids: `*` stands for any run of characters, dots
// included, and `?` for exactly one.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "lib/bytes/letters.h"

namespace sensor::judge {

/// Linear in practice: only the last `*` is ever tried again.
[[nodiscard]] constexpr bool glob_matches(std::string_view pattern,
                                          std::string_view text) noexcept {
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = std::string_view::npos;
    std::size_t resume = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            resume = t;
        } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
            ++p;
            ++t;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            t = ++resume;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

[[nodiscard]] inline bool any_glob_matches(const std::vector<std::string>& patterns,
                                           std::string_view text) noexcept {
    return std::ranges::any_of(
        patterns, [text](const std::string& pattern) { return glob_matches(pattern, text); });
}

/// Host names compare without regard to case (RFC 4343); patterns for them are kept so.
using bytes::lower_case;

}  // namespace sensor::judge
