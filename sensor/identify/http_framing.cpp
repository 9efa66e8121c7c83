#include "sensor/identify/http_framing.h"

#include <charconv>

#include "sensor/identify/http_message.h"

namespace sensor::identify::http_message {
namespace {

constexpr unsigned kHexadecimal = 16;

bool parse_number(std::string_view digits, std::uint64_t& number, unsigned base) noexcept {
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, number, static_cast<int>(base));
    return error == std::errc{} && stop == end;
}

void note(Head& head, std::string_view name, std::string_view value) noexcept {
    if (is_same_word(name, "upgrade") && head.upgrade.empty()) head.upgrade = value;
    if (is_same_word(name, "content-length")) {
        head.has_length = parse_number(value, head.length, 10);
    }
    if (is_same_word(name, "transfer-encoding")) head.is_chunked = lists(value, "chunked");
}

Match skip_bytes(std::string_view& rest, std::uint64_t count) noexcept {
    if (count > rest.size()) return Match::kNeedMore;
    rest.remove_prefix(static_cast<std::size_t>(count));
    return Match::kYes;
}

/// Size, extensions, data, and trailers after the last one; RFC 9112 §7.1.
Match skip_chunks(std::string_view& rest) noexcept {
    for (;;) {
        auto line = take_line(rest);
        if (line.data() == nullptr) return Match::kNeedMore;
        std::uint64_t size = 0;
        const auto digits = trimmed(line.substr(0, line.find(';')));
        if (!parse_number(digits, size, kHexadecimal)) return Match::kNo;
        if (size != 0 && skip_bytes(rest, size) != Match::kYes) return Match::kNeedMore;
        do {
            line = take_line(rest);
            if (line.data() == nullptr) return Match::kNeedMore;
            if (size != 0 && !line.empty()) return Match::kNo;
        } while (!line.empty());
        if (size == 0) return Match::kYes;
    }
}

}  // namespace

Match take_head(std::string_view& rest, Head& head) noexcept {
    const Match match = each_header(
        rest, [&](std::string_view name, std::string_view value) { note(head, name, value); });
    if (match != Match::kYes) return match;
    while (!take_line(rest).empty()) {
    }
    return Match::kYes;
}

Match skip_body(std::string_view& rest, const Head& head) noexcept {
    if (head.is_chunked) return skip_chunks(rest);
    return head.has_length ? skip_bytes(rest, head.length) : Match::kYes;
}

}  // namespace sensor::identify::http_message
