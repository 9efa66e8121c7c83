#include "sensor/identify/protocols/imap.h"

#include <charconv>

#include "sensor/identify/upgrade.h"

namespace sensor::identify::imap {
namespace {

/// Hands out commands or responses, each without the literals in it: "{5}" at a line's end makes
/// the next five bytes and the line after them a part of it, RFC 9051 §4.3.
class MessageReader {
  public:
    explicit MessageReader(bytes::View said) noexcept : rest_{bytes::text_of(said)} {}

    /// False if no whole one is left; `line` is its first line.
    [[nodiscard]] bool next(std::string_view& line) noexcept {
        if (!take_line(line)) return false;
        std::size_t literal = 0;
        for (auto last = line; literal_length(last, literal);) {
            if (literal > rest_.size()) return false;
            rest_.remove_prefix(literal);
            if (!take_line(last)) return false;
        }
        return true;
    }
    [[nodiscard]] std::string_view rest() const noexcept { return rest_; }

  private:
    [[nodiscard]] bool take_line(std::string_view& line) noexcept {
        const auto end = rest_.find('\n');
        if (end == std::string_view::npos) return false;
        line = rest_.substr(0, end);
        rest_.remove_prefix(end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        return true;
    }
    /// "{5}", or "{5+}" of which the client does not wait for leave, RFC 7888.
    [[nodiscard]] static bool literal_length(std::string_view line, std::size_t& length) noexcept {
        if (!line.ends_with('}')) return false;
        line.remove_suffix(1);
        if (line.ends_with('+') || line.ends_with('-')) line.remove_suffix(1);
        const auto brace = line.rfind('{');
        if (brace == std::string_view::npos) return false;
        const auto digits = line.substr(brace + 1);
        if (!text::is_number(digits)) return false;
        return std::from_chars(digits.data(), digits.data() + digits.size(), length).ec ==
               std::errc{};
    }

    std::string_view rest_;
};

/// A command that decides how the session goes on.
struct Turn {
    std::string_view tag;
    bool secures = false;  ///< STARTTLS, RFC 9051 §6.2.1; else LOGIN or AUTHENTICATE
};

constexpr bool read_turn(std::string_view line, Turn& turn) noexcept {
    constexpr std::array<std::string_view, 2> kLogins{"LOGIN", "AUTHENTICATE"};
    auto rest = text::without_trailing_space(line);
    turn.tag = text::take_word(rest);
    const auto verb = text::take_word(rest);
    turn.secures = text::same(verb, "STARTTLS") && rest.empty();
    return is_tag(turn.tag) && (turn.secures || text::is_one_of(verb, kLogins));
}

/// The status of the response with `tag`, which stays empty until it is there.
std::string_view find_status(MessageReader& responses, std::string_view tag) noexcept {
    std::string_view line;
    while (responses.next(line)) {
        if (text::take_word(line) == tag) return text::take_word(line);
    }
    return {};
}

}  // namespace

/// STARTTLS is a command of the state before a login, RFC 9051 §6.2; a refused one may be repeated.
Upgrade upgrade(bytes::View client, bytes::View server) noexcept {
    MessageReader commands{client};
    MessageReader responses{server};
    std::string_view line;
    if (!responses.next(line)) return upgrade::wait_for(server);
    if (!text::begins(line, "* OK")) return upgrade::never();  // PREAUTH and BYE: no such state
    while (commands.next(line)) {
        Turn turn;
        if (!read_turn(line, turn)) continue;
        const auto status = find_status(responses, turn.tag);
        if (status.empty()) return upgrade::wait_for(server);
        if (!text::same(status, "OK")) continue;
        if (!turn.secures) return upgrade::never();
        return upgrade::done(client, commands.rest(), server, responses.rest());
    }
    return upgrade::wait_for(client);
}

}  // namespace sensor::identify::imap
