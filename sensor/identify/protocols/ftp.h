// FTP's control connection: commands and three-digit replies in lines (RFC 959 §4, §5.3).
//
// A server greets first, and as an SMTP server does: unless it says "FTP", what follows decides.
// "USER name" is POP3's command too, and IRC's USER has four parameters.
#pragma once

#include <array>

#include "sensor/identify/protocols/ftp_announcement.h"
#include "sensor/identify/reply.h"

namespace sensor::identify::ftp {

inline constexpr std::array kSignatures{
    Signature{R"(^(?i)(USER|PASS|ACCT|AUTH|OPTS|HOST|CLNT|PBSZ|PROT|TYPE|PORT|EPRT|CWD|RETR|)"
              R"(STOR|LIST|SIZE|MDTM) )",
              Role::kClient},
    Signature{R"(^(?i)(FEAT|SYST|PWD|PASV|EPSV|CDUP|REIN|ABOR|NOOP|HELP|STAT|LIST|NLST|QUIT)\r?\n)",
              Role::kClient},
    Signature{R"(^[1-5][0-5][0-9]([ -]|\r?\n))", Role::kServer},
};

/// RFC 959 §4.2.2, RFC 2228 §5 (232 to 235, 334 to 336, 431, 533 to 537, 631 to 633 are secured),
/// RFC 2428 (229, 522).
[[nodiscard]] constexpr bool is_code(unsigned code) noexcept {
    constexpr std::array kCodes{110U, 120U, 125U, 150U, 200U, 202U, 211U, 212U, 213U, 214U, 215U,
                                220U, 221U, 225U, 226U, 227U, 228U, 229U, 230U, 232U, 234U, 235U,
                                250U, 257U, 331U, 332U, 334U, 335U, 336U, 350U, 421U, 425U, 426U,
                                431U, 450U, 451U, 452U, 500U, 501U, 502U, 503U, 504U, 521U, 522U,
                                530U, 532U, 533U, 534U, 535U, 536U, 537U, 550U, 551U, 552U, 553U};
    return std::ranges::find(kCodes, code) != kCodes.end();
}

/// Replies to what an FTP client says first; SMTP has none of them.
[[nodiscard]] constexpr bool is_own_code(unsigned code) noexcept {
    constexpr std::array kCodes{215U, 227U, 229U, 230U, 232U, 234U, 257U, 331U, 332U};
    return std::ranges::find(kCodes, code) != kCodes.end();
}

/// "h1,h2,h3,h4,p1,p2", RFC 959 §5.3.2.
[[nodiscard]] constexpr bool is_host_port(std::string_view argument) noexcept {
    return std::ranges::count(argument, ',') == 5 &&
           std::ranges::all_of(argument, [](char c) { return text::is_digit(c) || c == ','; });
}

/// Commands that no other protocol has, and what their arguments must be.
[[nodiscard]] constexpr bool is_own_command(std::string_view verb,
                                            std::string_view argument) noexcept {
    constexpr std::array<std::string_view, 8> kBare{"FEAT", "SYST", "PWD",  "PASV",
                                                    "EPSV", "CDUP", "REIN", "ABOR"};
    constexpr std::array<std::string_view, 7> kWithArgument{"ACCT", "CLNT", "OPTS", "CWD",
                                                            "STOR", "SIZE", "MDTM"};
    constexpr std::array<std::string_view, 4> kTls{"TLS", "SSL", "TLS-C", "TLS-P"};  // RFC 4217 §4
    constexpr std::array<std::string_view, 5> kTypes{"A", "I", "A N", "E", "L 8"};
    constexpr std::array<std::string_view, 4> kProtections{"C", "S", "E", "P"};  // RFC 2228 §3
    if (argument.empty()) return text::is_one_of(verb, kBare);
    if (text::is_one_of(verb, kWithArgument)) return true;
    if (text::same(verb, "AUTH")) return text::is_one_of(argument, kTls);
    if (text::same(verb, "TYPE")) return text::is_one_of(argument, kTypes);
    if (text::same(verb, "PROT")) return text::is_one_of(argument, kProtections);
    if (text::same(verb, "PBSZ")) return text::is_number(argument);
    if (text::same(verb, "PORT")) return is_host_port(argument);
    return text::same(verb, "EPRT") && argument.starts_with('|') && argument.ends_with('|');
}

[[nodiscard]] constexpr text::Weight weigh_command(std::string_view line) noexcept {
    constexpr std::array<std::string_view, 7> kShared{"USER", "PASS", "LIST", "RETR",
                                                      "HELP", "STAT", "HOST"};
    constexpr std::array<std::string_view, 6> kSharedBare{"NOOP", "QUIT", "LIST",
                                                          "HELP", "STAT", "NLST"};
    auto argument = line;
    const auto verb = text::take_word(argument);
    if (is_own_command(verb, argument)) return text::Weight::kOwn;
    const bool is_irc = argument.find(" :") != std::string_view::npos;  // USER of RFC 2812 §3.1.3
    const bool is_shared = argument.empty() ? text::is_one_of(verb, kSharedBare)
                                            : text::is_one_of(verb, kShared) && !is_irc;
    return is_shared ? text::Weight::kShared : text::Weight::kIllegal;
}

/// The greeting (RFC 959 §5.4) decides if it names the protocol; else what follows does.
[[nodiscard]] inline Match match_replies(const Exchange& exchange) noexcept {
    text::LineReader lines{exchange.said};
    const auto first = text::take_reply(lines, text::Inner::kFree);
    if (first.code != 0 && !is_code(first.code)) return Match::kNo;
    if (first.match != Match::kYes) return first.match;
    const bool greets = first.code == 220 || first.code == 120 || first.code == 421;
    const auto weight =
        greets ? text::weigh_greeting(first.text, "FTP", "SMTP") : text::Weight::kShared;
    if (weight == text::Weight::kIllegal) return Match::kNo;
    if (weight == text::Weight::kOwn || exchange.token != 0) return Match::kYes;
    const auto second = text::take_reply(lines, text::Inner::kFree);
    if (second.match == Match::kNo || (second.code != 0 && !is_code(second.code))) {
        return Match::kNo;
    }
    const bool is_own =
        second.match == Match::kYes && first.code == 220 && is_own_code(second.code);
    return is_own ? Match::kYes : Match::kNeedMore;
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
    if (code == 220 || code == 120 || code == 421) facts.add(Fact::kBanner, line);
}

/// Where a session stands that may go on over TLS.
[[nodiscard]] Upgrade upgrade(bytes::View client, bytes::View server) noexcept;

inline constexpr Protocol kProtocol{
    .name = "ftp",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
    .extract = extract,
    .upgrade = upgrade,
    .announces = read_announcement,
};

}  // namespace sensor::identify::ftp
