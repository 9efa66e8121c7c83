// JSON (RFC 8259), written: one value in compact form into one buffer.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace json {

/// The name of a member, a literal that is written as it stands: one with characters that would
/// have to be escaped does not compile.
class Key {
  public:
    template <std::size_t N>
    // NOLINTNEXTLINE(google-explicit-constructor): `out.member("key", 1)` is what it is for
    consteval Key(const char (&name)[N]) : name_{name, N - 1} {
        for (const char c : name_) {
            if (c < 0x20 || c == '"' || c == '\\') throw "this key must be escaped";
        }
    }
    [[nodiscard]] constexpr std::string_view name() const noexcept { return name_; }

  private:
    std::string_view name_;
};

/// Writes one value. Bytes that are no UTF-8 become U+FFFD, so what is written can always be read.
/// Nesting is the caller's: what it begins it must end. One that was moved from can only be
/// assigned to.
class Writer {
  public:
    Writer& begin_object() { return open('{'); }
    Writer& end_object() { return close('}'); }
    Writer& begin_array() { return open('['); }
    Writer& end_array() { return close(']'); }
    Writer& key(Key key) {
        const std::string_view name = key.name();
        char* at = begin_value(name.size() + 3);
        *at++ = '"';
        std::memcpy(at, name.data(), name.size());  // of a constant size wherever this is inlined
        at += name.size();
        *at++ = '"';
        *at++ = ':';
        return end(at, false);
    }
    /// The name of a member that is known only at run time.
    Writer& escaped_key(std::string_view name);
    Writer& text(std::string_view value);
    Writer& integer(std::int64_t value) { return decimal(value); }
    Writer& unsigned_integer(std::uint64_t value) { return decimal(value); }
    /// A short decimal that reads back as `value`, with a point or an exponent; null for infinity
    /// and what is no number, of which JSON has none.
    Writer& number(double value);
    Writer& boolean(bool value) { return value ? word("true") : word("false"); }

    // A member at once.
    Writer& member(Key name, std::string_view value) { return key(name).text(value); }
    Writer& member(Key name, const char* value) { return key(name).text(value); }
    Writer& member(Key name, std::int64_t value) { return key(name).integer(value); }
    Writer& member(Key name, std::uint64_t value) { return key(name).unsigned_integer(value); }
    Writer& member(Key name, int value) { return key(name).integer(value); }
    Writer& member(Key name, bool value) { return key(name).boolean(value); }
    /// The member is left out if `value` is empty.
    Writer& member_if(Key name, std::string_view value) {
        return value.empty() ? *this : member(name, value);
    }

    /// What was written, borrowed until the next call.
    [[nodiscard]] std::string_view view() const noexcept { return {buffer_.data(), used_}; }
    /// Starts anew, keeping the memory.
    void clear() noexcept {
        used_ = 0;
        after_value_ = false;
    }

  private:
    static constexpr std::size_t kMostDigits = 20;  // of a 64-bit integer, its sign included

    /// Room for `bytes` behind what was written.
    [[nodiscard]] char* room(std::size_t bytes) {
        if (buffer_.size() - used_ < bytes) grow(bytes);
        return buffer_.data() + used_;
    }
    void grow(std::size_t bytes);
    /// Room for a value of `bytes`, behind the comma if it needs one.
    [[nodiscard]] char* begin_value(std::size_t bytes) {
        char* at = room(bytes + 1);
        *at = ',';
        return at + (after_value_ ? 1 : 0);
    }
    Writer& end(const char* at, bool after_value) noexcept {
        used_ = static_cast<std::size_t>(at - buffer_.data());
        after_value_ = after_value;
        return *this;
    }
    Writer& open(char bracket) {
        char* at = begin_value(1);
        *at = bracket;
        return end(at + 1, false);
    }
    Writer& close(char bracket) {
        char* at = room(1);
        *at = bracket;
        return end(at + 1, true);
    }
    template <std::size_t N>
    Writer& word(const char (&letters)[N]) {
        char* at = begin_value(N - 1);
        std::memcpy(at, letters, N - 1);
        return end(at + N - 1, true);
    }
    template <class Integer>
    Writer& decimal(Integer value) {
        char* at = begin_value(kMostDigits);
        return end(std::to_chars(at, at + kMostDigits, value).ptr, true);
    }
    Writer& escaped_text(std::string_view value);

    std::string buffer_;        // its size is the room there is
    std::size_t used_ = 0;      // bytes of it
    bool after_value_ = false;  // another value beside the last one needs a comma
};

}  // namespace json
