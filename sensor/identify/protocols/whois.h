// WHOIS (RFC 3912): one line asks, text answers until the connection ends. RFC 3912 gives neither
// a form, so a query never counts alone; answers in the forms of registries do: RPSL objects
// (RFC 2622 §2, with '%' or '#' comments) and the registry and registrar output that ICANN
// requires (2013 RAA, "Registration Data Directory Service Specification" §1.4).
#pragma once

#include <array>

#include "sensor/identify/text_line.h"

namespace sensor::identify::whois {

inline constexpr std::array kSignatures{
    Signature{R"(^[0-9A-Za-z.:!=+/-][0-9A-Za-z.:!=+/ _@,-][0-9A-Za-z.:!=+/ _@,-])", Role::kClient},
    Signature{R"(^(\r?\n(\r?\n)?)?[%#][ %#\r\n])", Role::kServer},
    Signature{R"(^(\r?\n(\r?\n)?)?([ \t]([ \t]([ \t][ \t]?)?)?)?(?i)(domain|inet6?num|)"
              R"(net(range|handle)|aut-num|as-block|as(num|han)))",
              Role::kServer},
    Signature{R"(^(\r?\n(\r?\n)?)?([ \t]([ \t]([ \t][ \t]?)?)?)?(?i)(organi[sz]ation|)"
              R"(org(name|id)|refer|registr|route|person|role))",
              Role::kServer},
};

inline constexpr std::size_t kLongestQuery = 256;  // bytes
inline constexpr std::size_t kLongestName = 40;    // characters of an attribute's name

/// Attributes that name what was asked for.
inline constexpr std::array<std::string_view, 20> kObjects{
    "domain",   "domain name", "inetnum",      "inet6num", "netrange", "nethandle", "aut-num",
    "as-block", "asnumber",    "ashandle",     "route",    "route6",   "as-set",    "mntner",
    "person",   "role",        "organisation", "orgname",  "orgid",    "refer"};
/// Attributes that only registries have.
inline constexpr std::array<std::string_view, 40> kAttributes{
    "netname",
    "nethandle",
    "nettype",
    "cidr",
    "originas",
    "mnt-by",
    "mnt-ref",
    "mnt-lower",
    "admin-c",
    "tech-c",
    "nic-hdl",
    "nserver",
    "name server",
    "source",
    "changed",
    "regdate",
    "abuse-c",
    "abuse-mailbox",
    "as-name",
    "asname",
    "descr",
    "origin",
    "whois",
    "registrar",
    "registrar url",
    "registrar whois server",
    "registrar iana id",
    "registry domain id",
    "creation date",
    "updated date",
    "registry expiry date",
    "registrar registration expiration date",
    "domain status",
    "dnssec",
    "created",
    "last-modified",
    "registrant",
    "holder",
    "paid-till",
    "org"};

/// One line, then silence; nothing to wait for before the answer, or every session that begins with
/// a line would be kept waiting.
[[nodiscard]] constexpr Match match_query(std::string_view said, bool is_answered) noexcept {
    if (!is_answered) return Match::kNo;
    auto line = said;
    const bool is_whole = line.ends_with('\n');
    if (is_whole) line.remove_suffix(1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || said.size() > kLongestQuery || !text::is_text(line)) return Match::kNo;
    return is_whole ? Match::kYes : Match::kNeedMore;
}

/// Comments, empty lines and "name: value" lines, as far as they are there. It is a registry's
/// answer once it names an object and two of its attributes.
[[nodiscard]] inline Match match_answer(bytes::View said) noexcept {
    text::LineReader lines{said};
    std::string_view line;
    bool has_object = false;
    unsigned attributes = 0;
    unsigned others = 0;
    while (lines.next(line)) {
        if (line.size() > text::kMaxLine) return Match::kNo;
        while (line.starts_with(' ') || line.starts_with('\t'))
            line.remove_prefix(1);
        if (line.empty() || line[0] == '%' || line[0] == '#' || line.starts_with(">>>")) continue;
        const auto colon = line.find(':');
        const auto name = line.substr(0, colon);
        if (colon == std::string_view::npos || name.size() > kLongestName ||
            !text::is_made_of(name, " -_/.'()")) {
            if (!has_object || ++others > 8) return Match::kNo;
            continue;  // a value goes on, or a notice
        }
        has_object = has_object || text::is_one_of(name, kObjects);
        if (!has_object) return Match::kNo;
        if (text::is_one_of(name, kAttributes) && ++attributes == 2) return Match::kYes;
    }
    return lines.rest().size() < text::kMaxLine ? Match::kNeedMore : Match::kNo;
}

[[nodiscard]] inline Verdict validate(const Exchange& exchange) noexcept {
    const bool may_ask = !exchange.direction_known || exchange.direction == Direction::kToServer;
    const bool may_answer = !exchange.direction_known || exchange.direction == Direction::kToClient;
    if (exchange.said.empty()) return {Match::kNeedMore};
    const Match answer = may_answer ? match_answer(exchange.said) : Match::kNo;
    if (answer == Match::kYes) return {answer, Role::kServer, 1};
    const Match query =
        may_ask ? match_query(bytes::text_of(exchange.said), exchange.token != 0) : Match::kNo;
    if (query != Match::kNo) return {query, Role::kClient, 1};
    return {answer, Role::kServer, 1};
}

inline constexpr Protocol kProtocol{
    .name = "whois",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::whois
