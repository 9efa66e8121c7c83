#include "sensor/identify/protocols/tls.h"

#include <algorithm>

#include "sensor/identify/client_hello.h"
#include "sensor/identify/tls_record.h"

namespace sensor::identify::tls {
namespace {

constexpr std::uint8_t kServerHelloType = 2;

/// Sixteen bits that two equal session ids share.
std::uint32_t fold(bytes::View session_id) noexcept {
    std::uint32_t hash = 0x811c9dc5;  // FNV-1a
    for (const std::uint8_t byte : session_id)
        hash = (hash ^ byte) * 0x01000193;
    return (hash >> 16U) ^ (hash & 0xffffU);
}

std::uint32_t token_of(std::uint16_t version, bytes::View session_id) noexcept {
    return std::uint32_t{version} << 16U | fold(session_id);
}

/// The version chosen was offered, and TLS 1.3 echoes the session id, RFC 8446 §4.1.3.
bool agree(std::uint32_t client, std::uint32_t server) noexcept {
    if (client == 0 || server == 0) return true;
    if (server >> 16U > client >> 16U) return false;
    return server >> 16U != 0x0304 || (server & 0xffffU) == (client & 0xffffU);
}

Verdict of_client(const Exchange& exchange) noexcept {
    const FirstMessage message{exchange.said};
    if (!message.is_legal()) return {Match::kNo};
    ClientHello hello;
    Match match = parse_client_hello(message.bytes(), hello);
    if (match == Match::kYes && !message.ends_record()) return {Match::kNo};
    if (match == Match::kNeedMore && exchange.said.size() >= kTlsWindow &&
        hello.extension_count != 0) {
        match = Match::kYes;
    }
    if (match != Match::kYes) return {match};
    const std::uint32_t token = token_of(highest_offered(hello), hello.session_id);
    if (!agree(token, exchange.token)) return {Match::kNo};
    return {Match::kYes, Role::kClient, token};
}

struct OldHello {
    Match match = Match::kNo;
    std::uint16_t version = 0;
};

/// SSL 2.0's form of a hello for a newer version: all lengths fill the message, RFC 5246 §E.2.
OldHello parse_old_hello(bytes::View said) noexcept {
    bytes::ByteCursor cursor{said};
    const auto length = cursor.read<std::uint16_t>() & 0x7fffU;
    const auto type = cursor.read<std::uint8_t>();
    const auto version = cursor.read<std::uint16_t>();
    const auto suites_length = cursor.read<std::uint16_t>();
    const auto session_id_length = cursor.read<std::uint16_t>();
    const auto challenge_length = cursor.read<std::uint16_t>();
    if (!cursor.ok()) return {Match::kNeedMore};
    const bool is_legal = type == 1 && version >= 0x0300 && version <= 0x0303 &&
                          suites_length != 0 && suites_length % 3 == 0 && session_id_length == 0 &&
                          challenge_length >= 16 && challenge_length <= 32 &&
                          length == 9U + suites_length + challenge_length;
    if (!is_legal) return {};
    bytes::ByteCursor suites{cursor.take(suites_length)};
    cursor.skip(challenge_length);
    if (!cursor.ok()) return {Match::kNeedMore};
    if (!cursor.empty()) return {};  // a client waits for the answer
    bool has_new_suite = false;
    while (!suites.empty()) {
        const auto kind = suites.read<std::uint8_t>();
        suites.skip(2);
        if (kind > 7) return {};  // SSL 2.0's own suites are 1 to 7
        has_new_suite = has_new_suite || kind == 0;
    }
    return {has_new_suite ? Match::kYes : Match::kNo, version};
}

Verdict of_old_client(const Exchange& exchange) noexcept {
    const OldHello hello = parse_old_hello(exchange.said);
    if (hello.match != Match::kYes) return {hello.match};
    const std::uint32_t token = token_of(hello.version, {});
    if (!agree(token, exchange.token)) return {Match::kNo};
    return {Match::kYes, Role::kClient, token};
}

struct ServerHello {
    std::uint16_t version = 0;  ///< negotiated
    bytes::View session_id;
    bytes::View extensions;
};

bool parse_server_hello(bytes::View whole, ServerHello& hello) noexcept {
    bytes::ByteCursor body{whole};
    body.skip(4);
    hello.version = body.read<std::uint16_t>();
    body.skip(32);
    const auto session_id_length = body.read<std::uint8_t>();
    hello.session_id = body.take(session_id_length);
    const auto suite = body.read<std::uint16_t>();
    const auto compression = body.read<std::uint8_t>();
    if (!body.ok() || hello.version < 0x0300 || hello.version > 0x0303 || session_id_length > 32 ||
        suite == 0 || is_grease(suite) || compression > 1) {
        return false;
    }
    if (body.empty()) return true;
    if (body.read<std::uint16_t>() != body.rest().size() || !body.ok()) return false;
    hello.extensions = body.rest();
    bool is_legal = true;
    const bool is_list = each_extension(body.rest(), [&](ExtensionType type, bytes::View value) {
        if (type != ExtensionType::kSupportedVersions) return;
        is_legal = value.size() == 2;
        hello.version = tls_version_of(bytes::ByteCursor{value}.read<std::uint16_t>());
    });
    return is_list && is_legal && hello.version != 0;
}

/// It holds one choice of everything, so even post-quantum key shares leave it below this.
constexpr std::size_t kMaxServerHello = 4000;  // bytes

Match find_server_hello(const FirstMessage& message, ServerHello& hello) noexcept {
    if (!message.is_legal()) return Match::kNo;
    const auto bytes = message.bytes();
    if (!bytes.empty() && bytes.front() != kServerHelloType) return Match::kNo;
    const std::size_t size = handshake_size(bytes);
    if (size > kMaxServerHello) return Match::kNo;
    if (size == 0 || bytes.size() < size) return Match::kNeedMore;
    return parse_server_hello(bytes.first(size), hello) ? Match::kYes : Match::kNo;
}

Verdict of_server(const Exchange& exchange, bytes::View said) noexcept {
    ServerHello hello;
    const FirstMessage message{said};
    const Match match = find_server_hello(message, hello);
    if (match != Match::kYes) return {match};
    const std::uint32_t token = token_of(hello.version, hello.session_id);
    if (!agree(exchange.token, token)) return {Match::kNo};
    return {Match::kYes, Role::kServer, token};
}

bool is_alert(std::uint8_t description) noexcept {
    constexpr std::array<std::uint8_t, 34> kDescriptions{
        0,  10, 20, 21, 22, 30, 40, 41,  42,  43,  44,  45,  46,  47,  48,  49,  50,
        51, 60, 70, 71, 80, 86, 90, 100, 109, 110, 111, 112, 113, 114, 115, 116, 120};
    return std::ranges::binary_search(kDescriptions, description);
}

/// Only where the client spoke TLS: seven bytes prove little. A warning comes before the hello.
Verdict of_alert(const Exchange& exchange) noexcept {
    bytes::ByteCursor cursor{exchange.said};
    const RecordHeader header = read_record_header(cursor);
    const auto level = cursor.read<std::uint8_t>();
    const auto description = cursor.read<std::uint8_t>();
    if (exchange.token == 0) return {Match::kNo};
    if (!cursor.ok()) return {Match::kNeedMore};
    if (!header.is_legal || header.length != 2 || !is_alert(description)) return {Match::kNo};
    if (level == 1) {
        if (cursor.empty()) return {Match::kNeedMore};
        return of_server(exchange, cursor.rest());
    }
    const bool is_last = cursor.empty() || cursor.peek() == kAlertRecord;  // close_notify
    return {level == 2 && is_last ? Match::kYes : Match::kNo, Role::kServer};
}

bytes::View without_warning(bytes::View said) noexcept {
    const bool is_warning = said.size() > 7 && said[0] == kAlertRecord;
    return is_warning ? said.subspan(7) : said;
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    const auto said = exchange.said;
    if (said.empty()) return {Match::kNeedMore};
    if (said[0] == kAlertRecord) return of_alert(exchange);
    if ((said[0] & 0x80U) != 0) return of_old_client(exchange);
    if (said[0] != kHandshakeRecord) return {Match::kNo};
    if (said.size() <= kRecordHeader) {
        constexpr std::array<std::uint8_t, 2> kStart{kHandshakeRecord, 3};
        const auto shared = std::min(said.size(), kStart.size());
        const bool is_start =
            std::ranges::equal(said.first(shared), bytes::View{kStart}.first(shared));
        return {is_start ? Match::kNeedMore : Match::kNo};
    }
    return said[kRecordHeader] == kServerHelloType ? of_server(exchange, said)
                                                   : of_client(exchange);
}

void extract(const Exchange& exchange, Facts& facts) noexcept {
    const auto said = without_warning(exchange.said);
    if (said.size() > kRecordHeader && said[0] == kHandshakeRecord) {
        const FirstMessage message{said};
        if (said[kRecordHeader] == kServerHelloType) {
            ServerHello hello;
            if (find_server_hello(message, hello) != Match::kYes) return;
            facts.add(Fact::kTlsVersion, tls_version_name(hello.version));
            each_extension(hello.extensions, [&](ExtensionType type, bytes::View body) {
                if (type == ExtensionType::kAlpn) note_alpn(body, facts);
            });
            return;
        }
        ClientHello hello;
        if (parse_client_hello(message.bytes(), hello) == Match::kNo) return;
        note_client_hello(hello, 't', facts);
        return;
    }
    const OldHello old = parse_old_hello(said);
    if (old.match == Match::kYes) facts.add(Fact::kTlsVersion, tls_version_name(old.version));
}

}  // namespace sensor::identify::tls
