#include "sensor/identify/protocols/tls.h"

#include <algorithm>

#include "sensor/identify/client_hello.h"
#include "sensor/identify/ssl2_hello.h"
#include "sensor/identify/tls_record.h"

namespace sensor::identify::tls {
namespace {

constexpr std::uint8_t kClientHelloType = 1;
constexpr std::uint8_t kServerHelloType = 2;
constexpr std::uint32_t kRun = 1U << 31U;  // in a token: of records, not of a hello

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
    if (client == 0 || server == 0 || ((client | server) & kRun) != 0) return true;
    if (server >> 16U > client >> 16U) return false;
    return server >> 16U != 0x0304 || (server & 0xffffU) == (client & 0xffffU);
}

Verdict of_client(const Exchange& exchange) noexcept {
    const FirstMessage message{exchange.said};
    if (!message.is_legal()) return {Match::kNo};
    ClientHello hello;
    Match match = parse_client_hello(message.bytes(), hello);
    if (match == Match::kYes && !message.ends_record()) return {Match::kNo};
    if (match == Match::kNeedMore && exchange.said.size() >= kFirstBytes &&
        hello.extension_count != 0) {
        match = Match::kYes;
    }
    if (match != Match::kYes) return {match};
    const std::uint32_t token = token_of(highest_offered(hello), hello.session_id);
    if (!agree(token, exchange.token)) return {Match::kNo};
    return {Match::kYes, Role::kClient, token};
}

Verdict of_ssl2_client(const Exchange& exchange) noexcept {
    const Ssl2Hello hello = parse_ssl2_client(exchange.said);
    if (hello.match != Match::kYes) return {hello.match};
    const std::uint32_t token = token_of(hello.version, {});
    if (!agree(token, exchange.token)) return {Match::kNo};
    return {Match::kYes, Role::kClient, token};
}

Verdict of_ssl2_server(const Exchange& exchange) noexcept {
    const Ssl2Hello hello = parse_ssl2_server(exchange.said);
    if (hello.match != Match::kYes) return {hello.match};
    return {Match::kYes, Role::kServer, token_of(hello.version, {})};
}

/// The middle of a connection whose beginning was not seen: no other begins like this. Beside a
/// direction that is known to be such a run, a header of the same version is enough.
Verdict of_records(const Exchange& exchange) noexcept {
    if (exchange.direction_known) return {Match::kNo};
    const RecordRun run = read_record_run(exchange.said);
    const bool is_answer = (exchange.token & kRun) != 0;
    const std::uint32_t token = kRun | token_of(run.version, {});
    if (run.has_header && is_answer && token != exchange.token) return {Match::kNo};
    const bool is_certain = run.match == Match::kYes || (run.has_header && is_answer);
    return {is_certain ? Match::kYes : run.match, Role::kEither, token};
}

struct ServerHello {
    std::uint16_t version = 0;  ///< negotiated
    bytes::View session_id;
    bool echoes_session_id = true;  ///< if it is TLS 1.3
    bytes::View extensions;
};

/// The drafts of TLS 1.3 up to 21 said their version here, and left two fields out.
constexpr bool is_early_draft(std::uint16_t version) noexcept {
    return version >= 0x7f00 && version <= 0x7f15;
}

/// None, DEFLATE (RFC 3749) or LZS (RFC 3943).
constexpr bool is_compression(std::uint8_t method) noexcept {
    return method <= 1 || method == 64;
}

bool parse_server_hello(bytes::View whole, ServerHello& hello) noexcept {
    bytes::ByteCursor body{whole};
    body.skip(4);
    hello.version = body.read<std::uint16_t>();
    const bool is_draft = is_early_draft(hello.version);
    body.skip(32);
    const auto session_id_length = is_draft ? std::uint8_t{0} : body.read<std::uint8_t>();
    hello.session_id = body.take(session_id_length);
    const auto suite = body.read<std::uint16_t>();
    const auto compression = is_draft ? std::uint8_t{0} : body.read<std::uint8_t>();
    hello.echoes_session_id = !is_draft;
    const bool is_version = is_draft || (hello.version >= 0x0300 && hello.version <= 0x0303);
    hello.version = tls_version_of(hello.version);
    if (!body.ok() || !is_version || session_id_length > 32 || suite == 0 || is_grease(suite) ||
        !is_compression(compression)) {
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
    const std::uint16_t version = hello.echoes_session_id ? hello.version : std::uint16_t{0x0303};
    const std::uint32_t token = token_of(version, hello.session_id);
    if (!agree(exchange.token, token)) return {Match::kNo};
    return {Match::kYes, Role::kServer, token};
}

/// Only where the client spoke TLS: seven bytes prove little. A warning comes before the hello.
Verdict of_alert(const Exchange& exchange) noexcept {
    bytes::ByteCursor cursor{exchange.said};
    const RecordHeader header = read_record_header(cursor);
    const auto level = cursor.read<std::uint8_t>();
    const auto description = cursor.read<std::uint8_t>();
    if (exchange.token == 0 || (exchange.token & kRun) != 0) return of_records(exchange);
    if (!cursor.ok()) return {Match::kNeedMore};
    if (!header.is_legal || header.length != 2 || !is_alert(level, description)) {
        return {Match::kNo};
    }
    if (level == 1) {
        if (cursor.empty()) return {Match::kNeedMore};
        return of_server(exchange, cursor.rest());
    }
    const bool is_last = cursor.empty() || cursor.peek() == kAlertRecord;  // close_notify
    return {level == 2 && is_last ? Match::kYes : Match::kNo, Role::kServer};
}

Verdict of_ssl2(const Exchange& exchange) noexcept {
    constexpr std::size_t kTypeAt = 2;
    const bool is_client = exchange.said.size() <= kTypeAt || exchange.said[kTypeAt] == 1;
    return is_client ? of_ssl2_client(exchange) : of_ssl2_server(exchange);
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
    if ((said[0] & 0x80U) != 0) return of_ssl2(exchange);
    if (said[0] != kHandshakeRecord) return of_records(exchange);
    if (said.size() <= kRecordHeader) {
        constexpr std::array<std::uint8_t, 2> kStart{kHandshakeRecord, 3};
        const auto shared = std::min(said.size(), kStart.size());
        const bool is_start =
            std::ranges::equal(said.first(shared), bytes::View{kStart}.first(shared));
        return {is_start ? Match::kNeedMore : Match::kNo};
    }
    if (said[kRecordHeader] == kServerHelloType) return of_server(exchange, said);
    return said[kRecordHeader] == kClientHelloType ? of_client(exchange) : of_records(exchange);
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
    const Ssl2Hello old = parse_ssl2_client(said);
    const Ssl2Hello answer = parse_ssl2_server(said);
    const auto version = old.match == Match::kYes ? old.version : answer.version;
    if (version != 0) facts.add(Fact::kTlsVersion, tls_version_name(version));
}

}  // namespace sensor::identify::tls
