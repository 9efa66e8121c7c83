// TLS messages as they begin a connection: RFC 8446, with the records of §5.1. What a real peer
// encrypts is random bytes of the right size here.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/traffic/byte_writer.h"

namespace traffic::tls {

/// Whose ClientHello it looks like.
enum class Style : std::uint8_t {
    kBrowser,  ///< GREASE (RFC 8701), session ticket, padding: a phone's browser
    kLibrary,  ///< an app's HTTP library: fewer suites and extensions, no GREASE
};

struct ClientHello {
    std::string server_name = {};        ///< empty: no server_name extension
    std::vector<std::string> alpn = {};  ///< RFC 7301; empty: no such extension
    Style style = Style::kLibrary;
    std::uint64_t seed = 1;                ///< of random, session id and key share
    bool offers_1_3 = true;                ///< false: TLS 1.2 only
    Bytes quic_transport_parameters = {};  ///< RFC 9001 §8.2; empty: no such extension
};

/// The handshake message alone (§4.1.2), as QUIC carries it.
[[nodiscard]] Bytes client_hello_message(const ClientHello& hello);
/// The same in one record.
[[nodiscard]] Bytes client_hello(const ClientHello& hello);

/// §4.1.3, TLS 1.3 with X25519. `seed` is the ClientHello's: the session id is echoed.
[[nodiscard]] Bytes server_hello_message(std::uint64_t seed, bool echo_session_id = true);
[[nodiscard]] Bytes server_hello(std::uint64_t seed);

[[nodiscard]] Bytes change_cipher_spec();
[[nodiscard]] Bytes alert(std::uint8_t level, std::uint8_t description);
/// Opaque records (§5.2) that carry `size` bytes in all, the largest as large as allowed.
[[nodiscard]] Bytes application_data(std::size_t size, std::uint64_t seed);

/// All a server says first: ServerHello, ChangeCipherSpec, then what is encrypted already.
[[nodiscard]] Bytes server_flight(std::uint64_t seed, std::size_t certificate_size = 2600);
/// What the client answers: ChangeCipherSpec, Finished.
[[nodiscard]] Bytes client_finished(std::uint64_t seed);

}  // namespace traffic::tls
