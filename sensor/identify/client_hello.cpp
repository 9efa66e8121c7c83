#include "sensor/identify/client_hello.h"

#include <algorithm>
#include <array>

#include "sensor/identify/ja4.h"

namespace sensor::identify {
namespace {

constexpr std::uint8_t kClientHelloType = 1;
constexpr std::size_t kHandshakeHeader = 4;
constexpr std::size_t kRandom = 32;
constexpr std::size_t kMaxSessionId = 32;
constexpr std::uint32_t kLeastBody = 2 + kRandom + 1 + 2 + 2 + 2;  // one suite, one compression
constexpr std::uint32_t kMostBody =
    2 + kRandom + 1 + kMaxSessionId + 2 + 65534 + 1 + 255 + 2 + 65535;

/// Drafts of TLS 1.3 said 0x0304 before they had supported_versions.
constexpr bool is_hello_version(std::uint16_t version) noexcept {
    return version >= 0x0300 && version <= 0x0304;
}

/// server_name: one list that fills the body, of non-empty names, RFC 6066 §3.
bool is_server_name(bytes::View body) noexcept {
    if (body.empty()) return true;  // some clients send none to say "any"
    bytes::ByteCursor cursor{body};
    if (cursor.read<std::uint16_t>() != cursor.rest().size() || cursor.empty()) return false;
    while (!cursor.empty()) {
        cursor.skip(1);
        if (cursor.take(cursor.read<std::uint16_t>()).empty()) return false;
    }
    return cursor.ok();
}

/// ALPN: one list that fills the body, of non-empty names, RFC 7301 §3.1.
bool is_alpn(bytes::View body) noexcept {
    bytes::ByteCursor cursor{body};
    if (cursor.read<std::uint16_t>() != cursor.rest().size() || cursor.empty()) return false;
    while (!cursor.empty()) {
        if (cursor.take(cursor.read<std::uint8_t>()).empty()) return false;
    }
    return cursor.ok();
}

/// A list of 16-bit values behind its length of `Width` bytes, filling the body.
template <std::size_t Width>
bool is_list_of_pairs(bytes::View body) noexcept {
    bytes::ByteCursor cursor{body};
    const auto length = cursor.read<std::uint16_t, Width>();
    return cursor.ok() && length == cursor.rest().size() && length >= 2 && length % 2 == 0;
}

bool is_legal(ExtensionType type, bytes::View body) noexcept {
    switch (type) {
        case ExtensionType::kServerName: return is_server_name(body);
        case ExtensionType::kAlpn: return is_alpn(body);
        case ExtensionType::kSupportedVersions: return is_list_of_pairs<1>(body);
        case ExtensionType::kSignatureAlgorithms: return is_list_of_pairs<2>(body);
        case ExtensionType::kEncryptedClientHello: return true;  // a body of another draft, perhaps
    }
    return true;
}

/// `list` is what there is of an extension list of `declared` bytes.
Match parse_extensions(bytes::View list, std::size_t declared, ClientHello& hello) noexcept {
    bytes::ByteCursor cursor{list};
    std::uint64_t seen = 0;  // one bit for each type below 64: none may come twice
    hello.extensions = {};
    while (!cursor.empty()) {
        const auto type = cursor.read<std::uint16_t>();
        const auto length = cursor.read<std::uint16_t>();
        if (cursor.ok() && length > declared - (list.size() - cursor.rest().size())) {
            return Match::kNo;
        }
        const auto body = cursor.take(length);
        if (!cursor.ok()) return list.size() == declared ? Match::kNo : Match::kNeedMore;
        if (!is_legal(static_cast<ExtensionType>(type), body)) return Match::kNo;
        if (type < 64) {
            const std::uint64_t bit = std::uint64_t{1} << type;
            if ((seen & bit) != 0) return Match::kNo;
            seen |= bit;
        }
        hello.extensions = list.first(list.size() - cursor.rest().size());
        ++hello.extension_count;
    }
    return list.size() == declared ? Match::kYes : Match::kNeedMore;
}

/// ECHClientHello of an outer hello, RFC 9849 §5: suite, configuration, key and sealed hello.
bool is_outer_ech(bytes::View body) noexcept {
    constexpr std::uint8_t kOuter = 0;
    bytes::ByteCursor cursor{body};
    const auto kind = cursor.read<std::uint8_t>();
    cursor.skip(5);  // KDF, AEAD, config_id
    cursor.skip(cursor.read<std::uint16_t>());
    const auto sealed = cursor.take(cursor.read<std::uint16_t>());
    return cursor.ok() && cursor.empty() && kind == kOuter && !sealed.empty();
}

void note_server_name(bytes::View body, Facts& facts) noexcept {
    bytes::ByteCursor cursor{body};
    cursor.skip(2);
    while (cursor.ok() && !cursor.empty()) {
        const bool is_host = cursor.read<std::uint8_t>() == 0;
        const auto name = bytes::text_of(cursor.take(cursor.read<std::uint16_t>()));
        if (!is_host) continue;
        if (is_host_name(name)) facts.add(Fact::kTlsSni, name);
        return;
    }
}

}  // namespace

std::size_t handshake_size(bytes::View message) noexcept {
    bytes::ByteCursor cursor{message};
    cursor.skip(1);
    const auto length = cursor.read<std::uint32_t, 3>();
    return cursor.ok() ? kHandshakeHeader + length : 0;
}

Match parse_client_hello(bytes::View message, ClientHello& hello) noexcept {
    if (message.empty()) return Match::kNeedMore;
    if (message.front() != kClientHelloType) return Match::kNo;
    const std::size_t size = handshake_size(message);
    if (size == 0) return Match::kNeedMore;
    if (size < kHandshakeHeader + kLeastBody || size > kHandshakeHeader + kMostBody) {
        return Match::kNo;
    }
    hello.is_whole = message.size() >= size;
    bytes::ByteCursor body{message.first(std::min(message.size(), size))};
    const Match when_short = hello.is_whole ? Match::kNo : Match::kNeedMore;
    body.skip(kHandshakeHeader);

    hello.version = body.read<std::uint16_t>();
    if (body.ok() && !is_hello_version(hello.version)) return Match::kNo;
    body.skip(kRandom);
    const auto session_id_length = body.read<std::uint8_t>();
    if (session_id_length > kMaxSessionId) return Match::kNo;
    hello.session_id = body.take(session_id_length);
    const auto suites_length = body.read<std::uint16_t>();
    if (!body.ok()) return when_short;
    if (suites_length < 2 || suites_length % 2 != 0) return Match::kNo;
    hello.cipher_suites = body.take(suites_length);
    const auto compressions_length = body.read<std::uint8_t>();
    if (!body.ok()) return when_short;
    const auto compressions = body.take(compressions_length);
    if (!body.ok()) return when_short;
    if (std::ranges::find(compressions, 0) == compressions.end()) return Match::kNo;
    if (body.empty()) return hello.is_whole ? Match::kYes : Match::kNeedMore;  // no extensions

    const auto declared = body.read<std::uint16_t>();
    if (!body.ok()) return when_short;
    const std::size_t missing = size - std::min(message.size(), size);
    if (declared != body.rest().size() + missing) return Match::kNo;
    return parse_extensions(body.rest(), declared, hello);
}

std::uint16_t tls_version_of(std::uint16_t wire) noexcept {
    if (wire >= 0x0300 && wire <= 0x0304) return wire;
    const bool is_draft = (wire >> 8U) == 0x7f || wire == 0xfb17 || wire == 0xfb1a;
    return is_draft ? 0x0304 : 0;
}

std::string_view tls_version_name(std::uint16_t version) noexcept {
    constexpr std::array<std::string_view, 5> kNames{"SSL 3.0", "TLS 1.0", "TLS 1.1", "TLS 1.2",
                                                     "TLS 1.3"};
    if (version == 0x0002) return "SSL 2.0";
    return version >= 0x0300 && version <= 0x0304 ? kNames[version - 0x0300U] : std::string_view{};
}

std::uint16_t highest_offered(const ClientHello& hello) noexcept {
    std::uint16_t highest = 0;
    each_extension(hello.extensions, [&](ExtensionType type, bytes::View body) {
        if (type != ExtensionType::kSupportedVersions) return;
        bytes::ByteCursor versions{body};
        versions.skip(1);
        while (versions.ok() && !versions.empty()) {
            highest = std::max(highest, tls_version_of(versions.read<std::uint16_t>()));
        }
    });
    if (highest != 0) return highest;
    return hello.is_whole ? hello.version : std::uint16_t{0x0304};
}

bool is_host_name(std::string_view name) noexcept {
    return !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '-' || c == '_';
    });
}

void note_alpn(bytes::View body, Facts& facts) noexcept {
    std::array<char, Facts::kMaxValue> text;
    std::size_t used = 0;
    bytes::ByteCursor names{body};
    names.skip(2);
    while (names.ok() && !names.empty()) {
        const auto name = bytes::text_of(names.take(names.read<std::uint8_t>()));
        const auto is_plain = [](char c) { return c > ' ' && c <= '~' && c != ','; };
        if (name.empty() || !std::ranges::all_of(name, is_plain)) continue;  // GREASE, for one
        if (used + 1 + name.size() > text.size()) break;
        if (used != 0) text[used++] = ',';
        used += name.copy(text.data() + used, name.size());
    }
    if (used != 0) facts.add(Fact::kTlsAlpn, std::string_view{text.data(), used});
}

void note_client_hello(const ClientHello& hello, char transport, Facts& facts) noexcept {
    facts.add(Fact::kTlsVersion, tls_version_name(highest_offered(hello)));
    each_extension(hello.extensions, [&](ExtensionType type, bytes::View body) {
        if (type == ExtensionType::kServerName) note_server_name(body, facts);
        if (type == ExtensionType::kAlpn) note_alpn(body, facts);
        if (type == ExtensionType::kEncryptedClientHello && is_outer_ech(body)) {
            facts.add(Fact::kTlsEch, std::string_view{"outer"});
        }
    });
    if (!hello.is_whole) return;
    const Ja4 fingerprint{hello, transport};
    if (!fingerprint.text().empty()) facts.add(Fact::kJa4, fingerprint.text());
}

}  // namespace sensor::identify
