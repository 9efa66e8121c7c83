#include "lib/json/writer.h"

#include <algorithm>
#include <cmath>

#include <rapidjson/internal/dtoa.h>

#include "lib/bytes/utf8.h"

namespace json {
namespace {

constexpr std::uint64_t kEach = 0x0101010101010101;  // times a byte: that byte eight times
constexpr std::uint64_t kHighs = 0x80 * kEach;

/// Whether none of the eight bytes has to be escaped or is beyond ASCII. The high bit of a byte
/// that is to be found gets set; a borrow may set others above it, never one without it.
bool is_plain(std::uint64_t eight) noexcept {
    const std::uint64_t quotes = eight ^ ('"' * kEach);
    const std::uint64_t backslashes = eight ^ ('\\' * kEach);
    const std::uint64_t found =
        (eight - 0x20 * kEach) | (quotes - kEach) | (backslashes - kEach) | eight;
    return (found & kHighs) == 0;
}

template <class Word>
Word copy_word(char* to, const char* from) noexcept {
    Word word = 0;
    std::memcpy(&word, from, sizeof word);
    std::memcpy(to, &word, sizeof word);
    return word;
}

/// copy_plain() of less than eight bytes: in two halves that may overlap, or byte by byte.
bool copy_plain_short(char* to, std::string_view text) noexcept {
    const char* const from = text.data();
    const std::size_t size = text.size();
    constexpr std::size_t kHalf = sizeof(std::uint32_t);
    if (size >= kHalf) {
        const std::uint64_t first = copy_word<std::uint32_t>(to, from);
        const std::uint64_t last = copy_word<std::uint32_t>(to + size - kHalf, from + size - kHalf);
        return is_plain(first | (last << 32U));
    }
    std::uint64_t all = ' ' * kEach;
    for (std::size_t i = 0; i < size; ++i)
        all = (all << 8U) | copy_word<std::uint8_t>(to + i, from + i);
    return is_plain(all);
}

/// Copies `text` and says whether it needs neither escaping nor a look at its UTF-8.
bool copy_plain(char* to, std::string_view text) noexcept {
    constexpr std::size_t kWord = sizeof(std::uint64_t);
    if (text.size() < kWord) return copy_plain_short(to, text);
    const std::size_t last = text.size() - kWord;
    bool plain = true;
    for (std::size_t at = 0; at < last; at += kWord)
        plain &= is_plain(copy_word<std::uint64_t>(to + at, text.data() + at));
    plain &= is_plain(copy_word<std::uint64_t>(to + last, text.data() + last));  // some of it again
    return plain;
}

/// RFC 8259 §7.
bool must_be_escaped(char32_t value) noexcept {
    return value < 0x20 || value == '"' || value == '\\';
}

/// `c` is one that must be.
char* put_escape(char* at, char c) noexcept {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    *at++ = '\\';
    switch (c) {
        case '"':
        case '\\': *at++ = c; return at;
        case '\b': *at++ = 'b'; return at;
        case '\f': *at++ = 'f'; return at;
        case '\n': *at++ = 'n'; return at;
        case '\r': *at++ = 'r'; return at;
        case '\t': *at++ = 't'; return at;
        default: break;
    }
    at = std::ranges::copy(std::string_view{"u00"}, at).out;
    *at++ = kDigits[static_cast<unsigned char>(c) >> 4U];
    *at++ = kDigits[static_cast<unsigned char>(c) & 0xfU];
    return at;
}

/// The end of `value` as a decimal with at most three places, if it is one: the shortest that reads
/// back as it, as no two decimals of up to 15 digits are the same double. Null if it is not, or
/// not in that range.
char* put_thousandths(char* at, double value) noexcept {
    constexpr double kLimit = 1e9;
    if (std::signbit(value) || !(value < kLimit)) return nullptr;
    const auto thousandths = static_cast<std::uint64_t>(std::nearbyint(value * 1000));
    if (static_cast<double>(thousandths) / 1000 != value) return nullptr;
    constexpr std::size_t kMostDigits = 10;
    at = std::to_chars(at, at + kMostDigits, thousandths / 1000).ptr;
    *at++ = '.';
    auto rest = static_cast<unsigned>(thousandths % 1000);
    do {
        *at++ = static_cast<char>('0' + rest / 100);
        rest = rest % 100 * 10;
    } while (rest != 0);
    return at;
}

}  // namespace

void Writer::grow(std::size_t bytes) {
    constexpr std::size_t kLeast = 2048;  // most records fit
    buffer_.resize(std::max({kLeast, used_ + bytes, 2 * buffer_.size()}));
}

Writer& Writer::escaped_key(std::string_view name) {
    text(name);
    *room(1) = ':';
    ++used_;
    after_value_ = false;
    return *this;
}

Writer& Writer::text(std::string_view value) {
    char* at = begin_value(value.size() + 2);
    *at++ = '"';
    if (!copy_plain(at, value)) return escaped_text(value);
    at += value.size();
    *at++ = '"';
    return end(at, true);
}

Writer& Writer::escaped_text(std::string_view value) {
    constexpr std::size_t kLongest = 6;  // of one byte: "\u001F"
    constexpr std::string_view kReplacement = "\xef\xbf\xbd";
    char* at = begin_value(kLongest * value.size() + 2);
    *at++ = '"';
    while (!value.empty()) {
        const bytes::CodePoint point = bytes::first_code_point(value);
        const std::string_view raw = value.substr(0, point.length);
        value.remove_prefix(point.length);
        if (point.valid && must_be_escaped(point.value)) {
            at = put_escape(at, raw[0]);
        } else {
            at = std::ranges::copy(point.valid ? raw : kReplacement, at).out;
        }
    }
    *at++ = '"';
    return end(at, true);
}

Writer& Writer::number(double value) {
    if (!std::isfinite(value)) return word("null");
    constexpr std::size_t kLongest = 25;  // what RapidJSON's own writer reserves
    char* at = begin_value(kLongest);
    if (char* const done = put_thousandths(at, value); done != nullptr) return end(done, true);
    return end(rapidjson::internal::dtoa(value, at), true);
}

}  // namespace json
