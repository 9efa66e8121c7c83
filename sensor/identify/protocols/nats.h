// NATS: the client protocol (docs.nats.io, "Client Protocol"): commands in lines, JSON in the first
// of each side, and messages of told sizes.
//
// The server speaks first. PING, PONG, +OK and SUB are too common to count alone.
#pragma once

#include <array>

#include "sensor/identify/text_line.h"

namespace sensor::identify::nats {

inline constexpr std::array kSignatures{
    Signature{R"(^(?i)(INFO[ \t][ \t{]|H?MSG[ \t]|\+OK\r|-ERR[ \t]'))", Role::kServer},
    Signature{R"(^(?i)(CONNECT[ \t][ \t{]|H?PUB[ \t]|SUB[ \t]|UNSUB[ \t]))", Role::kClient},
    Signature{R"(^(?i)P[IO]NG\r?\n)"},
};

inline constexpr std::size_t kConvincing = 512;  // bytes of an INFO that names many servers

/// Words between spaces and tabs.
[[nodiscard]] constexpr std::string_view take_word(std::string_view& rest) noexcept {
    constexpr std::string_view kSpaces = " \t";
    rest.remove_prefix(std::min(rest.size(), rest.find_first_not_of(kSpaces)));
    const auto word = rest.substr(0, rest.find_first_of(kSpaces));
    rest.remove_prefix(word.size());
    return word;
}

/// Tokens between dots; "*" and ">" only stand for whole ones.
[[nodiscard]] constexpr bool is_subject(std::string_view word) noexcept {
    return !word.empty() && text::is_visible(word) && word.front() != '.' && word.back() != '.' &&
           word.find("..") == std::string_view::npos;
}

/// A JSON object on one line, by its brackets and one of the keys that only NATS has.
template <class Keys>
[[nodiscard]] constexpr Match match_object(std::string_view object, bool is_whole,
                                           const Keys& keys) noexcept {
    if (!text::is_text(object)) return Match::kNo;
    const bool has_key = std::ranges::any_of(
        keys, [&](std::string_view key) { return object.find(key) != std::string_view::npos; });
    if (!is_whole) {
        return has_key && object.size() >= kConvincing ? Match::kYes : Match::kNeedMore;
    }
    while (object.ends_with(' '))
        object.remove_suffix(1);
    return object.starts_with('{') && object.ends_with('}') && has_key ? Match::kYes : Match::kNo;
}

/// "PUB subject [reply] size", "MSG subject sid [reply] size", HPUB and HMSG with the headers' size
/// before: the payload of that size is there as far as one can see, and CRLF follows it.
[[nodiscard]] constexpr Match match_message(std::string_view verb, std::string_view words,
                                            std::string_view rest) noexcept {
    const bool has_headers = text::lower(verb[0]) == 'h';
    const bool is_delivered = text::same(verb, "MSG") || text::same(verb, "HMSG");
    std::array<std::string_view, 6> fields{};
    std::size_t count = 0;
    for (auto word = take_word(words); !word.empty(); word = take_word(words)) {
        if (count == fields.size()) return Match::kNo;
        fields[count++] = word;
    }
    const std::size_t least = 2U + (has_headers ? 1U : 0U) + (is_delivered ? 1U : 0U);
    if (count < least || count > least + 1 || !is_subject(fields[0])) return Match::kNo;
    const auto size = fields[count - 1];
    if (!text::is_number(size) || size.size() > 8) return Match::kNo;
    if (has_headers && !text::is_number(fields[count - 2])) return Match::kNo;
    constexpr std::string_view kHeaders = "NATS/1.0\r\n";
    const auto begun = rest.substr(0, kHeaders.size());
    if (has_headers && !kHeaders.starts_with(begun)) return Match::kNo;
    std::size_t bytes = 0;
    for (const char digit : size)
        bytes = bytes * 10 + static_cast<std::size_t>(digit - '0');
    if (rest.size() < bytes + 2) {
        return has_headers && begun == kHeaders ? Match::kYes : Match::kNeedMore;
    }
    return rest.substr(bytes, 2) == "\r\n" ? Match::kYes : Match::kNo;
}

/// Lines that need no payload; legal ones count in answer.
[[nodiscard]] constexpr Match match_plain(std::string_view verb, std::string_view words,
                                          bool spoken) noexcept {
    const auto if_spoken = spoken ? Match::kYes : Match::kNeedMore;
    if (text::same(verb, "PING") || text::same(verb, "PONG") || text::same(verb, "+OK")) {
        return take_word(words).empty() ? if_spoken : Match::kNo;
    }
    if (text::same(verb, "-ERR")) {
        while (words.starts_with(' ') || words.starts_with('\t'))
            words.remove_prefix(1);
        const bool is_quoted = words.size() > 2 && words.front() == '\'' && words.back() == '\'';
        return is_quoted ? if_spoken : Match::kNo;
    }
    const bool is_sub = text::same(verb, "SUB");
    if (!is_sub && !text::same(verb, "UNSUB")) return Match::kNo;
    const auto subject = take_word(words);
    return is_subject(subject) && (!is_sub || !take_word(words).empty()) ? if_spoken : Match::kNo;
}

[[nodiscard]] inline Match match_line(std::string_view line, bool is_whole, std::string_view rest,
                                      bool spoken) noexcept {
    constexpr std::array<std::string_view, 2> kInfo{R"("server_id")", R"("max_payload")"};
    constexpr std::array<std::string_view, 5> kConnect{
        R"("verbose")", R"("pedantic")", R"("tls_required")", R"("lang")", R"("auth_token")"};
    auto words = line;
    const auto verb = take_word(words);
    words.remove_prefix(std::min(words.size(), words.find_first_not_of(" \t")));
    if (text::same(verb, "INFO")) return match_object(words, is_whole, kInfo);
    if (text::same(verb, "CONNECT")) return match_object(words, is_whole, kConnect);
    if (!is_whole) return Match::kNeedMore;
    const auto last = text::lower(verb.empty() ? ' ' : verb.back());
    const bool has_payload = text::same(verb, "PUB") || text::same(verb, "HPUB") || last == 'g';
    const bool is_plain = text::same(verb, "PING") || text::same(verb, "PONG");
    if (!has_payload || is_plain) return match_plain(verb, words, spoken);
    const bool is_message = last == 'b' || text::same(verb, "MSG") || text::same(verb, "HMSG");
    return is_message ? match_message(verb, words, rest) : Match::kNo;
}

/// Who sends a command that begins so. PING and PONG go both ways.
[[nodiscard]] constexpr Role sender_of(char first, char second) noexcept {
    switch (text::lower(first)) {
        case 'i':
        case 'm':
        case '+':
        case '-': return Role::kServer;
        case 'h': return text::lower(second) == 'm' ? Role::kServer : Role::kClient;
        case 'p': return text::lower(second) == 'u' ? Role::kClient : Role::kEither;
        default: return Role::kClient;
    }
}

/// Lines up to the first that decides.
[[nodiscard]] inline Verdict validate(const Exchange& exchange) noexcept {
    auto rest = bytes::text_of(exchange.said);
    if (rest.size() < 2) return {Match::kNeedMore};
    const Role role = sender_of(rest[0], rest[1]);
    while (!rest.empty()) {
        const auto end = rest.find('\n');
        auto line = rest.substr(0, end);
        const bool is_whole = end != std::string_view::npos;
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (!text::is_text(line)) return {Match::kNo};
        rest.remove_prefix(is_whole ? end + 1 : rest.size());
        const Match match = match_line(line, is_whole, rest, exchange.token != 0);
        if (match != Match::kNeedMore) return {match, role, 1};
    }
    return {Match::kNeedMore};
}

/// TLS begins after the server's INFO, if that says so, with the client's first byte.
[[nodiscard]] inline Upgrade upgrade(bytes::View client, bytes::View server) noexcept {
    const auto said = bytes::text_of(server);
    const auto end = said.find('\n');
    // A handshake record, RFC 8446 §5.1: type, major version 3, a length of at most 2^14.
    const bool is_record = client.size() < 3 || (client[0] == 0x16 && client[1] == 3);
    if (!client.empty() && (client[0] != 0x16 || !is_record)) return {};
    if (end == std::string_view::npos) {
        const bool may_come = said.empty() || text::lower(said[0]) == 'i';
        return {may_come ? Upgrade::State::kPending : Upgrade::State::kNever};
    }
    const auto info = said.substr(0, end);
    const bool offers_tls = text::begins(info, "INFO") &&
                            (info.find(R"("tls_required":true)") != std::string_view::npos ||
                             info.find(R"("tls_available":true)") != std::string_view::npos);
    if (!offers_tls) return {};
    if (client.size() < 3) return {Upgrade::State::kPending};
    return {.state = Upgrade::State::kDone,
            .client_at = 0,
            .server_at = static_cast<std::uint16_t>(end + 1)};
}

inline constexpr Protocol kProtocol{
    .name = "nats",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
    .upgrade = upgrade,
};

}  // namespace sensor::identify::nats
