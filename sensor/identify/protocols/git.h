// git: the git:// transport (git, gitprotocol-pack(5), gitprotocol-common(5), gitprotocol-v2(5)):
// pkt-lines, whose first four characters are their length in hexadecimal.
#pragma once

#include <array>

#include "sensor/identify/text_line.h"

namespace sensor::identify::git {

inline constexpr std::array kSignatures{
    Signature{R"(^[0-9a-fA-F][0-9a-fA-F][0-9a-fA-F][0-9a-fA-F]git-)", Role::kClient},
    Signature{
        R"(^0[0-9a-fA-F][0-9a-fA-F][0-9a-fA-F]([0-9a-f][0-9a-f][0-9a-f][0-9a-f]|version |ERR ))",
        Role::kServer},
};

inline constexpr std::size_t kLongestLine = 65520;  // bytes, length included

struct Line {
    Match match = Match::kNo;  ///< kNeedMore: cut; `text` is what there is of it
    std::string_view text = {};
};

[[nodiscard]] constexpr int hex_value(char c) noexcept {
    if (text::is_digit(c)) return c - '0';
    const char small = text::lower(c);
    return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

[[nodiscard]] constexpr Line read_line(std::string_view said) noexcept {
    constexpr std::size_t kDigits = 4;
    std::size_t length = 0;
    for (const char c : said.substr(0, kDigits)) {
        const int value = hex_value(c);
        if (value < 0) return {};
        length = length * 16 + static_cast<std::size_t>(value);
    }
    if (said.size() < kDigits) return {Match::kNeedMore};
    if (length <= kDigits || length > kLongestLine) return {};
    const auto text = said.substr(kDigits, length - kDigits);
    return {text.size() == length - kDigits ? Match::kYes : Match::kNeedMore, text};
}

/// "git-upload-pack /project NUL host=name NUL", then a NUL and parameters since version 1, each
/// ended by a NUL. Nothing follows before the server answers.
[[nodiscard]] constexpr Match match_request(std::string_view said) noexcept {
    constexpr std::array<std::string_view, 3> kServices{"git-upload-pack ", "git-receive-pack ",
                                                        "git-upload-archive "};
    const Line line = read_line(said);
    if (line.match == Match::kNo) return line.match;
    const auto service = std::ranges::find_if(kServices, [&](std::string_view each) {
        return each.starts_with(line.text.substr(0, each.size()));
    });
    if (service == kServices.end()) return Match::kNo;
    if (line.match == Match::kNeedMore) return line.match;
    auto rest = line.text;
    rest.remove_prefix(std::min(rest.size(), service->size()));
    auto path = rest.substr(0, rest.find('\0'));
    rest.remove_prefix(path.size());
    if (path.ends_with('\n')) path.remove_suffix(1);
    const bool has_host = !rest.empty();
    const bool is_legal = !path.empty() && text::is_text(path) &&
                          (!has_host || rest.back() == '\0') && said.size() == line.text.size() + 4;
    return is_legal ? Match::kYes : Match::kNo;
}

/// An object's name, SHA-1 or SHA-256, in lower case; its length, or 0.
[[nodiscard]] constexpr std::size_t object_length(std::string_view text) noexcept {
    const auto is_hex = [](char c) { return hex_value(c) >= 0 && text::lower(c) == c; };
    const auto end = std::ranges::find_if_not(text, is_hex);
    const auto length = static_cast<std::size_t>(end - text.begin());
    return length == 40 || length == 64 ? length : 0;
}

/// The first ref and, behind a NUL, what the server can do; a version; or an error.
[[nodiscard]] constexpr Match match_answer(std::string_view said) noexcept {
    const Line line = read_line(said);
    if (line.match == Match::kNo) return line.match;
    const auto text = line.text;
    if (text.starts_with("ERR ")) {
        auto error = text.substr(4);
        if (error.ends_with('\n')) error.remove_suffix(1);
        return text::is_text(error) ? line.match : Match::kNo;
    }
    if (text.starts_with("version ")) {
        const bool is_version = text == "version 1\n" || text == "version 2\n";
        return line.match == Match::kYes && !is_version ? Match::kNo : line.match;
    }
    constexpr std::size_t kNames = 64 + sizeof " capabilities^{}";  // bytes, both names at most
    if (line.match == Match::kNeedMore && text.size() < kNames) return Match::kNeedMore;
    const std::size_t object = object_length(text);
    if (object == 0 || text.size() <= object || text[object] != ' ') return Match::kNo;
    const auto ref = text.substr(object + 1, text.find('\0') - object - 1);
    const bool is_ref =
        ref.starts_with("refs/") || ref.starts_with("HEAD") || ref.starts_with("capabilities^{}");
    return is_ref ? line.match : Match::kNo;
}

[[nodiscard]] inline Verdict validate(const Exchange& exchange) noexcept {
    const auto said = bytes::text_of(exchange.said);
    const bool asks = said.size() > 4 && said[4] == 'g';
    return asks ? Verdict{match_request(said), Role::kClient}
                : Verdict{said.size() > 4 ? match_answer(said) : read_line(said).match,
                          Role::kServer};
}

inline constexpr Protocol kProtocol{
    .name = "git",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::git
