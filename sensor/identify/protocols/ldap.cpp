#include "sensor/identify/protocols/ldap.h"

#include "sensor/identify/protocols/ldap_message.h"

namespace sensor::identify::ldap {
namespace {

constexpr std::string_view kStartTls = "1.3.6.1.4.1.1466.20037";

/// What an answer must agree with: whose message it is, and its id.
std::uint32_t token_of(const Message& message) noexcept {
    const std::uint32_t who = message.role() == Role::kClient ? 0x80000000U : 0xc0000000U;
    return who | (message.id & 0x3fffffffU);
}
/// Over TCP requests overlap, and their answers come in any order.
bool agrees(std::uint32_t token, const Message& message, Transport transport) noexcept {
    const std::uint32_t difference = token ^ token_of(message);
    if (token == 0 || (difference & 0x40000000U) == 0) return token == 0;
    return transport == Transport::kTcp || difference == 0x40000000U;
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    const bool is_datagram = exchange.transport == Transport::kUdp;
    const std::size_t limit = is_datagram ? exchange.said.size() : kUnbounded;
    const Message first = read_message(exchange.said, limit);
    if (is_datagram) {  // of whole messages: an entry, then that the search is done
        bytes::View rest = exchange.said;
        while (!rest.empty()) {
            const Message next = read_message(rest, rest.size());
            if (next.match != Match::kYes || next.size == 0) return {Match::kNo};
            rest = rest.subspan(next.size);
        }
    }
    const bool is_certain = first.match == Match::kYes;
    if (is_certain && !agrees(exchange.token, first, exchange.transport)) return {Match::kNo};
    return {first.match, first.role(), token_of(first)};
}

Upgrade upgrade(bytes::View client, bytes::View server) noexcept {
    const auto is_asked = [](const Message& message) noexcept {
        return message.operation == Operation::kExtended &&
               bytes::text_of(message.name) == kStartTls;
    };
    Upgrade upgrade{.state = Upgrade::State::kPending};
    std::uint32_t id = 0;
    const auto find = [&](bytes::View said, std::uint16_t& end, auto&& is_it) noexcept {
        for (std::size_t at = 0; at < said.size();) {
            const Message message = read_message(said.subspan(at), kUnbounded);
            if (message.match == Match::kNo) upgrade.state = Upgrade::State::kNever;
            if (message.match == Match::kNo || message.size == 0) return false;
            at += message.size;
            if (!is_it(message)) continue;
            end = static_cast<std::uint16_t>(at);
            id = message.id;
            if (message.result != 0) upgrade.state = Upgrade::State::kNever;  // declined
            return message.result == 0;
        }
        return false;
    };
    if (!find(client, upgrade.client_at, is_asked)) return {upgrade.state};
    const bool is_agreed = find(server, upgrade.server_at, [&](const Message& message) noexcept {
        return message.operation == Operation::kExtendedResponse && message.id == id;
    });
    if (!is_agreed) return {upgrade.state};
    upgrade.state = Upgrade::State::kDone;
    return upgrade;
}

}  // namespace sensor::identify::ldap
