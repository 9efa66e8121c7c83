// XMPP: the stream header that both sides send first (RFC 6120 §4.2, §4.7, §4.8).
#pragma once

#include <array>

#include "sensor/identify/text_line.h"

namespace sensor::identify::xmpp {

inline constexpr std::array kSignatures{
    Signature{R"(^<stream:stream[ \t\r\n])"},
    Signature{R"(^<\?xml[ \t\r\n])"},
};

inline constexpr std::size_t kMaxHeader = 2048;  // bytes; domains and an id, of which none is long
inline constexpr std::string_view kSpace = " \t\r\n";

/// Takes `expected` off the front. kNeedMore if `rest` ends inside it.
[[nodiscard]] constexpr Match take(std::string_view& rest, std::string_view expected) noexcept {
    if (rest.starts_with(expected)) {
        rest.remove_prefix(expected.size());
        return Match::kYes;
    }
    return expected.starts_with(rest) ? Match::kNeedMore : Match::kNo;
}
constexpr void skip_space(std::string_view& rest) noexcept {
    rest.remove_prefix(std::min(rest.find_first_not_of(kSpace), rest.size()));
}

/// The attributes that decide, of one tag.
struct Header {
    bool has_content_namespace = false;  ///< jabber:client or jabber:server, RFC 6120 §4.8.2
    bool has_stream_namespace = false;   ///< RFC 6120 §4.8.1
    bool has_id = false;                 ///< only the receiving side's has one, RFC 6120 §4.7.3

    constexpr void note(std::string_view name, std::string_view value) noexcept {
        if (name == "xmlns") {
            has_content_namespace = value == "jabber:client" || value == "jabber:server";
        } else if (name == "xmlns:stream") {
            has_stream_namespace = value == "http://etherx.jabber.org/streams";
        } else if (name == "id") {
            has_id = true;
        }
    }
};

[[nodiscard]] constexpr bool is_name(std::string_view name) noexcept {
    return !name.empty() && text::is_made_of(name, ":-_.");
}

/// `name='value'` with either quote, up to the '>' of the tag.
[[nodiscard]] constexpr Match read_attributes(std::string_view rest, Header& header) noexcept {
    for (;;) {
        const std::size_t before = rest.size();
        skip_space(rest);
        if (rest.empty()) return Match::kNeedMore;
        if (rest[0] == '>') return Match::kYes;
        const bool is_apart = rest.size() != before;
        const auto equals = rest.find('=');
        const auto name = rest.substr(0, equals);
        if (!is_apart || !is_name(name)) return Match::kNo;
        if (equals == std::string_view::npos) return Match::kNeedMore;
        rest.remove_prefix(equals + 1);
        if (rest.empty()) return Match::kNeedMore;
        const char quote = rest[0];
        if (quote != '\'' && quote != '"') return Match::kNo;
        const auto end = rest.find(quote, 1);
        const auto value = rest.substr(1, end == std::string_view::npos ? end : end - 1);
        if (!text::is_text(value) || value.find('<') != std::string_view::npos) return Match::kNo;
        if (end == std::string_view::npos) return Match::kNeedMore;
        header.note(name, value);
        rest.remove_prefix(end + 1);
    }
}

/// The XML declaration, RFC 6120 §11.5: optional, and nothing but itself before the header.
[[nodiscard]] constexpr Match skip_declaration(std::string_view& rest) noexcept {
    if (!rest.starts_with("<?xml")) return Match::kYes;
    const auto end = rest.find("?>");
    const auto declaration = rest.substr(0, end);
    if (declaration.find_first_of("<>", 1) != std::string_view::npos) return Match::kNo;
    if (end == std::string_view::npos) return Match::kNeedMore;
    rest.remove_prefix(end + 2);
    skip_space(rest);
    return Match::kYes;
}

[[nodiscard]] constexpr Match match_header(std::string_view rest, Header& header) noexcept {
    if (const Match found = skip_declaration(rest); found != Match::kYes) return found;
    if (const Match found = take(rest, "<stream:stream"); found != Match::kYes) return found;
    if (const Match found = read_attributes(rest, header); found != Match::kYes) return found;
    const bool is_ours = header.has_content_namespace && header.has_stream_namespace;
    return is_ours ? Match::kYes : Match::kNo;
}

[[nodiscard]] inline Verdict validate(const Exchange& exchange) noexcept {
    const auto said = bytes::text_of(exchange.said);
    Header header;
    const Match match = match_header(said.substr(0, kMaxHeader), header);
    if (match == Match::kNeedMore && said.size() >= kMaxHeader) return {Match::kNo};
    if (exchange.direction_known) return {match, Role::kEither, 1};
    return {match, header.has_id ? Role::kServer : Role::kClient, 1};
}

/// Where a session stands that may go on over TLS.
[[nodiscard]] Upgrade upgrade(bytes::View client, bytes::View server) noexcept;

inline constexpr Protocol kProtocol{
    .name = "xmpp",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
    .upgrade = upgrade,
};

}  // namespace sensor::identify::xmpp
