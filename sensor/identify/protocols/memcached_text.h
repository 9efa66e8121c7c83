// memcached's text protocol: commands, replies and what they are worth (memcached,
// doc/protocol.txt). Hot path.
#pragma once

#include <array>

#include "sensor/identify/text_line.h"

namespace sensor::identify::memcached {

inline constexpr std::size_t kLongestKey = 250;                     // bytes
inline constexpr std::size_t kLongestItem = std::size_t{1} << 30U;  // bytes

/// A line split at its spaces.
class Words {
  public:
    explicit constexpr Words(std::string_view line) noexcept : rest_{line} {}
    constexpr std::string_view next() noexcept {
        while (rest_.starts_with(' '))
            rest_.remove_prefix(1);
        return text::take_word(rest_);
    }

  private:
    std::string_view rest_;
};

[[nodiscard]] constexpr bool is_key(std::string_view word) noexcept {
    const auto is_part = [](char c) {
        return static_cast<std::uint8_t>(c) > ' ' && static_cast<std::uint8_t>(c) != 0x7f;
    };
    return !word.empty() && word.size() <= kLongestKey && std::ranges::all_of(word, is_part);
}
/// Up to 64 bits, in decimal.
[[nodiscard]] constexpr bool is_decimal(std::string_view word) noexcept {
    return !word.empty() && word.size() <= 20 && std::ranges::all_of(word, text::is_digit);
}
[[nodiscard]] constexpr bool is_signed(std::string_view word) noexcept {
    return is_decimal(word.substr(word.starts_with('-') ? 1 : 0));
}
/// The number of bytes in a data block; `kLongestItem` and more if it is none.
[[nodiscard]] constexpr std::size_t size_of(std::string_view word) noexcept {
    if (!text::is_number(word)) return kLongestItem;
    std::size_t size = 0;
    for (const char c : word)
        size = size * 10 + static_cast<std::size_t>(c - '0');
    return size;
}

struct Weighed {
    text::Weight weight = text::Weight::kIllegal;
    std::size_t data = 0;  ///< bytes of the block that follows the line, its CRLF included
};

/// "[noreply]" or nothing, then the end.
[[nodiscard]] constexpr bool ends(Words words) noexcept {
    const auto last = words.next();
    return last.empty() || (last == "noreply" && words.next().empty());
}
[[nodiscard]] constexpr Weighed own_if(bool is_legal, std::size_t data = 0) noexcept {
    return {is_legal ? text::Weight::kOwn : text::Weight::kIllegal, data};
}
[[nodiscard]] constexpr Weighed shared_if(bool is_legal) noexcept {
    return {is_legal ? text::Weight::kShared : text::Weight::kIllegal, 0};
}
[[nodiscard]] constexpr Weighed with_block(bool is_legal, std::size_t size) noexcept {
    return own_if(is_legal && size < kLongestItem, size + 2);
}

/// A meta command's or reply's flags: a letter each, with a value behind some.
[[nodiscard]] constexpr bool are_flags(Words words) noexcept {
    for (auto flag = words.next(); !flag.empty(); flag = words.next()) {
        if (!text::is_letter(flag[0]) || !is_key(flag)) return false;
    }
    return true;
}

/// "mg <key> <flags>", "ms <key> <size> <flags>": shared, as two letters are not much of a name.
[[nodiscard]] constexpr Weighed weigh_meta(std::string_view verb, Words words) noexcept {
    if (verb == "mn") return shared_if(words.next().empty());
    if (!is_key(words.next())) return {};
    if (verb != "ms") return shared_if(are_flags(words));
    const std::size_t size = size_of(words.next());
    return with_block(are_flags(words), size);
}

/// A client's line. What other protocols' inline commands look like is shared.
[[nodiscard]] constexpr Weighed weigh_command(std::string_view line) noexcept {
    constexpr std::array<std::string_view, 5> kStorage{"set", "add", "replace", "append",
                                                       "prepend"};
    constexpr std::array<std::string_view, 6> kMeta{"mg", "ms", "md", "ma", "mn", "me"};
    Words words{line};
    const auto verb = words.next();
    const bool is_cas = verb == "cas";
    if (is_cas || std::ranges::find(kStorage, verb) != kStorage.end()) {
        bool is_legal = is_key(words.next()) && is_decimal(words.next());
        is_legal = is_legal && is_signed(words.next());
        const std::size_t size = size_of(words.next());
        is_legal = is_legal && (!is_cas || is_decimal(words.next())) && ends(words);
        return with_block(is_legal, size);
    }
    if (std::ranges::find(kMeta, verb) != kMeta.end()) return weigh_meta(verb, words);
    if (verb == "gat" || verb == "gats") {
        return own_if(is_signed(words.next()) && is_key(words.next()));
    }
    if (verb == "get") return shared_if(is_key(words.next()));
    if (verb == "gets") return own_if(is_key(words.next()));
    if (verb == "incr" || verb == "decr" || verb == "touch") {
        bool is_legal = is_key(words.next());
        is_legal = is_legal && is_signed(words.next()) && ends(words);
        return verb == "touch" ? shared_if(is_legal) : own_if(is_legal);
    }
    if (verb == "delete") return shared_if(is_key(words.next()));
    if (verb == "flush_all" || verb == "verbosity") {
        const auto number = words.next();
        return own_if(number.empty() || number == "noreply" || (is_signed(number) && ends(words)));
    }
    if (verb == "lru_crawler" || verb == "slabs") return own_if(is_key(words.next()));
    const bool is_bare = verb == "version" || verb == "quit";
    return shared_if(verb == "stats" || (is_bare && words.next().empty()));
}

/// A server's line.
[[nodiscard]] constexpr Weighed weigh_reply(std::string_view line) noexcept {
    constexpr std::array<std::string_view, 3> kOwn{"STORED", "NOT_STORED", "TOUCHED"};
    constexpr std::array<std::string_view, 9> kShared{
        "EXISTS", "NOT_FOUND", "DELETED", "OK", "RESET", "END", "ERROR", "MN", "EN"};
    constexpr std::array<std::string_view, 4> kMeta{"HD", "NF", "NS", "EX"};
    if (std::ranges::find(kOwn, line) != kOwn.end()) return own_if(true);
    if (std::ranges::find(kShared, line) != kShared.end()) return shared_if(true);
    Words words{line};
    const auto verb = words.next();
    if (verb == "VALUE") {
        const bool is_legal = is_key(words.next()) && is_decimal(words.next());
        const std::size_t size = size_of(words.next());
        const auto unique = words.next();
        return with_block(is_legal && (unique.empty() || is_decimal(unique)), size);
    }
    if (verb == "VA") {
        const std::size_t size = size_of(words.next());
        return with_block(are_flags(words), size);
    }
    if (verb == "STAT") return own_if(is_key(words.next()));
    if (verb == "VERSION") return own_if(text::is_made_of(words.next(), ".-_+"));
    if (verb == "CLIENT_ERROR" || verb == "SERVER_ERROR") return own_if(!words.next().empty());
    if (std::ranges::find(kMeta, verb) != kMeta.end()) return shared_if(are_flags(words));
    return shared_if(is_decimal(verb) && words.next().empty());
}

/// Line after line, with their blocks, until one is memcached's own; a shared line is enough once
/// the other side has `spoken`, or where a frame says the rest.
template <class Weigh>
[[nodiscard]] Match match_text(bytes::View said, bool spoken, Weigh&& weigh) noexcept {
    auto rest = bytes::text_of(said);
    while (!rest.empty()) {
        const auto end = rest.find('\n');
        auto line = rest.substr(0, end);
        const bool is_whole = end != std::string_view::npos;
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (!text::is_text(line) || line.size() > text::kMaxLine) return Match::kNo;
        if (!is_whole) return Match::kNeedMore;
        const Weighed weighed = weigh(line);
        if (weighed.weight == text::Weight::kIllegal) return Match::kNo;
        rest.remove_prefix(end + 1);
        if (weighed.data != 0 && rest.size() >= weighed.data &&
            rest.substr(weighed.data - 2, 2) != "\r\n") {
            return Match::kNo;
        }
        if (spoken || weighed.weight == text::Weight::kOwn) return Match::kYes;
        rest.remove_prefix(std::min(rest.size(), weighed.data));
    }
    return Match::kNeedMore;
}

}  // namespace sensor::identify::memcached
