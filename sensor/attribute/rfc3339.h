// Times as events write them: RFC 3339 §5.6, "2026-09-20T07:02:10.900Z". Cold path.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sensor/model/timestamp.h"

namespace sensor::attribute {

namespace rfc3339 {

/// Takes digits off the front of a text; every read past what is expected fails it for good.
class Reader {
  public:
    constexpr explicit Reader(std::string_view text) noexcept : rest_{text} {}

    [[nodiscard]] constexpr bool ok() const noexcept { return ok_; }
    [[nodiscard]] constexpr bool empty() const noexcept { return rest_.empty(); }
    [[nodiscard]] constexpr bool next_is_digit() const noexcept {
        return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9';
    }
    constexpr int digit() noexcept {
        if (!next_is_digit()) {
            ok_ = false;
            return 0;
        }
        const int value = rest_.front() - '0';
        rest_.remove_prefix(1);
        return value;
    }
    constexpr int number(int digits) noexcept {
        int value = 0;
        for (; digits != 0; --digits)
            value = value * 10 + digit();
        return value;
    }
    /// The next character if it is one of `wanted`; nothing is taken otherwise.
    constexpr char take_one_of(std::string_view wanted) noexcept {
        if (rest_.empty() || wanted.find(rest_.front()) == std::string_view::npos) return '\0';
        const char taken = rest_.front();
        rest_.remove_prefix(1);
        return taken;
    }
    constexpr void expect(std::string_view wanted) noexcept {
        if (take_one_of(wanted) == '\0') ok_ = false;
    }

  private:
    std::string_view rest_;
    bool ok_ = true;
};

/// One to nine digits after the point, in nanoseconds.
constexpr Duration read_fraction(Reader& in) noexcept {
    std::int64_t nanoseconds = in.digit();
    int digits = 1;
    for (; in.next_is_digit() && digits < 9; ++digits)
        nanoseconds = nanoseconds * 10 + in.digit();
    for (; digits < 9; ++digits)
        nanoseconds *= 10;
    return Duration{nanoseconds};
}

/// "Z", "+02:00"; what to subtract for UTC.
constexpr std::optional<std::chrono::minutes> read_offset(Reader& in) noexcept {
    const char sign = in.take_one_of("Zz+-");
    if (sign == '\0') return std::nullopt;
    if (sign == 'Z' || sign == 'z') return std::chrono::minutes{0};
    const int hours = in.number(2);
    in.expect(":");
    const int minutes = in.number(2);
    if (hours > 23 || minutes > 59) return std::nullopt;
    const std::chrono::minutes offset{hours * 60 + minutes};
    return sign == '-' ? -offset : offset;
}

}  // namespace rfc3339

/// Whether rfc3339_text() writes it and parse_rfc3339() reads it: the years 1970 to 2261, UTC,
/// which nanoseconds in 64 bits reach.
[[nodiscard]] constexpr bool is_writable(Timestamp time) noexcept {
    constexpr Timestamp kEnd{
        std::chrono::sys_days{std::chrono::year{2262} / std::chrono::January / 1}};
    return time >= Timestamp{} && time < kEnd;
}

/// Nothing unless `text` is a date and time with "Z" or an offset and nothing else. Up to nine
/// digits of a second are kept; a leap second (:60) is the next minute's start. Nor is there any
/// that is not writable.
[[nodiscard]] constexpr std::optional<Timestamp> parse_rfc3339(std::string_view text) noexcept {
    rfc3339::Reader in{text};
    const int year = in.number(4);
    in.expect("-");
    const auto month = static_cast<unsigned>(in.number(2));
    in.expect("-");
    const auto day = static_cast<unsigned>(in.number(2));
    in.expect("Tt ");
    const int hour = in.number(2);
    in.expect(":");
    const int minute = in.number(2);
    in.expect(":");
    const int second = in.number(2);
    Duration fraction{0};
    if (in.take_one_of(".") != '\0') fraction = rfc3339::read_fraction(in);
    const auto offset = rfc3339::read_offset(in);
    const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month},
                                           std::chrono::day{day}};
    if (!in.ok() || !in.empty() || !offset || !date.ok()) return std::nullopt;
    if (year < 1970 || year > 2261 || hour > 23 || minute > 59 || second > 60) return std::nullopt;
    const Timestamp time =
        Timestamp{std::chrono::sys_days{date} + std::chrono::hours{hour} +
                  std::chrono::minutes{minute} + std::chrono::seconds{second} - *offset} +
        fraction;
    return is_writable(time) ? std::optional{time} : std::nullopt;
}

/// "2026-09-20T07:02:10.900000000Z", which reads back as the same moment.
[[nodiscard]] std::string rfc3339_text(Timestamp time);

}  // namespace sensor::attribute
