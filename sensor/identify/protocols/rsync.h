// rsync: the daemon's protocol, which both sides begin with "@RSYNCD: <version>.<sub> <digests>"
// (rsync 3.x, csprotocol.txt). A daemon's later answers in lines count too.
#pragma once

#include <array>

#include "sensor/identify/text_line.h"

namespace sensor::identify::rsync {

inline constexpr std::array kSignatures{
    Signature{R"(^@RSYNCD: [0-9])"},
    Signature{R"(^@RSYNCD: (OK|AUTHREQD|EXIT))", Role::kServer},
};

inline constexpr std::string_view kStart = "@RSYNCD: ";

/// "31", "31.0", and since 32 names of digests.
[[nodiscard]] constexpr bool is_greeting(std::string_view rest) noexcept {
    const auto version = text::take_word(rest);
    const auto dot = version.find('.');
    const auto main = version.substr(0, dot);
    const bool has_sub = dot != std::string_view::npos;
    return text::is_number(main) && main.size() <= 3 &&
           (!has_sub || (text::is_number(version.substr(dot + 1)) && version.size() <= 7)) &&
           text::is_made_of(rest, " -_");
}

/// What a daemon says instead of a greeting, in the middle of a session.
[[nodiscard]] constexpr bool is_answer(std::string_view rest) noexcept {
    return rest == "OK" || rest == "EXIT" ||
           (rest.starts_with("AUTHREQD ") && text::is_visible(rest.substr(9)));
}

[[nodiscard]] inline Verdict validate(const Exchange& exchange) noexcept {
    constexpr std::size_t kLongest = 256;  // bytes
    text::LineReader lines{exchange.said};
    std::string_view line;
    if (!lines.next(line)) {
        const auto begun = bytes::text_of(exchange.said);
        const bool is_start = kStart.starts_with(begun.substr(0, kStart.size()));
        return {is_start && begun.size() < kLongest && lines.may_go_on() ? Match::kNeedMore
                                                                         : Match::kNo};
    }
    if (!line.starts_with(kStart)) return {Match::kNo};
    line.remove_prefix(kStart.size());
    if (is_greeting(line)) return {Match::kYes};
    return {is_answer(line) ? Match::kYes : Match::kNo, Role::kServer};
}

inline constexpr Protocol kProtocol{
    .name = "rsync",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::rsync
