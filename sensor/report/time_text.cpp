#include "sensor/report/time_text.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace sensor::report {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

std::string two_digits(long long value) {
    return (value < 10 ? "0" : "") + std::to_string(value);
}

/// "07:02:11"
std::string clock_digits(Timestamp time) {
    const auto day = std::chrono::floor<days>(time);
    const std::chrono::hh_mm_ss clock{std::chrono::floor<seconds>(time) - day};
    return two_digits(clock.hours().count()) + ":" + two_digits(clock.minutes().count()) + ":" +
           two_digits(clock.seconds().count());
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
    const std::chrono::year_month_day date{std::chrono::floor<days>(time)};
    return std::to_string(static_cast<int>(date.year())) + "-" +
           two_digits(static_cast<unsigned>(date.month())) + "-" +
           two_digits(static_cast<unsigned>(date.day()));
}

std::string clock_text(Timestamp time) {
    return clock_digits(time) + "Z";
}

std::string date_clock_text(Timestamp time) {
    return date_text(time) + " " + clock_text(time);
}

std::string eve_time_text(Timestamp time) {
    const auto whole = std::chrono::floor<seconds>(time);
    const auto rest = std::chrono::floor<std::chrono::microseconds>(time - whole);
    std::array<char, 8> fraction{};
    std::snprintf(fraction.data(), fraction.size(), ".%06d", static_cast<int>(rest.count()));
    return date_text(time) + "T" + clock_digits(time) + fraction.data() + "+0000";
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
