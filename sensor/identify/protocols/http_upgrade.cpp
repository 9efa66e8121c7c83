// How an HTTP/1 session becomes another protocol's: a tunnel that CONNECT opened (RFC 9110 §9.3.6),
// or a switch by Upgrade and 101 (§7.8), as to h2c (RFC 7540 §3.2) and to TLS (RFC 2817).
#include <charconv>

#include "sensor/identify/http_framing.h"
#include "sensor/identify/http_message.h"
#include "sensor/identify/protocols/http.h"
#include "sensor/identify/upgrade.h"

namespace sensor::identify::http {
namespace {

using http_message::Head;

/// A session's turning point: what was asked, and how it ended.
struct Turn {
    Upgrade upgrade;
    std::string_view authority;  ///< "host:port" of the CONNECT that was granted
};

/// Takes one request off `rest`, with its body, which a CONNECT has none of.
Match take_request(std::string_view& rest, Request& request, Head& head) noexcept {
    while (rest.starts_with('\r') || rest.starts_with('\n'))
        rest.remove_prefix(1);  // empty lines before a request, RFC 9112 §2.2
    if (const Match line = parse_request(rest, request); line != Match::kYes) return line;
    if (const Match found = http_message::take_head(rest, head); found != Match::kYes) return found;
    return request.method == "CONNECT" ? Match::kYes : http_message::skip_body(rest, head);
}

/// Takes the heads of one final response and of the interim ones (1xx but 101) before it.
Match take_response(std::string_view& rest, std::string_view& status, Head& head) noexcept {
    do {
        head = {};
        if (const Match line = parse_response(rest, status); line != Match::kYes) return line;
        if (const Match found = http_message::take_head(rest, head); found != Match::kYes)
            return found;
    } while (status.starts_with('1') && status != "101");
    return Match::kYes;
}

/// Takes a refusal's body, after which the client may ask again (407). kNo if it has no end but the
/// connection's, RFC 9112 §6.3.
Match skip_refusal(std::string_view& rest, const Request& request, std::string_view status,
                   const Head& head) noexcept {
    if (request.method == "HEAD" || status == "204" || status == "304") return Match::kYes;
    if (!head.has_length && !head.is_chunked) return Match::kNo;
    return http_message::skip_body(rest, head);
}

/// True if the server chose something that the client had offered. What a WebSocket carries has no
/// framing of a session's own.
bool is_switch(std::string_view offered, std::string_view chosen) noexcept {
    if (http_message::lists(chosen, "websocket")) return false;
    while (!chosen.empty()) {
        const auto comma = std::min(chosen.find(','), chosen.size());
        const auto word = http_message::trimmed(chosen.substr(0, comma));
        if (!word.empty() && http_message::lists(offered, word)) return true;
        chosen.remove_prefix(std::min(comma + 1, chosen.size()));
    }
    return false;
}

/// The port of "host:port" or "[address]:port"; 0 if there is none.
std::uint16_t port_of(std::string_view authority) noexcept {
    const auto digits = authority.substr(authority.rfind(':') + 1);
    std::uint16_t port = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, port);
    return error == std::errc{} && stop == end ? port : std::uint16_t{0};
}

/// A client that asks for neither keeps to HTTP: not to wait for its later requests spares the
/// bytes of nearly all sessions.
Turn find_turn(bytes::View client, bytes::View server) noexcept {
    auto requests = bytes::text_of(client);
    auto responses = bytes::text_of(server);
    for (;;) {
        Request request;
        Head asked;
        const Match request_found = take_request(requests, request, asked);
        if (request_found == Match::kNeedMore) return {upgrade::wait_for(client), {}};
        const bool connects = request.method == "CONNECT";
        if (request_found == Match::kNo || (!connects && asked.upgrade.empty())) return {};
        std::string_view status;
        Head answer;
        const Match response_found = take_response(responses, status, answer);
        if (response_found == Match::kNeedMore) return {upgrade::wait_for(server), {}};
        if (response_found == Match::kNo) return {};
        if (connects && status.starts_with('2')) {
            Turn turn{upgrade::done(client, requests, server, responses), request.target};
            turn.upgrade.requested_port = port_of(request.target);
            return turn;
        }
        if (status == "101") {
            if (connects || !is_switch(asked.upgrade, answer.upgrade)) return {};
            return {upgrade::done(client, requests, server, responses), {}};
        }
        const Match skipped = skip_refusal(responses, request, status, answer);
        if (skipped == Match::kNeedMore) return {upgrade::wait_for(server), {}};
        if (skipped == Match::kNo) return {};
    }
}

}  // namespace

Upgrade upgrade(bytes::View client, bytes::View server) noexcept {
    return find_turn(client, server).upgrade;
}

void extract_upgrade(bytes::View client, bytes::View server, Facts& facts) noexcept {
    const Turn turn = find_turn(client, server);
    if (!turn.authority.empty()) facts.add(Fact::kDestinationRequested, turn.authority);
}

}  // namespace sensor::identify::http
