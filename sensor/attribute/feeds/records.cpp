#include "sensor/attribute/feeds/records.h"

#include <tuple>
#include <utility>

namespace sensor::attribute::feeds {
namespace {

using Read = void (*)(const json::Value&, FeedOutput&);

constexpr std::string_view kBlank = " \t\r\n";

/// The first line with anything on it, and what follows.
std::pair<std::string_view, std::string_view> next_line(std::string_view text) {
    const std::size_t start = text.find_first_not_of(kBlank);
    if (start == std::string_view::npos) return {};
    text.remove_prefix(start);
    const std::size_t end = text.find('\n');
    return {text.substr(0, end),
            end == std::string_view::npos ? std::string_view{} : text.substr(end)};
}

void read_lines(std::string_view text, FeedOutput& output, Read read) {
    for (auto [line, rest] = next_line(text); !line.empty();
         std::tie(line, rest) = next_line(rest)) {
        const auto document = json::Document::parse(line);
        if (document) {
            read(document->root(), output);
        } else {
            output.begin();
            output.reject("expected one JSON object: " + document.error().message);
        }
    }
}

/// Whether the first line is a value by itself and others follow.
bool is_of_lines(std::string_view text) {
    const auto [line, rest] = next_line(text);
    if (rest.find_first_not_of(kBlank) == std::string_view::npos) return false;
    return line.starts_with('{') && json::Document::parse(line).has_value();
}

}  // namespace

void read_records(std::string_view text, FeedOutput& output, Read read) {
    if (is_of_lines(text)) return read_lines(text, output, read);
    const auto document = json::Document::parse(text);
    if (!document) return output.reject_document("expected JSON: " + document.error().message);
    const json::Value root = document->root();
    if (!root.is_array()) return read(root, output);
    for (const json::Value& record : root.elements())
        read(record, output);
}

}  // namespace sensor::attribute::feeds
