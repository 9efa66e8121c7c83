// Replies of a three-digit code and text, as SMTP (RFC 5321 §4.2) and FTP (RFC 959 §4.2) servers
// send them. Their greetings look alike: "220 host ready". Hot path.
#pragma once

#include "sensor/identify/text_line.h"

namespace sensor::identify::text {

/// What stands between the first and the last line of a reply of several lines.
enum class Inner : std::uint8_t {
    kCoded,  ///< "250-" before every line: SMTP
    kFree,   ///< anything: FTP
};

struct Reply {
    Match match = Match::kNo;  ///< kNeedMore: legal so far, its last line is missing
    unsigned code = 0;
    std::string_view text;  ///< all its lines, borrowed, without the first line's code
};

/// The code of "250 text", "250-text" or "250"; 0 if `line` has none. The second digit is at
/// most 5 in both protocols.
[[nodiscard]] constexpr unsigned code_of(std::string_view line) noexcept {
    if (line.size() < 3 || !std::ranges::all_of(line.substr(0, 3), is_digit)) return 0;
    if (line[0] < '1' || line[0] > '5' || line[1] > '5') return 0;
    if (line.size() > 3 && line[3] != ' ' && line[3] != '-') return 0;
    return static_cast<unsigned>((line[0] - '0') * 100 + (line[1] - '0') * 10 + line[2] - '0');
}

/// Reads one reply.
[[nodiscard]] inline Reply take_reply(LineReader& lines, Inner inner) noexcept {
    Reply reply;
    std::string_view line;
    while (lines.next(line)) {
        if (line.size() >= kMaxLine || !is_plain(line)) return {};
        const unsigned code = code_of(line);
        if (reply.code == 0) {
            if (code == 0) return {};
            reply.code = code;
            reply.text = line.substr(std::min<std::size_t>(line.size(), 4));
        } else {
            if (inner == Inner::kCoded && code != reply.code) return {};
            const auto end =
                static_cast<std::size_t>(line.data() + line.size() - reply.text.data());
            reply.text = {reply.text.data(), end};
        }
        const bool is_last = code == reply.code && (line.size() == 3 || line[3] == ' ');
        if (is_last) {
            reply.match = Match::kYes;
            return reply;
        }
    }
    reply.match = lines.may_go_on() ? Match::kNeedMore : Match::kNo;
    return reply;
}

/// True if a word of `text` contains `name`, whatever the case. A word with a dot inside is a
/// host's name or a version, and says nothing: ftp.example.org may well greet as a mail server.
[[nodiscard]] constexpr bool mentions(std::string_view text, std::string_view name) noexcept {
    constexpr std::string_view kBetween = " \t\r\n";
    while (!text.empty()) {
        const auto end = text.find_first_of(kBetween);
        auto word = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (word.ends_with('.')) word.remove_suffix(1);
        if (word.find('.') != std::string_view::npos) continue;
        for (std::size_t at = 0; at + name.size() <= word.size(); ++at) {
            if (same(word.substr(at, name.size()), name)) return true;
        }
    }
    return false;
}

/// Whether a greeting names `mine` and not `other`, its look-alike.
[[nodiscard]] constexpr Weight weigh_greeting(std::string_view text, std::string_view mine,
                                              std::string_view other) noexcept {
    const bool is_mine = mentions(text, mine);
    const bool is_other = mentions(text, other);
    if (is_mine == is_other) return Weight::kShared;
    return is_mine ? Weight::kOwn : Weight::kIllegal;
}

}  // namespace sensor::identify::text
