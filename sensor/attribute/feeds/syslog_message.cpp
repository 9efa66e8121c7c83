#include "sensor/attribute/feeds/syslog_message.h"

#include <algorithm>
#include <charconv>

#include "sensor/attribute/rfc3339.h"

namespace sensor::attribute::feeds {
namespace {

/// Takes fields off the front of a message; the first thing wrong is kept.
class Reader {
  public:
    explicit Reader(std::string_view rest) noexcept : rest_{rest} {}

    [[nodiscard]] bool ok() const noexcept { return error_.empty(); }
    [[nodiscard]] const std::string& error() const noexcept { return error_; }
    [[nodiscard]] std::string_view rest() const noexcept { return rest_; }

    void expect(std::string_view text, const char* what) {
        if (rest_.starts_with(text)) {
            rest_.remove_prefix(text.size());
        } else {
            fail(what);
        }
    }
    void priority() {
        unsigned value = 0;
        const char* end = rest_.data() + rest_.size();
        const auto read = std::from_chars(rest_.data(), end, value);
        constexpr unsigned kMost = 191;
        if (read.ec != std::errc{} || value > kMost) return fail("a priority from 0 to 191");
        rest_.remove_prefix(static_cast<std::size_t>(read.ptr - rest_.data()));
    }
    /// What stands before the next blank, and the blank; empty for "-".
    std::string_view field(const char* what) {
        const std::size_t end = rest_.find(' ');
        if (end == std::string_view::npos || end == 0) {
            fail(what);
            return {};
        }
        const std::string_view text = rest_.substr(0, end);
        rest_.remove_prefix(end + 1);
        return text == "-" ? std::string_view{} : text;
    }
    void structured_data() {
        if (rest_.starts_with('-')) return rest_.remove_prefix(1);
        if (!rest_.starts_with('[')) return fail("structured data, or -");
        while (ok() && rest_.starts_with('['))
            element();
    }

  private:
    void fail(const char* what) {
        if (ok()) error_ = std::string{"expected "} + what + ", as RFC 5424 has it";
        rest_ = {};
    }
    /// "[id name="value" ...]"; in a value, a backslash lets the next character stand for itself.
    void element() {
        bool is_quoted = false;
        for (std::size_t i = 1; i < rest_.size(); ++i) {
            const char c = rest_[i];
            if (is_quoted && c == '\\') {
                ++i;
            } else if (c == '"') {
                is_quoted = !is_quoted;
            } else if (c == ']' && !is_quoted) {
                return rest_.remove_prefix(i + 1);
            }
        }
        fail("the end of the structured data");
    }

    std::string_view rest_;
    std::string error_;
};

}  // namespace

result::Result<SyslogMessage> parse_syslog(std::string_view message) {
    constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
    Reader in{message};
    in.expect("<", "'<' and a priority");
    if (in.ok()) in.priority();
    if (in.ok()) in.expect(">1 ", "'>1 '");
    SyslogMessage read;
    if (in.ok()) {
        const std::string_view time = in.field("a time, or -");
        read.time = parse_rfc3339(time);
        if (in.ok() && !time.empty() && !read.time) {
            return result::Error{"expected a time such as 2026-09-20T07:02:10.900Z, or -"};
        }
    }
    if (in.ok()) (void)in.field("a host name, or -");
    if (in.ok()) read.app_name = in.field("an APP-NAME, or -");
    if (in.ok()) (void)in.field("a PROCID, or -");
    if (in.ok()) (void)in.field("a MSGID, or -");
    if (in.ok()) in.structured_data();
    if (in.ok() && !in.rest().empty()) in.expect(" ", "a blank before the text");
    if (!in.ok()) return result::Error{in.error()};
    read.text = in.rest();
    if (read.text.starts_with(kByteOrderMark)) read.text.remove_prefix(kByteOrderMark.size());
    return read;
}

std::optional<std::string_view> SyslogFrames::next() {
    const bool has_lines = framing_ == SyslogFraming::kAny;
    while (has_lines && taken_ < held_.size() && (held_[taken_] == '\r' || held_[taken_] == '\n'))
        ++taken_;
    const auto rest = std::string_view{held_}.substr(taken_);
    if (rest.empty() || !error_.empty()) return std::nullopt;
    if (has_lines && rest.front() == '<') return next_line(rest);
    if (rest.front() >= '1' && rest.front() <= '9') return next_counted(rest);
    error_ = has_lines ? "expected a length, or '<'" : "expected a length";
    return std::nullopt;
}

std::optional<std::string_view> SyslogFrames::next_line(std::string_view rest) {
    const std::size_t end = rest.find('\n', searched_);
    searched_ = end == std::string_view::npos ? rest.size() : 0;
    if (std::min(end, rest.size()) > most_bytes_) {
        error_ = "a message is too long";
        return std::nullopt;
    }
    if (end == std::string_view::npos) return std::nullopt;
    taken_ += end + 1;
    rest = rest.substr(0, end);
    if (rest.ends_with('\r')) rest.remove_suffix(1);
    return rest;
}

std::optional<std::string_view> SyslogFrames::next_counted(std::string_view rest) {
    std::size_t length = 0;
    const char* end = rest.data() + rest.size();
    const auto read = std::from_chars(rest.data(), end, length);
    if (read.ec != std::errc{} || length > most_bytes_) {
        error_ = "a message is too long";
        return std::nullopt;
    }
    if (read.ptr == end) return std::nullopt;
    if (*read.ptr != ' ') {
        error_ = "expected a blank behind the length";
        return std::nullopt;
    }
    const auto start = static_cast<std::size_t>(read.ptr - rest.data()) + 1;
    if (rest.size() - start < length) return std::nullopt;
    taken_ += start + length;
    return rest.substr(start, length);
}

}  // namespace sensor::attribute::feeds
