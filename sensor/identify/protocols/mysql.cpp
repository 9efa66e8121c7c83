#include "sensor/identify/protocols/mysql.h"

#include <algorithm>

#include "sensor/identify/little_endian.h"
#include "sensor/identify/text_line.h"

namespace sensor::identify::mysql {
namespace {

constexpr std::size_t kHeader = 4;       // bytes before a packet's payload
constexpr std::size_t kSslRequest = 32;  // bytes of the payload
constexpr std::size_t kOldSslRequest = 5;
constexpr std::uint32_t kHeard = 1;  // the token: the other side spoke MySQL

/// Capabilities that change what a packet holds.
constexpr std::uint32_t kLongPassword = 0x1;  // MariaDB clears it to use the reserved bytes
constexpr std::uint32_t kProtocol41 = 0x200;
constexpr std::uint32_t kSsl = 0x800;
constexpr std::uint32_t kSecureConnection = 0x8000;
constexpr std::uint32_t kPluginAuth = 0x80000;
constexpr std::uint32_t kLengthEncodedAuth = 0x200000;

struct Packet {
    bytes::View payload;  ///< what there is of it
    std::size_t length = 0;
    std::uint8_t sequence = 0;
    bool has_header = false;
    [[nodiscard]] bool is_whole() const noexcept { return has_header && payload.size() == length; }
};

Packet read_packet(bytes::View said) noexcept {
    bytes::ByteCursor cursor{said};
    Packet packet;
    packet.length = read_little<std::uint32_t, 3>(cursor);
    packet.sequence = cursor.read<std::uint8_t>();
    packet.has_header = cursor.ok();
    packet.payload = cursor.take(std::min(packet.length, cursor.rest().size()));
    return packet;
}

bool are_zero(bytes::View bytes) noexcept {
    return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

/// Six or nineteen zeros, then four more unless they are MariaDB's further capabilities.
bool is_reserved(bytes::View reserved, std::uint32_t capabilities) noexcept {
    const bool has_more = (capabilities & kLongPassword) == 0;
    return are_zero(has_more && reserved.size() > 4 ? reserved.first(reserved.size() - 4)
                                                    : reserved);
}

bool is_version(bytes::View version) noexcept {
    const auto text = bytes::text_of(version);
    const auto is_printable = [](char c) { return c >= ' ' && c <= '~'; };
    return !text.empty() && std::ranges::all_of(text, is_printable) &&
           std::ranges::any_of(text, text::is_digit);
}

/// What follows the first part of the challenge, "Protocol::HandshakeV10". Servers before 4.1 end
/// after the status.
bool reads_capabilities(bytes::ByteCursor& cursor) noexcept {
    std::uint32_t capabilities = read_little<std::uint16_t>(cursor);
    cursor.skip(3);  // character set and status
    if (!cursor.ok()) return false;
    if ((capabilities & kProtocol41) == 0) return are_zero(cursor.rest());
    capabilities |= std::uint32_t{read_little<std::uint16_t>(cursor)} << 16U;
    const auto challenge = cursor.read<std::uint8_t>();
    const auto reserved = cursor.take(10);
    if (!cursor.ok() || !is_reserved(reserved, capabilities)) return false;
    const bool has_plugin = (capabilities & kPluginAuth) != 0;
    if (!has_plugin && challenge != 0) return false;
    if (!has_plugin && (capabilities & kSecureConnection) == 0) return cursor.empty();
    // The second part is 13 bytes or what is left of a longer challenge.
    const auto rest = cursor.take(challenge > 21 ? challenge - 8U : 13U);
    if (!cursor.ok() || rest.back() != 0) return false;
    if (!has_plugin) return cursor.empty();
    auto plugin = bytes::text_of(cursor.rest());
    if (plugin.ends_with('\0')) plugin.remove_suffix(1);
    return text::is_made_of(plugin, "_-");
}

Match match_greeting(const Packet& packet) noexcept {
    bytes::ByteCursor cursor{packet.payload};
    const bool is_ten = cursor.read<std::uint8_t>() == 10;
    const auto version = read_until_nul(cursor);
    if (!packet.is_whole()) return packet.length <= 512 ? Match::kNeedMore : Match::kNo;
    cursor.skip(4);  // thread
    if (!cursor.ok() || !is_version(version)) return Match::kNo;
    if (!is_ten) {  // "Protocol::HandshakeV9": a challenge that a NUL ends
        const auto challenge = read_until_nul(cursor);
        const bool is_legal = cursor.ok() && cursor.empty() && challenge.size() == 8 &&
                              text::is_visible(bytes::text_of(challenge));
        return is_legal ? Match::kYes : Match::kNo;
    }
    cursor.skip(8);
    if (cursor.read<std::uint8_t>() != 0 || !cursor.ok()) return Match::kNo;
    return reads_capabilities(cursor) ? Match::kYes : Match::kNo;
}

/// Errors that a server sends instead of a greeting: too many connections, unknown or blocked or
/// unwelcome host, bad handshake, shutdown, no thread, too many of one user.
bool refuses(std::uint16_t code) noexcept {
    constexpr std::array<std::uint16_t, 9> kCodes{1040, 1042, 1043, 1053, 1129,
                                                  1130, 1135, 1152, 1203};
    return std::ranges::binary_search(kCodes, code);
}

/// "ERR_Packet", with or without an SQL state before its text.
Match match_error(const Packet& packet) noexcept {
    bytes::ByteCursor cursor{packet.payload};
    cursor.skip(1);
    const auto code = read_little<std::uint16_t>(cursor);
    if (cursor.ok() && !refuses(code)) return Match::kNo;
    if (!packet.is_whole()) return packet.length <= 1024 ? Match::kNeedMore : Match::kNo;
    if (cursor.peek() == '#') {
        cursor.skip(1);
        if (!std::ranges::all_of(bytes::text_of(cursor.take(5)), text::is_alphanumeric)) {
            return Match::kNo;
        }
    }
    const auto message = bytes::text_of(cursor.rest());
    const bool is_legal = cursor.ok() && message.size() >= 8 && text::is_text(message);
    return is_legal ? Match::kYes : Match::kNo;
}

Match match_server(const Packet& packet) noexcept {
    if (!packet.has_header) return Match::kNeedMore;
    if (packet.sequence != 0) return Match::kNo;
    if (packet.payload.empty()) return packet.length != 0 ? Match::kNeedMore : Match::kNo;
    switch (packet.payload.front()) {
        case 9:
        case 10: return match_greeting(packet);
        case 0xff: return match_error(packet);
        default: return Match::kNo;
    }
}

/// "Protocol::SSLRequest", in either form: a response cut before the user.
bool is_ssl_request(const Packet& packet) noexcept {
    if (!packet.is_whole() || packet.sequence != 1) return false;
    bytes::ByteCursor cursor{packet.payload};
    const bool is_old = packet.length == kOldSslRequest;
    const auto capabilities =
        is_old ? read_little<std::uint16_t>(cursor) : read_little<std::uint32_t>(cursor);
    if ((capabilities & kSsl) == 0) return false;
    if (is_old) return (capabilities & kProtocol41) == 0;
    cursor.skip(5);
    return packet.length == kSslRequest && (capabilities & kProtocol41) != 0 &&
           is_reserved(cursor.rest(), capabilities);
}

/// The scramble: a NUL ends it, or its length comes first.
void skip_scramble(bytes::ByteCursor& cursor, std::uint32_t capabilities) noexcept {
    if ((capabilities & (kSecureConnection | kLengthEncodedAuth)) == 0) {
        (void)read_until_nul(cursor);
        return;
    }
    auto length = std::size_t{cursor.read<std::uint8_t>()};
    const bool is_long = (capabilities & kLengthEncodedAuth) != 0 && length == 0xfc;
    if (is_long) length = read_little<std::uint16_t>(cursor);
    cursor.skip(length);
}

/// "Protocol::HandshakeResponse41".
Match match_response(const Packet& packet) noexcept {
    bytes::ByteCursor cursor{packet.payload};
    const auto capabilities = read_little<std::uint32_t>(cursor);
    if (cursor.ok() && (capabilities & kProtocol41) == 0) return Match::kNo;
    cursor.skip(5);  // longest packet and character set
    const auto reserved = cursor.take(23);
    if (cursor.ok() && !is_reserved(reserved, capabilities)) return Match::kNo;
    const auto user = read_until_nul(cursor);
    if (!text::is_text(bytes::text_of(user))) return Match::kNo;
    skip_scramble(cursor, capabilities);
    if (cursor.ok()) return Match::kYes;
    return packet.is_whole() ? Match::kNo : Match::kNeedMore;
}

/// "Protocol::HandshakeResponse320": user and scramble, then perhaps a database.
Match match_old_response(const Packet& packet) noexcept {
    if (!packet.is_whole()) return Match::kNeedMore;
    bytes::ByteCursor cursor{packet.payload};
    const auto capabilities = read_little<std::uint16_t>(cursor);
    cursor.skip(3);
    const auto user = read_until_nul(cursor);
    const bool is_legal = cursor.ok() && (capabilities & kProtocol41) == 0 && !user.empty() &&
                          text::is_text(bytes::text_of(user));
    return is_legal ? Match::kYes : Match::kNo;
}

bool begins_tls(bytes::View bytes) noexcept {
    constexpr std::array<std::uint8_t, 2> kStart{0x16, 0x03};
    const auto shared = std::min(bytes.size(), kStart.size());
    return std::ranges::equal(bytes.first(shared), bytes::View{kStart}.first(shared));
}

Match match_client(bytes::View said, bool is_answer) noexcept {
    const Packet packet = read_packet(said);
    if (!packet.has_header) return Match::kNeedMore;
    if (packet.sequence != 1 || packet.length < kOldSslRequest) return Match::kNo;
    if (is_ssl_request(packet)) {
        if (!begins_tls(said.subspan(kHeader + packet.length))) return Match::kNo;
        return packet.length == kSslRequest || is_answer ? Match::kYes : Match::kNeedMore;
    }
    const Match match = match_response(packet);
    return match == Match::kNo && is_answer ? match_old_response(packet) : match;
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    const Packet packet = read_packet(exchange.said);
    if (packet.has_header && packet.sequence == 1) {
        return {match_client(exchange.said, exchange.token != 0), Role::kClient, kHeard};
    }
    return {match_server(packet), Role::kServer, kHeard};
}

void extract(const Exchange& exchange, Facts& facts) noexcept {
    const Packet packet = read_packet(exchange.said);
    if (packet.sequence != 0 || match_server(packet) != Match::kYes) return;
    if (packet.payload.front() == 0xff) return;
    bytes::ByteCursor cursor{packet.payload.subspan(1)};
    facts.add(Fact::kSoftware, read_until_nul(cursor));
}

Upgrade upgrade(bytes::View client, bytes::View server) noexcept {
    const Packet greeting = read_packet(server);
    const Packet request = read_packet(client);
    const Match greets = match_server(greeting);
    const bool is_refused = greets == Match::kYes && greeting.payload.front() == 0xff;
    if (greets == Match::kNo || is_refused) return {};
    const Match asks = match_client(client, true);
    if (asks == Match::kNo || (asks == Match::kYes && !is_ssl_request(request))) return {};
    if (greets != Match::kYes || !is_ssl_request(request)) {
        return {.state = Upgrade::State::kPending};
    }
    return {.state = Upgrade::State::kDone,
            .client_at = static_cast<std::uint16_t>(kHeader + request.length),
            .server_at = static_cast<std::uint16_t>(kHeader + greeting.length)};
}

}  // namespace sensor::identify::mysql
