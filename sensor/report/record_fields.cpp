#include "sensor/report/record_fields.h"

#include <cmath>

#include "lib/json/writer.h"
#include "sensor/report/style.h"
#include "sensor/report/time_text.h"

namespace sensor::report {
namespace {

/// A value in a message: harmless, and no longer than a line bears.
std::string shown(const json::Value& value) {
    if (const auto text = value.text()) {
        constexpr std::size_t kMost = 40;  // bytes
        const std::string_view end = text->size() > kMost ? "..." : "";
        return "\"" + printable(text->substr(0, kMost)) + std::string{end} + "\"";
    }
    if (const auto flag = value.boolean()) return *flag ? "true" : "false";
    if (const auto whole = value.unsigned_integer()) return std::to_string(*whole);
    if (const auto whole = value.integer()) return std::to_string(*whole);
    if (const auto number = value.number()) {
        return std::string{json::Writer{}.number(*number).view()};
    }
    if (value.is_null()) return "null";
    return value.is_object() ? "an object" : "a list";
}

}  // namespace

void RecordFields::expect(std::string_view key, std::string_view what) const {
    if (!error_.empty()) return;
    const auto value = find(key);
    error_ = "expected `" + std::string{path_} + std::string{key} + "` to be " + std::string{what} +
             (value ? ", not " + shown(*value) : ", but it is absent");
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
