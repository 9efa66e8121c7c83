#include "sensor/identify/protocols/dtls.h"

#include <algorithm>
#include <array>
#include <optional>

namespace sensor::identify::dtls {
namespace {

enum class HandshakeType : std::uint8_t {
    kClientHello = 1,
    kServerHello = 2,
    kHelloVerifyRequest = 3,
};

constexpr std::uint16_t kVersion10 = 0xfeff;
constexpr std::uint16_t kVersion12 = 0xfefd;
constexpr std::uint16_t kVersion13 = 0xfefc;

struct Hello {
    bool is_legal = false;
    HandshakeType type{};
    std::uint16_t version = 0;  ///< chosen by the server, or the highest that the client offers
    bytes::View server_name;
};

/// server_name, RFC 6066 §3: a list whose first entry is a host name.
bytes::View read_server_name(bytes::View extension) noexcept {
    bytes::ByteCursor cursor{extension};
    cursor.skip(2);
    const auto kind = cursor.read<std::uint8_t>();
    const bytes::View name = cursor.take(cursor.read<std::uint16_t>());
    const auto is_graphic = [](std::uint8_t c) { return c > ' ' && c <= '~'; };
    return kind == 0 && std::ranges::all_of(name, is_graphic) ? name : bytes::View{};
}

/// supported_versions, RFC 8446 §4.2.1: DTLS counts downwards, so the highest is the least.
std::uint16_t read_version(bytes::View extension, HandshakeType type) noexcept {
    bytes::ByteCursor cursor{extension};
    if (type == HandshakeType::kClientHello) cursor.skip(1);
    std::uint16_t best = kVersion10;
    while (cursor.rest().size() >= 2) {
        const auto offered = cursor.read<std::uint16_t>();
        if (offered >= kVersion13 && offered < best) best = offered;
    }
    return best;
}

/// Extensions that fill what is left, RFC 8446 §4.2; none at all is legal too.
bool read_extensions(bytes::ByteCursor& cursor, Hello& hello) noexcept {
    constexpr std::uint16_t kServerName = 0;
    constexpr std::uint16_t kSupportedVersions = 43;
    if (cursor.empty()) return cursor.ok();
    const auto length = cursor.read<std::uint16_t>();
    if (length != cursor.rest().size()) return false;
    while (!cursor.empty()) {
        const auto type = cursor.read<std::uint16_t>();
        const bytes::View extension = cursor.take(cursor.read<std::uint16_t>());
        if (type == kServerName) hello.server_name = read_server_name(extension);
        if (type == kSupportedVersions) hello.version = read_version(extension, hello.type);
    }
    return cursor.ok();
}

/// The body of a whole hello message, RFC 6347 §4.2.1 and RFC 5246 §7.4.1.
bool read_body(bytes::View body, Hello& hello) noexcept {
    constexpr std::size_t kRandom = 32;  // bytes, as long as the longest session id
    bytes::ByteCursor cursor{body};
    hello.version = cursor.read<std::uint16_t>();
    if (hello.version != kVersion10 && hello.version != kVersion12) return false;
    if (hello.type == HandshakeType::kHelloVerifyRequest) {
        const auto cookie = cursor.read<std::uint8_t>();
        return cursor.ok() && cookie == cursor.rest().size();
    }
    cursor.skip(kRandom);
    const auto session_id = cursor.read<std::uint8_t>();
    if (session_id > kRandom) return false;
    cursor.skip(session_id);
    if (hello.type == HandshakeType::kServerHello) {
        cursor.skip(2);  // cipher suite
        const auto compression = cursor.read<std::uint8_t>();
        return cursor.ok() && compression <= 1 && read_extensions(cursor, hello);
    }
    cursor.skip(cursor.read<std::uint8_t>());  // cookie
    const auto suites = cursor.read<std::uint16_t>();
    cursor.skip(suites);
    const bytes::View compressions = cursor.take(cursor.read<std::uint8_t>());
    if (!cursor.ok() || suites == 0 || suites % 2 != 0) return false;
    if (std::ranges::find(compressions, std::uint8_t{0}) == compressions.end()) return false;
    return read_extensions(cursor, hello);
}

/// The start of a hello whose rest is in other datagrams: version, random, session id.
bool is_fragment_legal(bytes::View fragment, Hello& hello) noexcept {
    bytes::ByteCursor cursor{fragment};
    hello.version = cursor.read<std::uint16_t>();
    cursor.skip(32);
    const auto session_id = cursor.read<std::uint8_t>();
    cursor.skip(session_id);
    return cursor.ok() && session_id <= 32 &&
           (hello.version == kVersion10 || hello.version == kVersion12);
}

/// A handshake message, RFC 6347 §4.2.2; other messages of the flight may follow in its record.
Hello read_hello(bytes::View record) noexcept {
    constexpr std::uint16_t kMostSent = 8;  // messages before a hello: a hello or two, sent again
    Hello hello;
    bytes::ByteCursor cursor{record};
    hello.type = static_cast<HandshakeType>(cursor.read<std::uint8_t>());
    const auto length = cursor.read<std::uint32_t, 3>();
    const auto sequence = cursor.read<std::uint16_t>();
    const auto offset = cursor.read<std::uint32_t, 3>();
    const auto fragment_length = cursor.read<std::uint32_t, 3>();
    const bytes::View fragment = cursor.take(fragment_length);
    if (!cursor.ok() || offset != 0 || sequence > kMostSent || fragment_length > length) {
        return hello;
    }
    hello.is_legal =
        fragment_length == length ? read_body(fragment, hello) : is_fragment_legal(fragment, hello);
    return hello;
}

/// Records that fill the datagram (RFC 6347 §4.1), the first one with a hello.
Hello read_datagram(bytes::View said) noexcept {
    constexpr std::uint8_t kChangeCipherSpec = 20;
    constexpr std::uint8_t kHandshake = 22;
    constexpr std::uint8_t kApplicationData = 23;
    bytes::ByteCursor cursor{said};
    std::optional<Hello> hello;
    while (!cursor.empty()) {
        const auto type = cursor.read<std::uint8_t>();
        if (hello && (type & 0xe0U) == 0x20U) return *hello;  // DTLS 1.3's own header, RFC 9147 §4
        const auto version = cursor.read<std::uint16_t>();
        const auto epoch = cursor.read<std::uint16_t>();
        cursor.skip(6);  // sequence number
        const bytes::View record = cursor.take(cursor.read<std::uint16_t>());
        const bool is_type = type >= kChangeCipherSpec && type <= kApplicationData;
        const bool is_version = version == kVersion10 || version == kVersion12;
        if (!cursor.ok() || !is_type || !is_version) return {};
        if (hello) continue;
        if (type != kHandshake || epoch != 0) return {};
        hello = read_hello(record);
        if (!hello->is_legal) return {};
    }
    return hello.value_or(Hello{});
}

/// Messages, or fragments of them, that fill a record in the clear and open no session: from the
/// certificate to the client's key exchange, and a ticket (RFC 5246 §7.4, RFC 5077 §3.3).
bool is_flight_legal(bytes::View record) noexcept {
    constexpr std::array<std::uint8_t, 10> kTypes{0, 4, 11, 12, 13, 14, 15, 16, 21, 22};
    bytes::ByteCursor cursor{record};
    do {
        const auto type = cursor.read<std::uint8_t>();
        const auto length = cursor.read<std::uint32_t, 3>();
        cursor.skip(2);  // message sequence
        const auto offset = cursor.read<std::uint32_t, 3>();
        const auto fragment = cursor.read<std::uint32_t, 3>();
        cursor.skip(fragment);
        if (!cursor.ok() || offset + fragment > length) return false;
        if (std::ranges::find(kTypes, type) == kTypes.end()) return false;
    } while (!cursor.empty());
    return true;
}

/// Records of a session whose hellos were not seen: handshake in the clear, a change of cipher, or
/// what is encrypted after it. Epochs are few, as each takes a handshake (RFC 6347 §4.1).
bool is_under_way(bytes::View said) noexcept {
    constexpr std::uint8_t kChangeCipherSpec = 20;
    constexpr std::uint8_t kHandshake = 22;
    constexpr std::uint8_t kHeartbeat = 24;  // RFC 6520
    constexpr std::uint16_t kMostEpochs = 255;
    constexpr std::size_t kShortest = 16;  // bytes of a nonce and the shortest tag
    bytes::ByteCursor cursor{said};
    do {
        const auto type = cursor.read<std::uint8_t>();
        const auto version = cursor.read<std::uint16_t>();
        const auto epoch = cursor.read<std::uint16_t>();
        cursor.skip(6);  // sequence number
        const bytes::View record = cursor.take(cursor.read<std::uint16_t>());
        if (!cursor.ok() || type < kChangeCipherSpec || type > kHeartbeat) return false;
        if (version != kVersion10 && version != kVersion12) return false;
        const bool is_change = type == kChangeCipherSpec && record.size() == 1 && record[0] == 1;
        const bool is_clear = is_change || (type == kHandshake && is_flight_legal(record));
        const bool is_secret = epoch <= kMostEpochs && record.size() >= kShortest;
        if (epoch == 0 ? !is_clear : !is_secret) return false;
    } while (!cursor.empty());
    return true;
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    const Hello hello = read_datagram(exchange.said);
    if (!hello.is_legal) return {is_under_way(exchange.said) ? Match::kYes : Match::kNo};
    const bool is_client = hello.type == HandshakeType::kClientHello;
    if (!is_client && hello.type != HandshakeType::kServerHello &&
        hello.type != HandshakeType::kHelloVerifyRequest) {
        return {Match::kNo};
    }
    // One side asks and the other answers: the token tells which one has spoken.
    constexpr std::uint32_t kAsked = 1;
    constexpr std::uint32_t kAnswered = 2;
    const std::uint32_t mine = is_client ? kAsked : kAnswered;
    if (exchange.token == mine) return {Match::kNo};
    return {Match::kYes, is_client ? Role::kClient : Role::kServer, mine};
}

void extract(const Exchange& exchange, Facts& facts) noexcept {
    const Hello hello = read_datagram(exchange.said);
    if (hello.is_legal && hello.type != HandshakeType::kHelloVerifyRequest) {
        const std::string_view version = hello.version == kVersion13   ? "DTLS 1.3"
                                         : hello.version == kVersion12 ? "DTLS 1.2"
                                                                       : "DTLS 1.0";
        facts.add(Fact::kTlsVersion, version);
    }
    if (!hello.server_name.empty()) facts.add(Fact::kTlsSni, hello.server_name);
}

}  // namespace sensor::identify::dtls
