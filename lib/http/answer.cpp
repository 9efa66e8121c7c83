#include "lib/http/answer.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

namespace http {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

/// A line without its end; nothing if it is not whole.
std::optional<std::string_view> take_line(std::string_view& left) noexcept {
    const std::size_t end = left.find(kLineEnd);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = left.substr(0, end);
    left.remove_prefix(end + kLineEnd.size());
    return line;
}

template <class Number>
std::optional<Number> digits(std::string_view text) noexcept {
    Number number = 0;
    const char* end = text.data() + text.size();
    if (text.empty() || text.front() == '-') return std::nullopt;
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
    return number;
}

/// "HTTP/1.1 200 OK": the reason may be empty, its blank may not be missing (RFC 9112, section 4).
std::optional<int> status_of(std::string_view line) noexcept {
    constexpr std::size_t kVersion = 9;  // "HTTP/1.1 "
    constexpr std::size_t kStatus = 3;
    if (!line.starts_with("HTTP/1.1 ") && !line.starts_with("HTTP/1.0 ")) return std::nullopt;
    line.remove_prefix(kVersion);
    if (line.size() < kStatus || (line.size() > kStatus && line[kStatus] != ' ')) {
        return std::nullopt;
    }
    const auto status = digits<int>(line.substr(0, kStatus));
    constexpr int kLeast = 100;
    return status && *status >= kLeast ? status : std::nullopt;
}

bool is_same_word(std::string_view one, std::string_view lower) noexcept {
    return std::ranges::equal(one, lower, [](char a, char b) {
        return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
    });
}

std::string_view trimmed(std::string_view text) noexcept {
    const std::size_t start = std::min(text.find_first_not_of(" \t"), text.size());
    text.remove_prefix(start);
    return text.substr(0, text.find_last_not_of(" \t") + 1);
}

}  // namespace

result::Result<Answer> parse_answer(std::string_view bytes) {
    const auto first = take_line(bytes);
    const auto status = first ? status_of(*first) : std::nullopt;
    if (!status) return result::Error{"the answer is not HTTP"};
    std::optional<std::uint64_t> length;
    for (;;) {
        const auto line = take_line(bytes);
        if (!line) return result::Error{"the answer ended in its headers"};
        if (line->empty()) break;
        const std::size_t colon = line->find(':');
        if (colon == 0 || colon == std::string_view::npos) {
            return result::Error{"the answer has a header without a name"};
        }
        const std::string_view name = line->substr(0, colon);
        const std::string_view value = trimmed(line->substr(colon + 1));
        if (is_same_word(name, "transfer-encoding")) {
            return result::Error{"the answer is in a transfer coding that was not asked for"};
        }
        if (!is_same_word(name, "content-length")) continue;
        const auto told = digits<std::uint64_t>(value);
        if (!told || (length && *length != *told)) {
            return result::Error{"the answer's Content-Length cannot be"};
        }
        length = told;
    }
    if (length && *length != bytes.size()) {
        return result::Error{"the answer has " + std::to_string(bytes.size()) + " bytes where " +
                             std::to_string(*length) + " were announced"};
    }
    return Answer{*status, std::string{bytes}, length.has_value()};
}

}  // namespace http
