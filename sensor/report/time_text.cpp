#include "sensor/report/time_text.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace sensor::report {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

char* put_two_digits(char* at, unsigned value) noexcept {
    *at++ = static_cast<char>('0' + value / 10);
    *at++ = static_cast<char>('0' + value % 10);
    return at;
}

/// "2026-09-21"; a Timestamp reaches from the year 1677 to 2262.
char* put_date(char* at, std::chrono::sys_days day) noexcept {
    const std::chrono::year_month_day date{day};
    const auto year = static_cast<unsigned>(static_cast<int>(date.year()));
    at = put_two_digits(put_two_digits(at, year / 100), year % 100);
    *at++ = '-';
    at = put_two_digits(at, static_cast<unsigned>(date.month()));
    *at++ = '-';
    return put_two_digits(at, static_cast<unsigned>(date.day()));
}

/// "07:02:11", of the seconds of a day.
char* put_clock(char* at, seconds of_day) noexcept {
    const auto second = static_cast<unsigned>(of_day.count());
    at = put_two_digits(at, second / 3600);
    *at++ = ':';
    at = put_two_digits(at, second / 60 % 60);
    *at++ = ':';
    return put_two_digits(at, second % 60);
}

/// "2026-09-21T07:02:11.420000"
char* put_microseconds(char* at, Timestamp time) noexcept {
    const auto day = std::chrono::floor<days>(time);
    const auto second = std::chrono::floor<seconds>(time - day);
    const auto rest = std::chrono::floor<std::chrono::microseconds>(time - day - second);
    const auto micros = static_cast<unsigned>(rest.count());
    at = put_date(at, day);
    *at++ = 'T';
    at = put_clock(at, second);
    *at++ = '.';
    at = put_two_digits(at, micros / 10'000);
    at = put_two_digits(at, micros / 100 % 100);
    return put_two_digits(at, micros % 100);
}

/// "07:02:11"
std::string clock_digits(Timestamp time) {
    std::array<char, 8> text;
    put_clock(text.data(), std::chrono::floor<seconds>(time - std::chrono::floor<days>(time)));
    return {text.data(), text.size()};
}

bool is_same_day(Timestamp a, Timestamp b) noexcept {
    return std::chrono::floor<days>(a) == std::chrono::floor<days>(b);
}

/// "4 min 10 s", or "4 min" if nothing is left over.
std::string pair_text(long long large, const char* large_unit, long long small,
                      const char* small_unit) {
    std::string text = std::to_string(large) + " " + large_unit;
    if (small != 0) text += " " + std::to_string(small) + " " + small_unit;
    return text;
}

}  // namespace

std::string date_text(Timestamp time) {
    std::array<char, 10> text;
    put_date(text.data(), std::chrono::floor<days>(time));
    return {text.data(), text.size()};
}

std::string clock_text(Timestamp time) {
    return clock_digits(time) + "Z";
}

std::string date_clock_text(Timestamp time) {
    return date_text(time) + " " + clock_text(time);
}

EveTimeText eve_time_text(Timestamp time) noexcept {
    return EveTimeText{[time](char* at) noexcept {
        return std::ranges::copy(std::string_view{"+0000"}, put_microseconds(at, time)).out;
    }};
}

Rfc3339Text rfc3339_text(Timestamp time) noexcept {
    return Rfc3339Text{[time](char* at) noexcept {
        at = put_microseconds(at, time);
        *at++ = 'Z';
        return at;
    }};
}

std::optional<Timestamp> read_eve_time(std::string_view text) noexcept {
    constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:dd.dddddd+0000";
    const bool is_of_form = std::ranges::equal(text, kForm, [](char c, char form) {
        return form == 'd' ? c >= '0' && c <= '9' : c == form;
    });
    if (!is_of_form) return std::nullopt;
    const auto number = [text](std::size_t at, std::size_t digits) {
        unsigned value = 0;
        std::from_chars(text.data() + at, text.data() + at + digits, value);
        return value;
    };
    const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(number(0, 4))},
                                           std::chrono::month{number(5, 2)},
                                           std::chrono::day{number(8, 2)}};
    constexpr std::chrono::year kFirst{1970};  // nanoseconds since then in 64 bits end in 2262
    constexpr std::chrono::year kLast{2261};
    const unsigned hour = number(11, 2);
    const unsigned minute = number(14, 2);
    const unsigned second = number(17, 2);
    const bool is_date = date.ok() && date.year() >= kFirst && date.year() <= kLast;
    if (!is_date || hour > 23 || minute > 59 || second > 59) return std::nullopt;
    return Timestamp{std::chrono::sys_days{date}} + hours{hour} + minutes{minute} +
           seconds{second} + std::chrono::microseconds{number(20, 6)};
}

std::string span_text(Timestamp from, Timestamp to) {
    if (!is_same_day(from, to)) return date_span_text(from, to);
    return clock_digits(from) + " to " + clock_text(to);
}

std::string date_span_text(Timestamp from, Timestamp to) {
    const std::string end = is_same_day(from, to) ? clock_text(to) : date_clock_text(to);
    return date_text(from) + " " + clock_digits(from) + " to " + end;
}

std::string duration_text(Duration duration) {
    if (duration < Duration::zero()) return "-" + duration_text(-duration);
    if (duration == Duration::zero()) return "0 s";
    if (duration < seconds{1}) {
        return std::to_string(std::chrono::floor<milliseconds>(duration).count()) + " ms";
    }
    const auto whole = std::chrono::floor<seconds>(duration).count();
    if (whole < 60) return std::to_string(whole) + " s";
    if (whole < 3600) return pair_text(whole / 60, "min", whole % 60, "s");
    if (whole < 86400) return pair_text(whole / 3600, "h", whole / 60 % 60, "min");
    return pair_text(whole / 86400, "d", whole / 3600 % 24, "h");
}

std::string interval_text(Duration interval, Duration beside) {
    const auto rounded = std::chrono::round<seconds>(interval);
    if (std::max(interval, beside) >= minutes{10}) return duration_text(rounded);
    const auto tenths = (std::chrono::round<milliseconds>(interval).count() + 50) / 100;
    if (rounded >= seconds{10} || tenths % 10 == 0) return std::to_string(rounded.count()) + " s";
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

double seconds_of(Duration duration) noexcept {
    return static_cast<double>(std::chrono::round<milliseconds>(duration).count()) / 1000.0;
}

}  // namespace sensor::report
