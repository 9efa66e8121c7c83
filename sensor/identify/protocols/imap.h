// IMAP: tagged commands and responses in lines (RFC 9051 §2.2).
//
// A server greets first (§7.1). Any word may be a tag, so without the greeting a command's tag must
// hold a digit, as those of all clients do: "NICK logout" is none.
#pragma once

#include <array>

#include "sensor/identify/text_line.h"

namespace sensor::identify::imap {

inline constexpr std::size_t kMaxTag = 32;  // characters; clients use fewer than ten

inline constexpr std::array kSignatures{
    // A tag, of up to seven characters here, and a command's first letters.
    Signature{R"(^[!#$&-\[\]-z|}~]([!#$&-\[\]-z|}~]([!#$&-\[\]-z|}~]([!#$&-\[\]-z|}~])"
              R"(([!#$&-\[\]-z|}~]([!#$&-\[\]-z|}~][!#$&-\[\]-z|}~]?)?)?)?)?)? )"
              R"((?i)(CA|NO|LO|ST|AU|ID|EN|SE|EX|LI|NA))",
              Role::kClient},
    Signature{R"(^\* (?i)(OK|PREAUTH|BYE|CAPABILITY) )", Role::kServer},
};

/// RFC 9051 §9 `tag`: ASTRING-CHAR except "+".
[[nodiscard]] constexpr bool is_tag(std::string_view word) noexcept {
    constexpr std::string_view kSpecials = "(){%*\"\\+";
    return word.size() <= kMaxTag && text::is_visible(word) &&
           word.find_first_of(kSpecials) == std::string_view::npos;
}

/// Two arguments: atoms, quoted strings, or a literal's announcement "{5}", RFC 9051 §6.2.3.
[[nodiscard]] constexpr bool is_login(std::string_view argument) noexcept {
    if (argument.ends_with('}')) return argument.find('{') != std::string_view::npos;
    const auto user_end = argument.starts_with('"') ? argument.find('"', 1) : 0;
    if (user_end == std::string_view::npos) return false;
    const auto space = argument.find(' ', user_end);
    return space != std::string_view::npos && space != 0 && space + 1 < argument.size();
}

/// Commands of any state and of those before mail is read: RFC 9051 §6.1 to §6.3, RFC 2971 (ID).
[[nodiscard]] constexpr bool is_command(std::string_view verb, std::string_view argument) noexcept {
    constexpr std::array<std::string_view, 6> kBare{"CAPABILITY", "NOOP",      "LOGOUT",
                                                    "STARTTLS",   "NAMESPACE", "IDLE"};
    constexpr std::array<std::string_view, 5> kWithArgument{"ENABLE", "SELECT", "EXAMINE", "LIST",
                                                            "STATUS"};
    if (argument.empty()) return text::is_one_of(verb, kBare);
    if (text::same(verb, "LOGIN")) return is_login(argument);
    if (text::same(verb, "ID")) return argument[0] == '(' || text::same(argument, "NIL");
    if (text::same(verb, "AUTHENTICATE")) return text::is_visible(argument.substr(0, 1));
    return text::is_one_of(verb, kWithArgument);
}

[[nodiscard]] constexpr text::Weight weigh_command(std::string_view line) noexcept {
    auto rest = line;
    const auto tag = text::take_word(rest);
    const auto verb = text::take_word(rest);
    if (!is_tag(tag) || !is_command(verb, rest)) return text::Weight::kIllegal;
    return std::ranges::any_of(tag, text::is_digit) ? text::Weight::kOwn : text::Weight::kShared;
}

/// RFC 9051 §7.1: "* OK text", "* PREAUTH text", "* BYE text"; §7.2.2: "* CAPABILITY IMAP4rev1".
[[nodiscard]] constexpr text::Weight weigh_response(std::string_view line) noexcept {
    constexpr std::array<std::string_view, 3> kGreetings{"OK", "PREAUTH", "BYE"};
    auto rest = line;
    if (text::take_word(rest) != "*") return text::Weight::kIllegal;
    const auto word = text::take_word(rest);
    const bool lists_version = text::same(word, "CAPABILITY") && text::begins(rest, "IMAP4");
    const bool is_legal = lists_version || (text::is_one_of(word, kGreetings) && !rest.empty());
    return is_legal ? text::Weight::kOwn : text::Weight::kIllegal;
}

[[nodiscard]] inline Verdict validate(const Exchange& exchange) noexcept {
    const bool spoken = exchange.token != 0;
    if (bytes::text_of(exchange.said).starts_with('*')) {
        return {text::weigh_lines(exchange.said, spoken, weigh_response), Role::kServer, 1};
    }
    return {text::weigh_lines(exchange.said, spoken, weigh_command), Role::kClient, 1};
}

inline void extract(const Exchange& exchange, Facts& facts) noexcept {
    const auto line = text::first_line(exchange.said);
    if (line.starts_with("* ") && !text::begins(line, "* CAPABILITY")) {
        facts.add(Fact::kBanner, line);
    }
}

/// Where a session stands that may go on over TLS.
[[nodiscard]] Upgrade upgrade(bytes::View client, bytes::View server) noexcept;

inline constexpr Protocol kProtocol{
    .name = "imap",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
    .extract = extract,
    .upgrade = upgrade,
};

}  // namespace sensor::identify::imap
