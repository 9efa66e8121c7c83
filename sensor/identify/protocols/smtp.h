// SMTP: commands and three-digit replies in lines (RFC 5321 §4.1, §4.2).
//
// A server greets first, and as an FTP server does: unless it says "SMTP", the client's EHLO
// decides. LMTP (RFC 2033, LHLO) is another protocol.
#pragma once

#include <array>

#include "sensor/identify/reply.h"

namespace sensor::identify::smtp {

inline constexpr std::array kSignatures{
    Signature{R"(^(?i)(HELO|EHLO|MAIL|RCPT|AUTH|VRFY) )", Role::kClient},
    Signature{R"(^(?i)(STARTTLS|NOOP|RSET|HELP|QUIT)\r?\n)", Role::kClient},
    Signature{R"(^[2-5][0-5][0-9]([ -]|\r?\n))", Role::kServer},
};

/// RFC 5321 §4.2.3, RFC 4954 §6 (AUTH), RFC 7504 (521, 556).
[[nodiscard]] constexpr bool is_code(unsigned code) noexcept {
    constexpr std::array kCodes{211U, 214U, 220U, 221U, 235U, 250U, 251U, 252U, 334U,
                                354U, 421U, 432U, 450U, 451U, 452U, 454U, 455U, 500U,
                                501U, 502U, 503U, 504U, 521U, 530U, 534U, 535U, 538U,
                                550U, 551U, 552U, 553U, 554U, 555U, 556U};
    return std::ranges::find(kCodes, code) != kCodes.end();
}

/// A domain or an address literal, RFC 5321 §4.1.3. Hosts send underscores too.
[[nodiscard]] constexpr bool is_host(std::string_view host) noexcept {
    if (host.ends_with(' ')) host.remove_suffix(1);
    return !host.empty() && text::is_made_of(host, ".-_:[]");
}

/// The argument of MAIL or RCPT: "FROM:<path> parameters", RFC 5321 §4.1.1.2, §4.1.1.3.
[[nodiscard]] constexpr bool is_path(std::string_view argument, std::string_view word) noexcept {
    if (!text::begins(argument, word)) return false;
    argument.remove_prefix(word.size());
    if (argument.starts_with(' ')) argument.remove_prefix(1);
    return argument.starts_with('<') && argument.find('>') != std::string_view::npos;
}

[[nodiscard]] constexpr text::Weight weigh_command(std::string_view line) noexcept {
    constexpr std::array<std::string_view, 5> kBare{"STARTTLS", "NOOP", "RSET", "HELP", "QUIT"};
    auto argument = line;
    const auto verb = text::take_word(argument);
    const auto own_if = [](bool is_legal) {
        return is_legal ? text::Weight::kOwn : text::Weight::kIllegal;
    };
    if (text::same(verb, "EHLO") || text::same(verb, "HELO")) return own_if(is_host(argument));
    if (text::same(verb, "MAIL")) return own_if(is_path(argument, "FROM:"));
    if (text::same(verb, "RCPT")) return own_if(is_path(argument, "TO:"));
    const bool takes_one = text::same(verb, "AUTH") || text::same(verb, "VRFY");
    const bool is_shared =
        takes_one ? !argument.empty() : text::is_one_of(verb, kBare) && argument.empty();
    return is_shared ? text::Weight::kShared : text::Weight::kIllegal;
}

/// True for the answer to EHLO: RFC 5321 §4.1.1.1, keywords of the IANA registry.
[[nodiscard]] inline bool is_ehlo_answer(const text::Reply& reply) noexcept {
    constexpr std::array<std::string_view, 6> kKeywords{
        "PIPELINING", "8BITMIME", "STARTTLS", "SIZE", "ENHANCEDSTATUSCODES", "DSN"};
    if (reply.match != Match::kYes || reply.code != 250) return false;
    return std::ranges::any_of(
        kKeywords, [&](std::string_view word) { return text::mentions(reply.text, word); });
}

/// The greeting (RFC 5321 §3.1, §4.3.2) decides if it names the protocol; else what follows does.
[[nodiscard]] inline Match match_replies(const Exchange& exchange) noexcept {
    text::LineReader lines{exchange.said};
    const auto first = text::take_reply(lines, text::Inner::kCoded);
    if (first.code != 0 && !is_code(first.code)) return Match::kNo;
    if (first.match != Match::kYes) return first.match;
    const bool greets = first.code == 220 || first.code == 421 || first.code == 554;
    const auto weight =
        greets ? text::weigh_greeting(first.text, "SMTP", "FTP") : text::Weight::kShared;
    if (weight == text::Weight::kIllegal) return Match::kNo;
    if (weight == text::Weight::kOwn || exchange.token != 0) return Match::kYes;
    const auto second = text::take_reply(lines, text::Inner::kCoded);
    if (second.match == Match::kNo || (second.code != 0 && !is_code(second.code))) {
        return Match::kNo;
    }
    return first.code == 220 && is_ehlo_answer(second) ? Match::kYes : Match::kNeedMore;
}

[[nodiscard]] inline Verdict validate(const Exchange& exchange) noexcept {
    const auto said = bytes::text_of(exchange.said);
    if (said.empty()) return {Match::kNo};
    if (text::is_digit(said[0])) return {match_replies(exchange), Role::kServer, 1};
    return {text::weigh_lines(exchange.said, exchange.token != 0, weigh_command), Role::kClient, 1};
}

inline void extract(const Exchange& exchange, Facts& facts) noexcept {
    const auto line = text::first_line(exchange.said);
    const unsigned code = text::code_of(line);
    if (code == 220 || code == 421 || code == 554) facts.add(Fact::kBanner, line);
}

/// Where a session stands that may go on over TLS.
[[nodiscard]] Upgrade upgrade(bytes::View client, bytes::View server) noexcept;

inline constexpr Protocol kProtocol{
    .name = "smtp",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
    .extract = extract,
    .upgrade = upgrade,
};

}  // namespace sensor::identify::smtp
