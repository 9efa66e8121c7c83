// SIP: requests and responses of a start line and headers (RFC 3261 §7), over UDP and TCP.
//
// Both ends are user agents: either may send requests, so neither kind tells who is the client.
#pragma once

#include <array>

#include "sensor/identify/header_block.h"

namespace sensor::identify::sip {

inline constexpr std::array kSignatures{
    Signature{R"(^(\r\n(\r\n)?)?(INVITE|ACK|BYE|CANCEL|OPTIONS|REGISTER|PRACK|SUBSCRIBE|NOTIFY|)"
              R"(PUBLISH|INFO|REFER|MESSAGE|UPDATE) (?i)(sip|tel))"},
    Signature{R"(^(\r\n(\r\n)?)?SIP/2\.0 [1-6])"},
};

/// RFC 3261 §7.1 and the IANA registry of SIP methods.
inline constexpr std::array<std::string_view, 14> kMethods{
    "INVITE", "ACK",     "BYE",       "CANCEL", "OPTIONS", "REGISTER", "PRACK",
    "NOTIFY", "PUBLISH", "SUBSCRIBE", "INFO",   "REFER",   "MESSAGE",  "UPDATE"};

/// RFC 3261 §8.1.1 demands more of them; §7.3.3 has the compact forms.
inline constexpr std::array kRequired{text::HeaderName{"Via", "v"},
                                      text::HeaderName{"Call-ID", "i"}};

/// Of a longer message only this much is shown: the path in its Via may take all of it.

/// "INVITE sip:bob@example.org SIP/2.0", RFC 3261 §7.1. Methods are case-sensitive.
[[nodiscard]] constexpr bool is_request_line(std::string_view line) noexcept {
    constexpr std::array<std::string_view, 3> kSchemes{"sip", "sips", "tel"};
    const auto method = text::take_word(line);
    const auto target = text::take_word(line);
    const auto colon = target.find(':');
    return std::ranges::find(kMethods, method) != kMethods.end() && line == "SIP/2.0" &&
           colon != std::string_view::npos && colon + 1 < target.size() &&
           text::is_one_of(target.substr(0, colon), kSchemes) && text::is_visible(target);
}

/// "SIP/2.0 180 Ringing", RFC 3261 §7.2.
[[nodiscard]] constexpr bool is_status_line(std::string_view line) noexcept {
    if (text::take_word(line) != "SIP/2.0") return false;
    const bool has_reason = line.size() >= 4 && line[3] == ' ';
    const auto code = text::take_word(line);
    return code.size() == 3 && text::is_number(code) && code[0] >= '1' && code[0] <= '6' &&
           has_reason && text::is_text(line);
}

/// Finds the start line: the empty lines that keep a connection alive come before it, RFC 3261
/// §7.5. False if it is not whole yet.
[[nodiscard]] inline bool take_start(text::LineReader& lines, std::string_view& line) noexcept {
    do {
        if (!lines.next(line)) return false;
    } while (line.empty());
    return true;
}

[[nodiscard]] inline Verdict validate(const Exchange& exchange) noexcept {
    text::LineReader lines{exchange.said};
    std::string_view start;
    if (!take_start(lines, start)) {
        return {lines.may_go_on() ? Match::kNeedMore : Match::kNo};
    }
    if (!is_request_line(start) && !is_status_line(start)) return {Match::kNo};
    const Match headers = text::match_headers(lines, kRequired);
    const bool is_outsized = exchange.said.size() >= kFirstBytes && headers == Match::kNeedMore;
    return {is_outsized ? text::match_headers(lines, std::span{kRequired}.first(1)) : headers};
}

inline void extract(const Exchange& exchange, Facts& facts) noexcept {
    text::LineReader lines{exchange.said};
    std::string_view start;
    if (!take_start(lines, start)) return;
    if (is_request_line(start)) facts.add(Fact::kSipMethod, text::take_word(start));
    const auto agent = text::find_header(lines, "User-Agent");
    if (agent) facts.add(Fact::kUserAgent, *agent);
    const auto server = text::find_header(lines, "Server");
    if (server) facts.add(Fact::kSoftware, *server);
}

inline constexpr Protocol kProtocol{
    .name = "sip",
    .transports = kOverTcp | kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
    .extract = extract,
};

}  // namespace sensor::identify::sip
