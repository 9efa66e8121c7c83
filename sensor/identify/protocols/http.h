// HTTP/1.0 and HTTP/1.1: request and status lines (RFC 9112 §3, §4). RTSP and SIP share the verbs;
// the version decides.
#pragma once

#include <algorithm>
#include <array>

#include "sensor/identify/http_message.h"
#include "sensor/identify/protocol.h"

namespace sensor::identify::http {

inline constexpr std::array kSignatures{
    Signature{R"(^(GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH) )", Role::kClient},
    Signature{R"(^(PROPFIND|PROPPATCH|MKCOL|COPY|MOVE|LOCK|UNLOCK|REPORT|SEARCH|MERGE) )",
              Role::kClient},
    Signature{R"(^(MKCALENDAR|MKACTIVITY|CHECKOUT|ACL|PURGE) )", Role::kClient},
    Signature{R"(^(SUBSCRIBE|UNSUBSCRIBE|NOTIFY|M-SEARCH) )", Role::kClient},
    Signature{R"(^HTTP/1\.[01] )", Role::kServer},
};

/// IANA "HTTP Method Registry", those in use; then UPnP's and Varnish's.
inline constexpr std::array<std::string_view, 27> kMethods{
    "GET",   "HEAD",     "POST",      "PUT",       "DELETE",      "CONNECT",    "OPTIONS",
    "TRACE", "PATCH",    "PROPFIND",  "PROPPATCH", "MKCOL",       "COPY",       "MOVE",
    "LOCK",  "UNLOCK",   "REPORT",    "SEARCH",    "MERGE",       "MKCALENDAR", "MKACTIVITY",
    "ACL",   "CHECKOUT", "SUBSCRIBE", "NOTIFY",    "UNSUBSCRIBE", "PURGE"};

struct Request {
    std::string_view method;
    std::string_view target;
    char minor = '0';  ///< of HTTP/1.x
};

/// Bytes of other languages are not legal in a target, but sent.
[[nodiscard]] constexpr bool is_target_character(char c) noexcept {
    return static_cast<unsigned char>(c) > ' ' && c != '\x7f';
}

/// origin, asterisk, authority or absolute form, RFC 9112 §3.2.
[[nodiscard]] constexpr bool is_target(std::string_view method, std::string_view target) noexcept {
    if (target.empty()) return false;
    if (method == "CONNECT") return target.front() != '/' && target.find(':') != target.npos;
    return target.front() == '/' || target == "*" || target.find("://") != target.npos;
}

/// What follows the target: the version, the line's end and, if it is there, a header's start.
[[nodiscard]] inline Match parse_version(std::string_view text, char& minor) noexcept {
    const Match start = http_message::match_start(text, "HTTP/1.");
    if (start != Match::kYes) return start;
    text.remove_prefix(7);
    if (text.empty()) return Match::kNeedMore;
    minor = text.front();
    if (minor != '0' && minor != '1') return Match::kNo;
    text.remove_prefix(1);
    if (text.starts_with('\r')) text.remove_prefix(1);
    if (text.empty()) return Match::kNeedMore;
    if (text.front() != '\n') return Match::kNo;
    text.remove_prefix(1);
    const bool goes_on = text.empty() || text.front() == '\r' || text.front() == '\n' ||
                         http_message::is_token_character(text.front());
    return goes_on ? Match::kYes : Match::kNo;
}

/// The request line at the start of `text`.
[[nodiscard]] inline Match parse_request(std::string_view text, Request& request) noexcept {
    const auto space = text.find(' ');
    request.method = text.substr(0, space);
    if (space == std::string_view::npos) {
        const bool may_become = std::ranges::any_of(
            kMethods, [&](std::string_view method) { return method.starts_with(text); });
        return may_become ? Match::kNeedMore : Match::kNo;
    }
    if (std::ranges::find(kMethods, request.method) == kMethods.end()) return Match::kNo;
    text.remove_prefix(space + 1);
    const auto* const end = std::ranges::find_if_not(text, is_target_character);
    request.target = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    if (request.target.size() == text.size()) return Match::kNeedMore;
    if (*end != ' ' || !is_target(request.method, request.target)) return Match::kNo;
    return parse_version(text.substr(request.target.size() + 1), request.minor);
}

/// The status line at the start of `text`; `status` becomes its three digits.
[[nodiscard]] inline Match parse_response(std::string_view text,
                                          std::string_view& status) noexcept {
    constexpr std::string_view kShape = "HTTP/1.1 200";
    const auto fits = [&](std::size_t at) {
        if (at == 7) return text[at] == '0' || text[at] == '1';
        if (at == 9) return text[at] >= '1' && text[at] <= '9';
        return at > 9 ? text[at] >= '0' && text[at] <= '9' : text[at] == kShape[at];
    };
    for (std::size_t at = 0; at < std::min(text.size(), kShape.size()); ++at) {
        if (!fits(at)) return Match::kNo;
    }
    if (text.size() <= kShape.size()) return Match::kNeedMore;
    status = text.substr(9, 3);
    text.remove_prefix(kShape.size());
    if (text.front() != ' ' && text.front() != '\r' && text.front() != '\n') return Match::kNo;
    const auto is_plain = [](char c) { return is_target_character(c) || c == ' ' || c == '\t'; };
    const auto* const end = std::ranges::find_if_not(text, is_plain);
    text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
    return http_message::match_start(text.substr(0, text.starts_with('\r') ? 2 : 1),
                                     text.starts_with('\r') ? "\r\n" : "\n");
}

/// One complete start line is enough.
[[nodiscard]] inline Verdict validate(const Exchange& exchange) noexcept {
    const auto text = bytes::text_of(exchange.said);
    std::string_view status;
    const Match response = parse_response(text, status);
    if (!text.empty() && response != Match::kNo) return {response, Role::kServer};
    Request request;
    return {parse_request(text, request), Role::kClient};
}

inline void extract(const Exchange& exchange, Facts& facts) noexcept {
    const auto text = bytes::text_of(exchange.said);
    std::string_view status;
    if (parse_response(text, status) == Match::kYes) return facts.add(Fact::kHttpStatus, status);
    Request request;
    if (parse_request(text, request) != Match::kYes) return;
    facts.add(Fact::kHttpMethod, request.method);
    if (request.method == "CONNECT") facts.add(Fact::kDestinationRequested, request.target);
    std::string_view host;
    std::string_view agent;
    http_message::each_header(text, [&](std::string_view name, std::string_view value) {
        if (host.empty() && http_message::is_same_word(name, "host")) host = value;
        if (agent.empty() && http_message::is_same_word(name, "user-agent")) agent = value;
    });
    if (!host.empty()) facts.add(Fact::kHttpHost, host);
    facts.add(Fact::kHttpUri, request.target);
    if (!agent.empty()) facts.add(Fact::kHttpUserAgent, agent);
}

/// CONNECT and Upgrade; in http_upgrade.cpp.
[[nodiscard]] Upgrade upgrade(bytes::View client, bytes::View server) noexcept;
void extract_upgrade(bytes::View client, bytes::View server, Facts& facts) noexcept;

inline constexpr Protocol kProtocol{
    .name = "http",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
    .extract = extract,
    .upgrade = upgrade,
    .extract_upgrade = extract_upgrade,
};

}  // namespace sensor::identify::http
