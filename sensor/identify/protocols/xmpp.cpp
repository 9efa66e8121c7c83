#include "sensor/identify/protocols/xmpp.h"

#include "sensor/identify/upgrade.h"

namespace sensor::identify::xmpp {
namespace {

constexpr std::string_view kTlsNamespace = "urn:ietf:params:xml:ns:xmpp-tls";

/// Takes "<...>" off the front; a '>' inside quotes does not end it.
constexpr Match take_tag(std::string_view& rest, std::string_view& tag) noexcept {
    char quote = '\0';
    for (std::size_t at = 1; at < rest.size(); ++at) {
        const char c = rest[at];
        if (quote != '\0') {
            if (c == quote) quote = '\0';
        } else if (c == '\'' || c == '"') {
            quote = c;
        } else if (c == '<') {
            return Match::kNo;
        } else if (c == '>') {
            tag = rest.substr(0, at + 1);
            rest.remove_prefix(at + 1);
            return Match::kYes;
        }
    }
    return Match::kNeedMore;
}

/// Takes the next child of the stream off the front; `opening` is its start tag. kNo at the
/// stream's end, and at what may not be in one (comments and the like, RFC 6120 §11.1).
constexpr Match take_element(std::string_view& rest, std::string_view& opening) noexcept {
    unsigned depth = 0;
    std::string_view tag;
    do {
        if (depth == 0) {
            skip_space(rest);  // keeps the connection alive, RFC 6120 §4.6.1
            if (!rest.empty() && rest[0] != '<') return Match::kNo;
        }
        rest.remove_prefix(std::min(rest.find('<'), rest.size()));
        if (const Match found = take_tag(rest, tag); found != Match::kYes) return found;
        if (tag[1] == '?' || tag[1] == '!') return Match::kNo;
        if (tag[1] == '/') {
            if (depth == 0) return Match::kNo;
            --depth;
            continue;
        }
        if (depth == 0) opening = tag;
        if (tag[tag.size() - 2] != '/') ++depth;
    } while (depth != 0);
    return Match::kYes;
}

constexpr bool is_called(std::string_view opening, std::string_view name) noexcept {
    opening.remove_prefix(1);
    return opening.substr(0, opening.find_first_of(" \t\r\n/>")) == name;
}
constexpr bool is_of_tls(std::string_view opening, std::string_view name) noexcept {
    return is_called(opening, name) && opening.find(kTlsNamespace) != std::string_view::npos;
}

/// Skips what precedes the stream's children.
constexpr Match skip_header(std::string_view& rest) noexcept {
    if (const Match found = skip_declaration(rest); found != Match::kYes) return found;
    std::string_view header;
    if (!rest.empty() && rest[0] != '<') return Match::kNo;
    if (const Match found = take_tag(rest, header); found != Match::kYes) return found;
    return is_called(header, "stream:stream") ? Match::kYes : Match::kNo;
}

/// Reads one side up to the child `name` in the namespace of TLS, and past it. kNo at one called
/// `other`: "auth" once the client logs in, for which TLS is too late (RFC 6120 §5.3.1).
constexpr Match skip_to(std::string_view& rest, std::string_view name,
                        std::string_view other) noexcept {
    if (const Match found = skip_header(rest); found != Match::kYes) return found;
    for (;;) {
        std::string_view opening;
        if (const Match found = take_element(rest, opening); found != Match::kYes) return found;
        if (is_of_tls(opening, name)) return Match::kYes;
        if (is_called(opening, other)) return Match::kNo;
    }
}

}  // namespace

/// <starttls/> answered by <proceed/>; after <failure/> the stream is closed, RFC 6120 §5.4.2.2.
Upgrade upgrade(bytes::View client, bytes::View server) noexcept {
    auto client_rest = bytes::text_of(client);
    auto server_rest = bytes::text_of(server);
    const Match asked = skip_to(client_rest, "starttls", "auth");
    const Match granted = skip_to(server_rest, "proceed", "failure");
    if (asked == Match::kNo || granted == Match::kNo) return upgrade::never();
    if (asked == Match::kNeedMore) return upgrade::wait_for(client);
    if (granted == Match::kNeedMore) return upgrade::wait_for(server);
    return upgrade::done(client, client_rest, server, server_rest);
}

}  // namespace sensor::identify::xmpp
