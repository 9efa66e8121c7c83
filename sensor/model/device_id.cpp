#include "sensor/model/device_id.h"

#include <algorithm>

#include "lib/bytes/letters.h"

namespace sensor {
namespace {

using bytes::to_lower;
using bytes::to_upper;

constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
constexpr bool is_hexadecimal(char c) noexcept {
    return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'f');
}

std::string mapped(std::string_view value, char (*map)(char)) {
    std::string text{value};
    std::ranges::transform(text, text.begin(), map);
    return text;
}

/// What is left without the separators people write; empty if anything else is not `wanted`.
std::string bare(std::string_view value, bool (*wanted)(char)) {
    std::string digits;
    for (const char c : value) {
        if (wanted(c)) {
            digits += to_lower(c);
        } else if (c != ':' && c != '-' && c != '.' && c != ' ') {
            return {};
        }
    }
    return digits;
}

std::string mac(std::string_view value) {
    constexpr std::size_t kDigits = 12;
    std::string digits = bare(value, is_hexadecimal);
    return digits.size() == kDigits ? digits : std::string{};
}

/// 14 digits, the check digit, or two of the software's version (3GPP TS 23.003, section 6.2).
std::string imei(std::string_view value) {
    constexpr std::size_t kLeast = 14;
    constexpr std::size_t kMost = 16;
    std::string digits = bare(value, is_digit);
    return digits.size() >= kLeast && digits.size() <= kMost ? digits : std::string{};
}

struct Spelling {
    std::string_view prefix;
    std::string value;
};

Spelling spelt(DeviceIdKind kind, std::string_view value) {
    switch (kind) {
        case DeviceIdKind::kSerial: return {"serial:", mapped(value, to_upper)};
        case DeviceIdKind::kImei: return {"imei:", imei(value)};
        case DeviceIdKind::kMeid: return {"meid:", mapped(value, to_upper)};
        case DeviceIdKind::kMac: return {"mac:", mac(value)};
        case DeviceIdKind::kUdid: return {"udid:", mapped(value, to_lower)};
        case DeviceIdKind::kMdm: return {"mdm:", mapped(value, to_lower)};
        case DeviceIdKind::kUser: return {"user:", mapped(value, to_lower)};
    }
    return {};
}

}  // namespace

std::string device_id(DeviceIdKind kind, std::string_view value) {
    const Spelling spelling = spelt(kind, value);
    return spelling.value.empty() ? std::string{} : std::string{spelling.prefix} + spelling.value;
}

}  // namespace sensor
