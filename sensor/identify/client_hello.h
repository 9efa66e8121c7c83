// The TLS ClientHello (RFC 8446 §4.1.2), which TLS carries in records and QUIC in CRYPTO frames.
// Hot path.
#pragma once

#include <cstdint>

#include "lib/bytes/byte_cursor.h"
#include "sensor/identify/protocol.h"
#include "sensor/model/facts.h"

namespace sensor::identify {

/// Extension types that identification reads, IANA "TLS ExtensionType Values".
enum class ExtensionType : std::uint16_t {
    kServerName = 0x0000,
    kSignatureAlgorithms = 0x000d,
    kAlpn = 0x0010,
    kSupportedVersions = 0x002b,
    kEncryptedClientHello = 0xfe0d,  ///< RFC 9849 §5
};

/// What a hello holds, borrowed from the bytes it was parsed from.
struct ClientHello {
    std::uint16_t version = 0;  ///< legacy_version: 0x0303 of all that conform
    bytes::View session_id;
    bytes::View cipher_suites;  ///< two bytes each
    bytes::View extensions;     ///< without the list's length; only those wholly present
    unsigned extension_count = 0;
    bool is_whole = false;  ///< nothing of the message is missing
};

/// Calls `visit(ExtensionType, bytes::View body)` for each extension; false if the list is torn.
template <class Visit>
bool each_extension(bytes::View list, Visit&& visit) {
    bytes::ByteCursor cursor{list};
    while (!cursor.empty()) {
        const auto type = static_cast<ExtensionType>(cursor.read<std::uint16_t>());
        const auto body = cursor.take(cursor.read<std::uint16_t>());
        if (!cursor.ok()) return false;
        visit(type, body);
    }
    return cursor.ok();
}

/// Parses `message`, which starts with the handshake header, RFC 8446 §4, and may be cut anywhere
/// or be followed by other bytes. On kNeedMore `hello` holds what was there.
[[nodiscard]] Match parse_client_hello(bytes::View message, ClientHello& hello) noexcept;

/// Bytes of the message by its header, header included; 0 while the header itself is short.
[[nodiscard]] std::size_t handshake_size(bytes::View message) noexcept;

/// True for the values of RFC 8701 (0x0a0a, 0x1a1a, ...), which mean nothing.
[[nodiscard]] constexpr bool is_grease(std::uint16_t value) noexcept {
    return (value & 0x0f0fU) == 0x0a0aU && (value >> 8U) == (value & 0xffU);
}

/// A version as TLS would number it: drafts of TLS 1.3 count as 0x0304; 0 if it is none.
[[nodiscard]] std::uint16_t tls_version_of(std::uint16_t wire) noexcept;
/// "TLS 1.3"; empty if `version` is none.
[[nodiscard]] std::string_view tls_version_name(std::uint16_t version) noexcept;
/// The highest version offered. A hello that is not whole may have offered 0x0304 out of sight.
[[nodiscard]] std::uint16_t highest_offered(const ClientHello& hello) noexcept;

/// Letters, digits, '.', '-' and '_', at least one.
[[nodiscard]] bool is_host_name(std::string_view name) noexcept;
/// Notes kTlsAlpn: the names of an ALPN extension's body, RFC 7301 §3.1, comma-separated.
void note_alpn(bytes::View body, Facts& facts) noexcept;
/// Notes version, SNI, ALPN and, of a whole hello, JA4; `transport` is JA4's letter: 't' or 'q'.
void note_client_hello(const ClientHello& hello, char transport, Facts& facts) noexcept;

}  // namespace sensor::identify
