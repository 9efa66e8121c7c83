#include "sensor/attribute/feeds/event_object.h"

#include <charconv>

#include "sensor/attribute/rfc3339.h"

namespace sensor::attribute::feeds {

EventObject::EventObject(const json::Value& root) : root_{root} {
    if (!root_.is_object()) error_ = "expected one JSON object";
}

std::optional<json::Value> EventObject::find(std::string_view name) const {
    const auto value = root_.find(name);
    return value && value->is_null() ? std::nullopt : value;
}

std::string_view EventObject::text_of(std::string_view name) const {
    const auto value = find(name);
    return value ? value->text().value_or(std::string_view{}) : std::string_view{};
}

void EventObject::expect(std::string_view name, const std::string& what) {
    if (ok()) error_ = "expected '" + std::string{name} + "' as " + what;
}

void EventObject::version(std::string_view name, int wanted) {
    const auto value = find(name);
    if (!value || value->integer() != wanted) expect(name, std::to_string(wanted));
}

Timestamp EventObject::time(std::string_view name) {
    const auto parsed = parse_rfc3339(text_of(name));
    if (!parsed) expect(name, "a time such as 2026-09-20T07:02:10.900Z (RFC 3339)");
    return parsed.value_or(Timestamp{});
}

std::string EventObject::text(std::string_view name) {
    const std::string_view value = text_of(name);
    if (value.empty()) expect(name, "a text that is not empty");
    return std::string{value};
}

std::string EventObject::optional_text(std::string_view name) {
    const auto value = find(name);
    if (value && !value->text()) expect(name, "a text");
    return std::string{text_of(name)};
}

std::vector<std::string> EventObject::optional_texts(std::string_view name) {
    const auto value = find(name);
    if (!value) return {};
    std::vector<std::string> texts;
    for (const json::Value& element : value->elements()) {
        const auto text = element.text();
        if (!text || text->empty()) expect(name, "a list of texts that are not empty");
        texts.emplace_back(text.value_or(std::string_view{}));
    }
    if (!value->is_array()) expect(name, "a list of texts");
    return texts;
}

bool EventObject::word(std::string_view name, std::string_view yes, std::string_view no) {
    const std::string_view value = text_of(name);
    if (value != yes && value != no) {
        expect(name, "'" + std::string{yes} + "' or '" + std::string{no} + "'");
    }
    return value == yes;
}

Address EventObject::address(std::string_view name) {
    const std::string_view value = text_of(name);
    const bool is_cut = value.find('\0') != std::string_view::npos;  // "\u0000" ends a C string
    const auto parsed = is_cut ? std::nullopt : parse_address(value);
    if (!parsed) expect(name, "an IPv4 or IPv6 address");
    return parsed.value_or(Address{});
}

PortNumber EventObject::port(std::string_view name) {
    const auto value = find(name);
    return port_of(name, value ? value->integer() : std::nullopt);
}

PortNumber EventObject::loose_port(std::string_view name) {
    return port_of(name, optional_integer(name));
}

PortNumber EventObject::port_of(std::string_view name, std::optional<std::int64_t> number) {
    if (!number || *number < 1 || *number > 65535) {
        expect(name, "a number from 1 to 65535");
        return {};
    }
    return static_cast<PortNumber>(*number);
}

Tristate EventObject::tristate(std::string_view name) {
    const auto value = find(name);
    if (!value) return Tristate::kUnknown;
    const auto flag = value->boolean();
    if (!flag) expect(name, "true or false");
    return flag.value_or(false) ? Tristate::kYes : Tristate::kNo;
}

Timestamp EventObject::time_or(std::string_view name, Timestamp otherwise) {
    const auto value = find(name);
    const std::string_view text = text_of(name);
    const bool is_never = text.starts_with("0001-01-01T");
    if (!value || value->text() == "" || is_never) return otherwise;
    return time(name);
}

std::string EventObject::label(std::string_view name) const {
    const auto value = find(name);
    if (!value) return {};
    if (const auto number = value->integer()) return std::to_string(*number);
    return std::string{value->text().value_or(std::string_view{})};
}

std::optional<std::int64_t> EventObject::optional_integer(std::string_view name) {
    const auto value = find(name);
    if (!value) return std::nullopt;
    if (const auto number = value->integer()) return number;
    const std::string_view text = text_of(name);
    std::int64_t number = 0;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (!text.empty() && read.ec == std::errc{} && read.ptr == end) return number;
    expect(name, "a whole number");
    return std::nullopt;
}

}  // namespace sensor::attribute::feeds
