// RTSP: requests and responses of a start line and headers (RFC 2326 §6, §7; RFC 7826 §7, §8).
#pragma once

#include <array>

#include "sensor/identify/header_block.h"

namespace sensor::identify::rtsp {

inline constexpr std::array kSignatures{
    Signature{
        R"(^(OPTIONS|DESCRIBE|ANNOUNCE|SETUP|PLAY|PLAY_NOTIFY|PAUSE|TEARDOWN|RECORD|REDIRECT|)"
        R"(GET_PARAMETER|SET_PARAMETER) ((?i)rtsps?://|\* ))"},
    Signature{R"(^RTSP/(1|2)\.0 [1-5][0-9][0-9] )"},
};

/// RFC 2326 §10 and RFC 7826 §13.
inline constexpr std::array<std::string_view, 12> kMethods{
    "OPTIONS",  "DESCRIBE", "ANNOUNCE", "SETUP",       "PLAY",          "PAUSE",
    "TEARDOWN", "RECORD",   "REDIRECT", "PLAY_NOTIFY", "GET_PARAMETER", "SET_PARAMETER"};

/// In every message, RFC 2326 §12.17, RFC 7826 §18.20.
inline constexpr std::array kRequired{text::HeaderName{"CSeq"}};

[[nodiscard]] constexpr bool is_version(std::string_view word) noexcept {
    return word == "RTSP/1.0" || word == "RTSP/2.0";
}

/// "DESCRIBE rtsp://example.org/film RTSP/1.0". Methods are case-sensitive.
[[nodiscard]] constexpr bool is_request_line(std::string_view line) noexcept {
    const auto method = text::take_word(line);
    const auto target = text::take_word(line);
    const bool is_target =
        target == "*" || ((text::begins(target, "rtsp://") || text::begins(target, "rtsps://")) &&
                          text::is_visible(target));
    return std::ranges::find(kMethods, method) != kMethods.end() && is_target && is_version(line);
}

/// "RTSP/1.0 200 OK".
[[nodiscard]] constexpr bool is_status_line(std::string_view line) noexcept {
    if (!is_version(text::take_word(line))) return false;
    const auto code = text::take_word(line);
    return code.size() == 3 && text::is_number(code) && code[0] >= '1' && code[0] <= '5' &&
           text::is_text(line);
}

[[nodiscard]] inline Verdict validate(const Exchange& exchange) noexcept {
    text::LineReader lines{exchange.said};
    std::string_view start;
    if (!lines.next(start)) return {lines.may_go_on() ? Match::kNeedMore : Match::kNo};
    const bool asks = is_request_line(start);
    if (!asks && !is_status_line(start)) return {Match::kNo};
    // A server asks too (ANNOUNCE, RFC 2326 §10.3): what the handshake told is not called in doubt.
    const Role likely = asks ? Role::kClient : Role::kServer;
    return {text::match_headers(lines, kRequired),
            exchange.direction_known ? Role::kEither : likely};
}

inline void extract(const Exchange& exchange, Facts& facts) noexcept {
    text::LineReader lines{exchange.said};
    std::string_view start;
    if (!lines.next(start)) return;
    const auto agent = text::find_header(lines, "User-Agent");
    if (agent) facts.add(Fact::kUserAgent, *agent);
    const auto server = text::find_header(lines, "Server");
    if (server) facts.add(Fact::kSoftware, *server);
}

inline constexpr Protocol kProtocol{
    .name = "rtsp",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
    .extract = extract,
};

}  // namespace sensor::identify::rtsp
