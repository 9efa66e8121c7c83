#include "sensor/judge/wording.h"

#include <algorithm>
#include <array>
#include <utility>

namespace sensor::judge {
namespace {

using namespace std::chrono_literals;

std::string two_digits(std::int64_t value) {
    return (value < 10 ? "0" : "") + std::to_string(value);
}

}  // namespace

std::string clock_time(Timestamp time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(time - day)};
    return two_digits(clock.hours().count()) + ":" + two_digits(clock.minutes().count()) + ":" +
           two_digits(clock.seconds().count()) + "Z";
}

std::string length_of(Duration duration) {
    if (duration < 1s) return std::to_string(std::max<std::int64_t>(duration / 1ms, 0)) + " ms";
    constexpr std::array<std::pair<Duration, const char*>, 4> kUnits{
        {{24h, " d"}, {1h, " h"}, {1min, " min"}, {1s, " s"}}};
    std::string text;
    for (const auto& [unit, name] : kUnits) {
        const auto count = duration / unit;
        if (count == 0 && text.empty()) continue;
        duration -= count * unit;
        if (text.empty()) {
            text = std::to_string(count) + name;
        } else {
            if (count != 0) text += " " + std::to_string(count) + name;
            break;
        }
    }
    return text;
}

}  // namespace sensor::judge
