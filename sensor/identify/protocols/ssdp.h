// SSDP, UPnP's discovery: HTTP-like text in one datagram (UPnP Device Architecture 2.0 §1.2-1.3).
// An answer comes from another address than the group asked, in a session of its own.
#pragma once

#include <algorithm>
#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::ssdp {

inline constexpr std::array kSignatures{
    Signature{R"(^M-SEARCH \* HTTP/1\.[01]\r\n)"},
    Signature{R"(^NOTIFY \* HTTP/1\.[01]\r\n)"},
    Signature{R"(^HTTP/1\.[01] 200 OK)"},
};

/// The headers that matter, each empty if it is missing.
struct Headers {
    bool are_legal = true;
    bool has_man = false;
    bool has_target = false;        ///< ST
    bool has_notification = false;  ///< NT
    bool has_service = false;       ///< USN
    std::string_view server;
    std::string_view user_agent;
};

/// `upper` is in upper case; header names may come in any.
[[nodiscard]] inline bool is_header(std::string_view name, std::string_view upper) noexcept {
    return std::ranges::equal(name, upper, [](char mine, char theirs) {
        return (mine >= 'a' && mine <= 'z' ? mine - 'a' + 'A' : mine) == theirs;
    });
}

inline void note_header(std::string_view name, std::string_view value, Headers& headers) noexcept {
    value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
    if (is_header(name, "MAN")) headers.has_man = value == R"("ssdp:discover")";
    if (is_header(name, "ST")) headers.has_target = !value.empty();
    if (is_header(name, "NT")) headers.has_notification = !value.empty();
    if (is_header(name, "USN")) headers.has_service = !value.empty();
    if (is_header(name, "SERVER")) headers.server = value;
    if (is_header(name, "USER-AGENT")) headers.user_agent = value;
}

/// Lines after the first, up to the empty one: "Name: value", of printable characters.
[[nodiscard]] inline Headers read_headers(std::string_view text) noexcept {
    Headers headers;
    std::size_t begin = std::min(text.find('\n'), text.size() - 1) + 1;
    while (begin < text.size()) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        std::string_view line = text.substr(begin, end - begin);
        begin = end + 1;
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.empty()) break;
        const auto is_control = [](char c) {
            return (c >= 0 && c < ' ' && c != '\t') || c == 0x7f;
        };
        const std::size_t colon = line.find(':');
        headers.are_legal = headers.are_legal && colon != std::string_view::npos && colon != 0 &&
                            std::ranges::none_of(line, is_control);
        if (!headers.are_legal) break;
        note_header(line.substr(0, colon), line.substr(colon + 1), headers);
    }
    return headers;
}

[[nodiscard]] inline Verdict validate(const Exchange& exchange) noexcept {
    const auto text = bytes::text_of(exchange.said);
    if (text.empty()) return {Match::kNo};
    const Headers headers = read_headers(text);
    if (!headers.are_legal) return {Match::kNo};
    const bool is_request = text.starts_with("M-SEARCH * HTTP/1.");
    if (is_request && headers.has_man && headers.has_target) {
        return {Match::kYes, exchange.multicast ? Role::kEither : Role::kClient};
    }
    // Announced by whoever opens the session.
    const bool is_notice = text.starts_with("NOTIFY * HTTP/1.");
    if (is_notice && headers.has_notification && headers.has_service) return {Match::kYes};
    const bool is_answer = text.starts_with("HTTP/1.");
    if (is_answer && headers.has_target && headers.has_service) {
        return {Match::kYes, exchange.multicast ? Role::kEither : Role::kServer};
    }
    return {Match::kNo};
}

inline void extract(const Exchange& exchange, Facts& facts) noexcept {
    const Headers headers = read_headers(bytes::text_of(exchange.said));
    if (!headers.server.empty()) facts.add(Fact::kSoftware, headers.server);
    if (!headers.user_agent.empty()) facts.add(Fact::kUserAgent, headers.user_agent);
}

inline constexpr Protocol kProtocol{
    .name = "ssdp",
    .transports = kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
    .extract = extract,
};

}  // namespace sensor::identify::ssdp
