#include "sensor/report/record_fields.h"

#include <cmath>

#include "sensor/report/time_text.h"

namespace sensor::report {

void RecordFields::expect(std::string_view key, std::string_view what) const {
    if (!error_.empty()) return;
    error_ = "expected `" + std::string{path_} + std::string{key} + "` to be " + std::string{what};
}

std::string_view RecordFields::text_if(std::string_view key) const {
    const auto value = find(key);
    if (!value) return {};
    const auto text = value->text();
    if (!text) expect(key, "a text");
    return text.value_or(std::string_view{});
}

std::string_view RecordFields::text(std::string_view key) const {
    const std::string_view text = text_if(key);
    if (text.empty()) expect(key, "a text");
    return text;
}

std::uint64_t RecordFields::number(std::string_view key, std::uint64_t most) const {
    const auto value = find(key);
    const auto number = value ? value->unsigned_integer() : std::nullopt;
    if (number && *number <= most) return *number;
    expect(key, "a whole number up to " + std::to_string(most));
    return 0;
}

std::uint64_t RecordFields::number_if(std::string_view key, std::uint64_t most) const {
    return find(key) ? number(key, most) : 0;
}

bool RecordFields::flag_if(std::string_view key) const {
    const auto value = find(key);
    if (!value) return false;
    const auto flag = value->boolean();
    if (!flag) expect(key, "true or false");
    return flag.value_or(false);
}

Timestamp RecordFields::time(std::string_view key) const {
    const auto time = read_eve_time(text_if(key));
    if (!time) expect(key, "a time such as 2026-09-21T07:02:11.420000+0000");
    return time.value_or(Timestamp{});
}

std::optional<Timestamp> RecordFields::time_if(std::string_view key) const {
    if (!find(key)) return std::nullopt;
    return time(key);
}

std::optional<Duration> RecordFields::seconds_if(std::string_view key) const {
    const auto value = find(key);
    if (!value) return std::nullopt;
    constexpr double kMost = 1e9;  // seconds; 30 years, far from what 64 bits of nanoseconds hold
    const auto seconds = value->number();
    if (seconds && std::abs(*seconds) <= kMost) {
        return Duration{std::chrono::milliseconds{std::llround(*seconds * 1000)}};
    }
    expect(key, "a number of seconds");
    return std::nullopt;
}

Address RecordFields::address(std::string_view key) const {
    const auto address = parse_address(text_if(key));
    if (!address) expect(key, "an IP address");
    return address.value_or(Address{});
}

}  // namespace sensor::report
