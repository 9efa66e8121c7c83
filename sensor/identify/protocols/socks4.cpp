#include "sensor/identify/protocols/socks4.h"

#include <algorithm>
#include <optional>

#include "sensor/identify/proxy_destination.h"

namespace sensor::identify::socks4 {
namespace {

constexpr std::uint8_t kVersion = 4;
constexpr std::uint8_t kConnect = 1;
constexpr std::uint8_t kBind = 2;
constexpr std::size_t kReplySize = 8;  // bytes

struct Request {
    Match match = Match::kNo;  ///< whether it is one, not whether that is certain
    std::uint8_t command = 0;
    bytes::View user;
    ProxyDestination destination;
    std::size_t size = 0;  ///< bytes, with the last zero
};

/// Text up to a zero byte, which is not part of it; nothing if there is none. The cursor fails if
/// the text is longer than any.
std::optional<bytes::View> read_text(bytes::ByteCursor& cursor) noexcept {
    constexpr std::size_t kLongest = 255;
    const bytes::View rest = cursor.rest();
    const auto end = std::ranges::find(rest, std::uint8_t{0});
    const auto length = static_cast<std::size_t>(end - rest.begin());
    const bytes::View text = rest.first(length);
    const auto is_printable = [](std::uint8_t c) { return c >= ' ' && c != 0x7f; };
    if (length > kLongest || !std::ranges::all_of(text, is_printable)) {
        cursor.skip(rest.size() + 1);
        return std::nullopt;
    }
    if (end == rest.end()) return std::nullopt;
    cursor.skip(length + 1);
    return text;
}

/// SOCKS 4A: an address that is none, 0.0.0.x, says that a name follows.
bool names_host(bytes::View address) noexcept {
    return address[0] == 0 && address[1] == 0 && address[2] == 0 && address[3] != 0;
}
/// An address that a connection can be made to: neither 0/8 nor multicast and what is above.
bool is_unicast(bytes::View address) noexcept {
    return address[0] != 0 && address[0] < 224;
}

Request read_request(bytes::View said) noexcept {
    Request request;
    bytes::ByteCursor cursor{said};
    const auto version = cursor.read<std::uint8_t>();
    const bool has_command = !cursor.empty();
    request.command = cursor.read<std::uint8_t>();
    const bool is_command = request.command == kConnect || request.command == kBind;
    if (version != kVersion || (has_command && !is_command)) return request;
    request.destination.port = cursor.read<std::uint16_t>();
    const bytes::View address = cursor.take(4);
    request.match = Match::kNeedMore;
    if (!cursor.ok()) return request;
    const bool is_named = names_host(address);
    const bool is_legal = request.destination.port != 0 && (is_named || is_unicast(address));
    const auto user = read_text(cursor);
    const auto host = is_named && user ? read_text(cursor) : std::optional<bytes::View>{address};
    if (!is_legal || !cursor.ok()) request.match = Match::kNo;
    if (!is_legal || !cursor.ok() || !user || !host) return request;
    request.user = *user;
    request.destination.host = *host;
    if (is_named) request.destination.form = ProxyDestination::Form::kName;
    request.size = said.size() - cursor.rest().size();
    request.match = !is_named || is_host_name(*host) ? Match::kYes : Match::kNo;
    return request;
}

bool is_certain(const Request& request, std::size_t said_bytes, bool is_opening) noexcept {
    constexpr std::size_t kReadable = 4;  // characters of a user's name that chance does not make
    if (request.destination.form == ProxyDestination::Form::kName) return true;
    if (request.user.size() >= kReadable) return true;
    return is_opening && said_bytes == request.size;
}

struct Reply {
    Match match = Match::kNo;
    bool is_granted = false;
};

/// A zero where the version would be, then one of four codes. After a refusal nothing comes.
Reply read_reply(bytes::View said) noexcept {
    constexpr std::uint8_t kGranted = 0x5a;
    constexpr std::uint8_t kLastCode = 0x5d;
    bytes::ByteCursor cursor{said};
    const auto zero = cursor.read<std::uint8_t>();
    const bool has_code = !cursor.empty();
    const auto code = cursor.read<std::uint8_t>();
    if (zero != 0 || (has_code && (code < kGranted || code > kLastCode))) return {};
    if (said.size() < kReplySize) return {Match::kNeedMore};
    const bool is_granted = code == kGranted;
    const bool is_legal = is_granted || said.size() == kReplySize;
    return {is_legal ? Match::kYes : Match::kNo, is_granted};
}

Verdict of_client(const Exchange& exchange) noexcept {
    const Request request = read_request(exchange.said);
    if (request.match != Match::kYes) return {request.match, Role::kClient};
    // The server has spoken: it cannot be the one that asks.
    if (exchange.token != 0) return {Match::kNo};
    const bool is_yes = is_certain(request, exchange.said.size(), exchange.direction_known);
    return {is_yes ? Match::kYes : Match::kNo, Role::kClient, request.command};
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    if (exchange.said.empty()) return {Match::kNeedMore};
    if (exchange.said.front() == kVersion) return of_client(exchange);
    const Reply reply = read_reply(exchange.said);
    const bool is_answer = exchange.token != 0;
    if (reply.match == Match::kYes && !is_answer) return {Match::kNeedMore, Role::kServer};
    return {reply.match, Role::kServer};
}

/// After CONNECT is granted. BIND goes on as the session of whoever connects, the other way round.
Upgrade upgrade(bytes::View client, bytes::View server) noexcept {
    const Request request = read_request(client);
    const Reply reply = read_reply(server);
    const bool is_asked = client.empty() || request.match != Match::kNo;
    const bool is_answered = server.empty() || reply.match != Match::kNo;
    if (!is_asked || !is_answered) return {};
    if (request.match == Match::kYes && request.command != kConnect) return {};
    if (reply.match == Match::kYes && !reply.is_granted) return {};
    if (request.match != Match::kYes || reply.match != Match::kYes) {
        return {.state = Upgrade::State::kPending};
    }
    return {.state = Upgrade::State::kDone,
            .client_at = static_cast<std::uint16_t>(request.size),
            .server_at = kReplySize,
            .requested_port = request.destination.port};
}

void extract_upgrade(bytes::View client, bytes::View server, Facts& facts) noexcept {
    if (upgrade(client, server).state != Upgrade::State::kDone) return;
    const ProxyDestinationText destination{read_request(client).destination};
    facts.add(Fact::kDestinationRequested, destination.text());
}

}  // namespace sensor::identify::socks4
