// Signing certificates, platforms and hours, read from YAML.
#include <algorithm>
#include <optional>

#include "lib/bytes/letters.h"
#include "sensor/judge/policy_sections.h"

namespace sensor::judge {
namespace {

std::optional<unsigned> two_digits(std::string_view text, std::size_t at, unsigned most) {
    const auto is_digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
    if (text.size() < at + 2 || !is_digit(at) || !is_digit(at + 1)) return std::nullopt;
    const auto value = static_cast<unsigned>((text[at] - '0') * 10 + (text[at + 1] - '0'));
    return value <= most ? std::optional{value} : std::nullopt;
}

/// "08:30"
std::optional<std::chrono::minutes> clock_at(std::string_view text, std::size_t at) {
    const auto hour = two_digits(text, at, 24);
    const auto minute = two_digits(text, at + 3, 59);
    if (!hour || !minute || text[at + 2] != ':') return std::nullopt;
    const std::chrono::minutes time = std::chrono::hours{*hour} + std::chrono::minutes{*minute};
    return time <= std::chrono::hours{24} ? std::optional{time} : std::nullopt;
}

/// "Z", "+01:00"
std::optional<std::chrono::minutes> zone_of(std::string_view text) {
    if (text == "Z") return std::chrono::minutes{0};
    if (text.size() != 6 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
    const auto offset = clock_at(text, 1);
    constexpr std::chrono::hours kFarthest{14};
    if (!offset || *offset > kFarthest) return std::nullopt;
    return text[0] == '-' ? -*offset : *offset;
}

std::optional<Hours> hours_of(std::string_view text) {
    constexpr std::size_t kClocks = 11;  // "08:00-18:00"
    if (text.size() <= kClocks || text[5] != '-') return std::nullopt;
    const auto from = clock_at(text, 0);
    const auto until = clock_at(text, 6);
    const auto offset = zone_of(text.substr(kClocks));
    if (!from || !until || !offset || *from == *until) return std::nullopt;
    return Hours{.text = std::string{text}, .from = *from, .until = *until, .offset = *offset};
}

/// Colons and capitals, as tools print certificates, are taken away.
std::optional<std::string> signer_of(std::string_view text) {
    constexpr std::size_t kDigits = 64;
    std::string digits;
    for (const char c : text) {
        if (c == ':') continue;
        const char digit = bytes::to_lower(c);
        if ((digit < '0' || digit > '9') && (digit < 'a' || digit > 'f')) return std::nullopt;
        digits += digit;
    }
    return digits.size() == kDigits ? std::optional{digits} : std::nullopt;
}

template <class Read>
auto read_each(const yaml::Node& node, std::string_view expected, Read&& read,
               yaml::Problems& problems) {
    std::vector<typename std::invoke_result_t<Read, std::string_view>::value_type> values;
    for (const yaml::Node& element : node.elements()) {
        const auto text = yaml::as_text(element, problems);
        if (!text) continue;
        if (auto value = read(*text)) {
            values.push_back(std::move(*value));
        } else {
            problems.error(element.place(),
                           "expected " + std::string{expected} + ", got '" + *text + "'");
        }
    }
    return values;
}

std::optional<Platform> platform_of(std::string_view text) {
    if (text == "android") return Platform::kAndroid;
    if (text == "ios") return Platform::kIos;
    return std::nullopt;
}

}  // namespace

Conditions read_conditions(yaml::Map& map, const Reading& reading) {
    return {.signers = read_each(map.optional("signers"),
                                 "the SHA-256 of a signing certificate, 64 hexadecimal digits",
                                 signer_of, reading.problems),
            .platforms = read_each(map.optional("platforms"), "android or ios", platform_of,
                                   reading.problems),
            .hours = read_each(map.optional("hours"),
                               "hours with their zone, such as 08:00-18:00+01:00 or 22:00-06:00Z",
                               hours_of, reading.problems),
            .app_managed = yaml::as_bool(map.optional("app_managed"), reading.problems)};
}

}  // namespace sensor::judge
