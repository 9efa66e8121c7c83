#include "sensor/commands/top_numbers.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

#include "sensor/report/wording.h"

namespace sensor::commands {
namespace {

std::string fixed(double number, int places) {
    std::array<char, 32> text;
    const auto written = std::to_chars(text.data(), text.data() + text.size(), number,
                                       std::chars_format::fixed, places);
    return {text.data(), written.ptr};
}

}  // namespace

std::string rate_text(double number) {
    constexpr std::array kUnits{"", "k", "M", "G", "T", "P"};
    constexpr double kThousand = 1000;
    constexpr double kLeast = 0.05;      // below it, one place would show 0.0
    constexpr double kWhole = 99.95;     // from it on, one place would be a fourth digit
    constexpr double kNextUnit = 999.5;  // from it on, it would be rounded to 1000
    if (!(number > 0)) return "0";
    if (number < kLeast) return "<0.1";
    std::size_t unit = 0;
    for (; number >= kNextUnit && unit + 1 < kUnits.size(); ++unit)
        number /= kThousand;
    const bool is_whole = number >= kWhole || (unit == 0 && number == std::floor(number));
    return fixed(number, is_whole ? 0 : 1) + kUnits[unit];
}

std::string count_text(double number) {
    constexpr double kMany = 10'000;
    if (!(number > 0)) return "0";
    if (number >= kMany) return rate_text(number);
    return report::grouped(static_cast<std::uint64_t>(number));
}

std::string share_text(double share) {
    constexpr double kHundred = 100;
    constexpr double kLeast = 0.01;
    if (!(share > 0)) return "0%";
    if (share < kLeast) return "<1%";
    return fixed(std::floor(share * kHundred), 0) + "%";
}

}  // namespace sensor::commands
