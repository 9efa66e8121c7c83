#include "sensor/identify/protocols/http.h"

#include <algorithm>

#include "sensor/identify/http_message.h"

namespace sensor::identify::http {
namespace {

constexpr std::size_t kMaxMethod = 24;  // characters; the longest registered has 17

constexpr bool is_method_character(char c) noexcept {
    return (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}
constexpr bool is_method(std::string_view method) noexcept {
    return !method.empty() && method.size() <= kMaxMethod && method[0] >= 'A' && method[0] <= 'Z' &&
           std::ranges::all_of(method, is_method_character);
}

/// Bytes of other languages are not legal in a target, but sent.
constexpr bool is_target_character(char c) noexcept {
    return static_cast<unsigned char>(c) > ' ' && c != '\x7f';
}

/// origin, asterisk, authority or absolute form, RFC 9112 §3.2.
constexpr bool is_target(std::string_view method, std::string_view target) noexcept {
    if (target.empty()) return false;
    if (method == "CONNECT") return target.front() != '/' && target.find(':') != target.npos;
    return target.front() == '/' || target == "*" || target.find("://") != target.npos;
}

/// Takes the white space that parts words, RFC 9112 §3; false if there is none.
constexpr bool take_space(std::string_view& text) noexcept {
    const auto end = std::min(text.find_first_not_of(" \t"), text.size());
    text.remove_prefix(end);
    return end != 0;
}

/// Takes a line's end, after white space. kNeedMore if the text ends before it.
constexpr Match take_line_end(std::string_view& text) noexcept {
    take_space(text);
    if (text.starts_with('\r')) text.remove_prefix(1);
    if (text.empty()) return Match::kNeedMore;
    if (text.front() != '\n') return Match::kNo;
    text.remove_prefix(1);
    return Match::kYes;
}

/// What follows the target: the version, the line's end and, if it is there, a header's start.
Match parse_version(std::string_view text, char& minor) noexcept {
    const Match start = http_message::match_start(text, "HTTP/1.");
    if (start != Match::kYes) return start;
    text.remove_prefix(7);
    if (text.empty()) return Match::kNeedMore;
    minor = text.front();
    if (minor != '0' && minor != '1') return Match::kNo;
    text.remove_prefix(1);
    if (const Match end = take_line_end(text); end != Match::kYes) return end;
    const bool goes_on = text.empty() || text.front() == '\r' || text.front() == '\n' ||
                         http_message::is_token_character(text.front());
    return goes_on ? Match::kYes : Match::kNo;
}

}  // namespace

Match parse_request(std::string_view text, Request& request) noexcept {
    text = http_message::from_first_line(text);
    const auto space = text.find_first_of(" \t");
    request.method = text.substr(0, space);
    if (!text.empty() && !is_method(request.method)) return Match::kNo;
    if (space == std::string_view::npos) return Match::kNeedMore;
    text.remove_prefix(space);
    take_space(text);
    const auto* const end = std::ranges::find_if_not(text, is_target_character);
    request.target = text.substr(0, static_cast<std::size_t>(end - text.begin()));
    text.remove_prefix(request.target.size());
    if (text.empty()) return Match::kNeedMore;
    if (!take_space(text) || !is_target(request.method, request.target)) return Match::kNo;
    return parse_version(text, request.minor);
}

Match parse_response(std::string_view text, std::string_view& status) noexcept {
    const Match start = http_message::match_start(text, "HTTP/1.");
    if (start != Match::kYes) return start;
    text.remove_prefix(7);
    if (text.empty()) return Match::kNeedMore;
    if (text.front() != '0' && text.front() != '1') return Match::kNo;
    text.remove_prefix(1);
    if (text.empty()) return Match::kNeedMore;
    if (!take_space(text)) return Match::kNo;
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    status = text.substr(0, 3);
    if (!std::ranges::all_of(status, is_digit) || status.starts_with('0')) return Match::kNo;
    if (text.size() <= status.size()) return Match::kNeedMore;
    text.remove_prefix(status.size());
    if (text.front() != ' ' && text.front() != '\r' && text.front() != '\n') return Match::kNo;
    const auto is_plain = [](char c) { return is_target_character(c) || c == ' ' || c == '\t'; };
    const auto* const end = std::ranges::find_if_not(text, is_plain);
    text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
    return take_line_end(text);
}

Verdict validate(const Exchange& exchange) noexcept {
    const auto text = bytes::text_of(exchange.said);
    std::string_view status;
    const Match response = parse_response(text, status);
    if (!text.empty() && response != Match::kNo) return {response, Role::kServer};
    Request request;
    return {parse_request(text, request), Role::kClient};
}

void extract(const Exchange& exchange, Facts& facts) noexcept {
    const auto text = bytes::text_of(exchange.said);
    std::string_view status;
    if (parse_response(text, status) == Match::kYes) return facts.add(Fact::kHttpStatus, status);
    Request request;
    if (parse_request(text, request) != Match::kYes) return;
    facts.add(Fact::kHttpMethod, request.method);
    if (request.method == "CONNECT") facts.add(Fact::kDestinationRequested, request.target);
    std::string_view host;
    std::string_view agent;
    http_message::each_header(
        http_message::from_first_line(text), [&](std::string_view name, std::string_view value) {
            if (host.empty() && http_message::is_same_word(name, "host")) host = value;
            if (agent.empty() && http_message::is_same_word(name, "user-agent")) agent = value;
        });
    if (!host.empty()) facts.add(Fact::kHttpHost, host);
    facts.add(Fact::kHttpUri, request.target);
    if (!agent.empty()) facts.add(Fact::kHttpUserAgent, agent);
}

}  // namespace sensor::identify::http
