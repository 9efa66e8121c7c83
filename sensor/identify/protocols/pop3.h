// POP3: commands in lines, replies that begin with +OK or -ERR (RFC 1939 §3, §4).
//
// A server greets first. "USER name" is FTP's command too, and "+OK" is a reply of Redis.
#pragma once

#include <array>

#include "sensor/identify/text_line.h"

namespace sensor::identify::pop3 {

inline constexpr std::array kSignatures{
    Signature{R"(^(?i)(USER|PASS|APOP|AUTH|UIDL|LIST|RETR|DELE|TOP|LANG) )", Role::kClient},
    Signature{R"(^(?i)(CAPA|STLS|UTF8|AUTH|UIDL|STAT|LIST|NOOP|RSET|QUIT)\r?\n)", Role::kClient},
    Signature{R"(^(\+OK|-ERR)[ \r\n])", Role::kServer},
};

/// "name digest": MD5 in 32 lower-case hexadecimal digits, RFC 1939 §7.
[[nodiscard]] constexpr bool is_digest(std::string_view argument) noexcept {
    const auto name = text::take_word(argument);
    return !name.empty() && argument.size() == 32 && std::ranges::all_of(argument, [](char c) {
        return text::is_digit(c) || (c >= 'a' && c <= 'f');
    });
}

/// RFC 1939 §5 to §7, RFC 2449 §5 (CAPA), RFC 2595 §4 (STLS), RFC 5034 §4 (AUTH).
[[nodiscard]] constexpr text::Weight weigh_command(std::string_view line) noexcept {
    constexpr std::array<std::string_view, 4> kOwnBare{"CAPA", "STLS", "UIDL", "UTF8"};
    constexpr std::array<std::string_view, 6> kSharedBare{"STAT", "LIST", "NOOP",
                                                          "RSET", "QUIT", "AUTH"};
    constexpr std::array<std::string_view, 3> kNumbered{"LIST", "RETR", "DELE"};
    auto argument = line;
    const auto verb = text::take_word(argument);
    const auto weight_if = [](bool is_legal, text::Weight weight) {
        return is_legal ? weight : text::Weight::kIllegal;
    };
    if (argument.empty()) {
        if (text::is_one_of(verb, kOwnBare)) return text::Weight::kOwn;
        return weight_if(text::is_one_of(verb, kSharedBare), text::Weight::kShared);
    }
    if (text::same(verb, "APOP")) return weight_if(is_digest(argument), text::Weight::kOwn);
    if (text::same(verb, "UIDL")) return weight_if(text::is_number(argument), text::Weight::kOwn);
    if (text::same(verb, "TOP")) {
        const auto message = text::take_word(argument);
        const bool is_legal = text::is_number(message) && text::is_number(argument);
        return weight_if(is_legal, text::Weight::kOwn);
    }
    if (text::is_one_of(verb, kNumbered)) {
        return weight_if(text::is_number(argument), text::Weight::kShared);
    }
    const bool is_irc = argument.find(" :") != std::string_view::npos;  // USER of RFC 2812 §3.1.3
    const bool is_login = text::same(verb, "USER") || text::same(verb, "PASS");
    return weight_if((is_login && !is_irc) || text::same(verb, "AUTH"), text::Weight::kShared);
}

/// The text after "+OK" or "-ERR"; nothing if the line has neither.
[[nodiscard]] constexpr bool take_status(std::string_view& line) noexcept {
    const auto status = text::take_word(line);
    return status == "+OK" || status == "-ERR";
}

/// The greeting of RFC 1939 §4: it names the protocol, or holds the timestamp of APOP (§7).
[[nodiscard]] constexpr bool is_own_greeting(std::string_view greeting) noexcept {
    if (greeting.find("POP3") != std::string_view::npos) return true;
    const auto begin = greeting.find('<');
    const auto at = greeting.find('@', begin);
    return begin != std::string_view::npos && at != std::string_view::npos &&
           greeting.find('>', at) != std::string_view::npos;
}

[[nodiscard]] inline Match match_replies(const Exchange& exchange) noexcept {
    bool has_greeting = false;
    return text::weigh_lines(exchange.said, exchange.token != 0, [&](std::string_view line) {
        const bool is_positive = line.starts_with('+');
        if (!take_status(line)) return text::Weight::kIllegal;
        // A greeting of its own words, and then a second status line: nobody else answers so.
        if (has_greeting) return text::Weight::kOwn;
        has_greeting = is_positive && !line.empty();
        if (!has_greeting) return text::Weight::kShared;
        return is_own_greeting(line) ? text::Weight::kOwn : text::Weight::kShared;
    });
}

[[nodiscard]] inline Verdict validate(const Exchange& exchange) noexcept {
    const auto said = bytes::text_of(exchange.said);
    if (said.empty()) return {Match::kNo};
    if (said[0] == '+' || said[0] == '-') return {match_replies(exchange), Role::kServer, 1};
    return {text::weigh_lines(exchange.said, exchange.token != 0, weigh_command), Role::kClient, 1};
}

inline void extract(const Exchange& exchange, Facts& facts) noexcept {
    const auto line = text::first_line(exchange.said);
    if (line.starts_with("+OK ")) facts.add(Fact::kBanner, line);
}

/// Where a session stands that may go on over TLS.
[[nodiscard]] Upgrade upgrade(bytes::View client, bytes::View server) noexcept;

inline constexpr Protocol kProtocol{
    .name = "pop3",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
    .extract = extract,
    .upgrade = upgrade,
};

}  // namespace sensor::identify::pop3
