#include "sensor/identify/protocols/syslog.h"

#include <algorithm>
#include <array>
#include <optional>

namespace sensor::identify::syslog {
namespace {

constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
constexpr bool is_visible(char c) noexcept {
    return c > ' ' && c <= '~';
}

/// Text that is read front to back and may end in the middle. What is missing at the end is not
/// wrong: the first mistake, or the end of the text, stays.
class Text {
  public:
    explicit Text(std::string_view text) noexcept : rest_{text} {}

    [[nodiscard]] Match match() const noexcept { return match_; }
    [[nodiscard]] bool ok() const noexcept { return match_ == Match::kYes; }
    [[nodiscard]] std::string_view rest() const noexcept { return rest_; }
    [[nodiscard]] char peek() const noexcept { return rest_.empty() ? '\0' : rest_.front(); }
    void fail() noexcept { match_ = Match::kNo; }

    char next() noexcept {
        if (ok() && rest_.empty()) match_ = Match::kNeedMore;
        if (!ok()) return '\0';
        const char c = rest_.front();
        rest_.remove_prefix(1);
        return c;
    }
    void expect(char wanted) noexcept {
        const char c = next();
        if (ok() && c != wanted) fail();
    }
    /// Exactly `count` digits with a value in the range.
    unsigned number(unsigned count, unsigned lowest, unsigned highest) noexcept {
        unsigned value = 0;
        for (; count != 0 && ok(); --count) {
            const char c = next();
            if (ok() && !is_digit(c)) fail();
            value = value * 10 + static_cast<unsigned>(c - '0');
        }
        if (ok() && (value < lowest || value > highest)) fail();
        return value;
    }
    /// One to `most` visible characters and the blank behind them.
    std::string_view word(std::size_t most) noexcept {
        const std::string_view before = rest_;
        std::size_t size = 0;
        for (char c = next(); ok() && c != ' '; c = next()) {
            if (!is_visible(c) || ++size > most) fail();
        }
        if (ok() && size == 0) fail();
        return before.substr(0, size);
    }

  private:
    std::string_view rest_;
    Match match_ = Match::kYes;
};

/// "<PRI>": eight times the facility, 0-23, and the severity; RFC 5424 §6.2.1. No zero in front.
unsigned read_priority(Text& text) noexcept {
    constexpr unsigned kHighest = 191;
    text.expect('<');
    const char first = text.peek();
    unsigned value = 0;
    unsigned digits = 0;
    for (char c = text.next(); text.ok() && c != '>'; c = text.next()) {
        if (!is_digit(c) || ++digits > 3) text.fail();
        value = value * 10 + static_cast<unsigned>(c - '0');
    }
    const bool is_canonical = digits == 1 || (digits > 1 && first != '0');
    if (text.ok() && (!is_canonical || value > kHighest)) text.fail();
    return value;
}

void read_clock(Text& text) noexcept {
    text.number(2, 0, 23);
    text.expect(':');
    text.number(2, 0, 59);
    text.expect(':');
    text.number(2, 0, 60);  // a leap second, which RFC 3164 has
}
void skip_fraction(Text& text) noexcept {
    if (text.peek() != '.') return;
    text.next();
    text.number(1, 0, 9);
    for (unsigned digits = 1; is_digit(text.peek()) && digits < 9; ++digits)
        text.next();
}

/// "2026-09-21T07:02:11.5Z", RFC 5424 §6.2.3.
void read_timestamp(Text& text) noexcept {
    text.number(4, 1970, 2999);
    text.expect('-');
    text.number(2, 1, 12);
    text.expect('-');
    text.number(2, 1, 31);
    text.expect('T');
    read_clock(text);
    skip_fraction(text);
    if (text.peek() == 'Z') return text.expect('Z');
    const char sign = text.next();
    if (text.ok() && sign != '+' && sign != '-') text.fail();
    text.number(2, 0, 23);
    text.expect(':');
    text.number(2, 0, 59);
}

/// "Sep 21 07:02:11", RFC 3164 §4.1.2; some add a year or a fraction.
void read_old_timestamp(Text& text) noexcept {
    constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::string_view name = text.rest().substr(0, 3);
    for (std::size_t i = 0; i < 3; ++i)
        text.next();
    if (text.ok() && std::ranges::find(kMonths, name) == kMonths.end()) text.fail();
    text.expect(' ');
    const bool is_padded = text.peek() == ' ';
    if (is_padded) text.next();
    // The day has two places; a few write one digit without the blank.
    const bool is_single = is_padded || (text.rest().size() > 1 && !is_digit(text.rest()[1]));
    text.number(is_single ? 1 : 2, 1, 31);
    text.expect(' ');
    const auto rest = text.rest();
    if (rest.size() > 4 && is_digit(rest[2]) && rest[4] == ' ') {
        text.number(4, 1970, 2999);
        text.expect(' ');
    }
    read_clock(text);
    skip_fraction(text);
}

/// RFC 5424 §6.3: nothing, or elements in brackets whose quoted values may hold brackets.
void read_structured_data(Text& text) noexcept {
    if (text.peek() == '-') return text.expect('-');
    text.expect('[');
    bool is_quoted = false;
    for (char c = text.next(); text.ok(); c = text.next()) {
        if (is_quoted && c == '\\') {
            text.next();
        } else if (c == '"') {
            is_quoted = !is_quoted;
        } else if (!is_quoted && c == ']') {
            if (text.peek() != '[') return;
            text.next();
        } else if (!is_quoted && (c < ' ' || c > '~')) {
            text.fail();
        }
    }
}

/// What follows "<PRI>1 ", RFC 5424 §6.
void read_new_header(Text& text) noexcept {
    if (text.peek() == '-') {
        text.expect('-');
    } else {
        read_timestamp(text);
    }
    text.expect(' ');
    text.word(255);  // HOSTNAME
    text.word(48);   // APP-NAME
    text.word(128);  // PROCID
    text.word(32);   // MSGID
    read_structured_data(text);
}

/// A time right behind the priority, or behind the sequence number that routers put there.
void read_old_header(Text& text) noexcept {
    if (is_digit(text.peek())) {
        const auto rest = text.rest();
        const std::size_t end = std::min(rest.find_first_not_of("0123456789"), rest.size());
        if (end < rest.size() && rest[end] == '-') return read_timestamp(text);
        for (std::size_t i = 0; i < end; ++i)
            text.next();
        text.expect(':');
        text.expect(' ');
        if (end > 10) text.fail();
    }
    if (text.peek() == '*' || text.peek() == '.') text.next();  // the clock is not set
    read_old_timestamp(text);
}

/// "tag:" or "tag[pid]:" in front of a message without a time, RFC 3164 §5.3.
bool has_tag(std::string_view text) noexcept {
    constexpr std::size_t kLongest = 48;
    const std::size_t end = text.find_first_of(": ");
    if (end == std::string_view::npos || end == 0 || end > kLongest || text[end] != ':') {
        return false;
    }
    return std::ranges::all_of(text.substr(0, end), is_visible);
}

/// RFC 3164 §4.3.3: readable to the end, tabs and line ends and a final NUL included.
bool is_readable(std::string_view text) noexcept {
    constexpr std::size_t kShortest = 16;  // characters
    if (!text.empty() && text.back() == '\0') text.remove_suffix(1);
    const auto is_legal = [](char c) {
        return (c >= ' ' && c <= '~') || c == '\t' || c == '\n' || c == '\r';
    };
    return text.size() >= kShortest && (is_visible(text.front()) || is_visible(text[1])) &&
           std::ranges::all_of(text, is_legal);
}

/// What a message says that `text` begins with.
struct Message {
    Match header = Match::kNo;
    unsigned priority = 0;
    std::string_view content;  ///< behind the priority; empty if that is not legal
};
Message read_message(std::string_view said) noexcept {
    Text text{said};
    Message message;
    message.priority = read_priority(text);
    message.header = text.match();
    if (!text.ok()) return message;
    message.content = text.rest();
    if (message.content.starts_with("1 ")) {
        text.next();
        text.next();
        read_new_header(text);
    } else {
        read_old_header(text);
    }
    message.header = text.match();
    return message;
}

/// A datagram, or what a frame or line holds.
Match judge_whole(std::string_view said, bool needs_tag) noexcept {
    constexpr unsigned kFirstUser = 8;  // priorities below are the kernel's
    const Message message = read_message(said);
    if (message.header == Match::kYes) return Match::kYes;
    if (message.content.empty() || !is_readable(message.content)) return Match::kNo;
    const bool is_enough =
        has_tag(message.content) || (!needs_tag && message.priority >= kFirstUser);
    return is_enough ? Match::kYes : Match::kNo;
}

/// The digits and the blank of octet counting, RFC 6587 §3.4.1: 0 if it is not used, nothing if it
/// is not legal.
std::optional<std::size_t> read_count(Text& text) noexcept {
    if (text.peek() == '<') return 0;
    std::size_t count = 0;
    unsigned digits = 0;
    for (char c = text.next(); text.ok() && c != ' '; c = text.next()) {
        if (!is_digit(c) || ++digits > 5) return std::nullopt;
        count = count * 10 + static_cast<std::size_t>(c - '0');
    }
    constexpr std::size_t kShortest = 16;  // of a message with a time
    if (text.ok() && count < kShortest) return std::nullopt;
    return count;
}

Match read_stream(std::string_view said) noexcept {
    Text text{said};
    const auto count = read_count(text);
    if (!count) return Match::kNo;
    if (!text.ok()) return text.match();
    const std::string_view rest = text.rest();
    if (*count == 0) {
        const std::size_t end = rest.find('\n');
        if (end == std::string_view::npos) return read_message(rest).header;
        return judge_whole(rest.substr(0, end), true);
    }
    if (rest.size() < *count) return read_message(rest).header;
    const bool is_next = rest.size() == *count || is_digit(rest[*count]) || rest[*count] == '\n';
    return is_next ? judge_whole(rest.substr(0, *count), true) : Match::kNo;
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    const auto said = bytes::text_of(exchange.said);
    const bool is_stream = exchange.transport == Transport::kTcp;
    // Nobody answers, so nobody repeats what the other end said.
    if (exchange.token != 0) return {Match::kNo};
    const Match match = is_stream ? read_stream(said) : judge_whole(said, false);
    return {match, exchange.multicast ? Role::kEither : Role::kClient, 1};
}

}  // namespace sensor::identify::syslog
