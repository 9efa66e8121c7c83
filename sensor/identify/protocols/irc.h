// IRC: messages of a prefix, a command and parameters in lines (RFC 2812 §2.3), and capability
// negotiation (IRCv3 CAP).
//
// USER and PASS are commands of FTP and POP3 too; there they have one parameter.
#pragma once

#include <array>

#include "sensor/identify/text_line.h"

namespace sensor::identify::irc {

inline constexpr std::array kSignatures{
    Signature{R"(^(?i)(NICK|USER|PASS|CAP|JOIN|PRIVMSG) )", Role::kClient},
    Signature{R"(^:[!-~][!-~])", Role::kServer},
    Signature{R"(^(NOTICE [!-~]|ERROR :|PING :))", Role::kServer},
};

/// RFC 2812 §2.3.1 `nickname`, without its limit of nine characters, which no network keeps.
[[nodiscard]] constexpr bool is_nickname(std::string_view name) noexcept {
    constexpr std::string_view kSpecials = "[]\\`_^{|}-";
    if (name.starts_with(':')) name.remove_prefix(1);
    return !name.empty() && name.size() <= 64 && !text::is_digit(name[0]) && name[0] != '-' &&
           text::is_made_of(name, kSpecials);
}

/// RFC 2812 §1.3: names begin with one of these.
[[nodiscard]] constexpr bool is_channel(std::string_view name) noexcept {
    return name.size() >= 2 && std::string_view{"#&+!"}.find(name[0]) != std::string_view::npos;
}

/// "user mode unused :real name", RFC 2812 §3.1.3.
[[nodiscard]] constexpr bool is_user(std::string_view rest) noexcept {
    for (int parameter = 0; parameter < 3; ++parameter) {
        if (!text::is_visible(text::take_word(rest))) return false;
    }
    return rest.starts_with(':');
}

/// What a client registers with, RFC 2812 §3.1, and says after.
[[nodiscard]] constexpr text::Weight weigh_command(std::string_view line) noexcept {
    constexpr std::array<std::string_view, 4> kCapabilities{"LS", "REQ", "LIST", "END"};
    auto rest = line;
    const auto verb = text::take_word(rest);
    const auto own_if = [](bool is_legal) {
        return is_legal ? text::Weight::kOwn : text::Weight::kIllegal;
    };
    if (text::same(verb, "USER")) return own_if(is_user(rest));
    if (text::same(verb, "CAP"))
        return own_if(text::is_one_of(text::take_word(rest), kCapabilities));
    if (text::same(verb, "JOIN")) return own_if(is_channel(text::take_word(rest)));
    if (text::same(verb, "PRIVMSG")) {
        const auto target = text::take_word(rest);
        return own_if((is_channel(target) || is_nickname(target)) && rest.starts_with(':'));
    }
    const bool is_shared = (text::same(verb, "NICK") && is_nickname(rest)) ||
                           (text::same(verb, "PASS") && !rest.empty());
    return is_shared ? text::Weight::kShared : text::Weight::kIllegal;
}

/// ":prefix 001 nick :text", RFC 2812 §2.4; ":prefix NOTICE nick :text"; "NOTICE AUTH :text".
[[nodiscard]] constexpr text::Weight weigh_message(std::string_view line) noexcept {
    constexpr std::array<std::string_view, 7> kCommands{"NOTICE", "CAP",  "PRIVMSG", "JOIN",
                                                        "MODE",   "PONG", "ERROR"};
    auto rest = line;
    const bool has_prefix = rest.starts_with(':');
    if (has_prefix && text::take_word(rest).size() < 2) return text::Weight::kIllegal;
    const auto command = text::take_word(rest);
    if (!has_prefix) {
        const bool is_shared =
            (command == "PING" || command == "ERROR") && rest.starts_with(':') && rest.size() > 1;
        if (is_shared) return text::Weight::kShared;
        const bool is_notice = command == "NOTICE" && text::is_visible(text::take_word(rest));
        return is_notice && rest.starts_with(':') ? text::Weight::kOwn : text::Weight::kIllegal;
    }
    const bool is_numeric = command.size() == 3 && text::is_number(command);
    const bool is_known = is_numeric || text::is_one_of(command, kCommands);
    const bool has_target = text::is_visible(text::take_word(rest));
    return is_known && has_target ? text::Weight::kOwn : text::Weight::kIllegal;
}

[[nodiscard]] inline bool is_from_server(std::string_view said) noexcept {
    return said.starts_with(':') || said.starts_with("NOTICE ") || said.starts_with("ERROR ") ||
           said.starts_with("PING ");
}

[[nodiscard]] inline Verdict validate(const Exchange& exchange) noexcept {
    const bool spoken = exchange.token != 0;
    if (is_from_server(bytes::text_of(exchange.said))) {
        return {text::weigh_lines(exchange.said, spoken, weigh_message), Role::kServer, 1};
    }
    // NICK alone is a word that others may use; with USER or CAP it is a registration.
    return {text::weigh_lines(exchange.said, spoken, weigh_command), Role::kClient, 1};
}

/// RPL_MYINFO, ":server 004 nick server version modes", RFC 2812 §5.1.
inline void extract(const Exchange& exchange, Facts& facts) noexcept {
    text::LineReader lines{exchange.said};
    std::string_view line;
    while (lines.next(line)) {
        auto rest = line;
        if (!text::take_word(rest).starts_with(':') || text::take_word(rest) != "004") continue;
        text::take_word(rest);  // nick
        text::take_word(rest);  // server
        const auto version = text::take_word(rest);
        if (!version.empty()) facts.add(Fact::kSoftware, version);
        return;
    }
}

/// Where a session stands that may go on over TLS.
[[nodiscard]] Upgrade upgrade(bytes::View client, bytes::View server) noexcept;

inline constexpr Protocol kProtocol{
    .name = "irc",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
    .extract = extract,
    .upgrade = upgrade,
};

}  // namespace sensor::identify::irc
