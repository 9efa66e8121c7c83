// QUIC version 1 packets, RFC 9000 §17. Initial packets are really encrypted, with the keys
// RFC 9001 §5.2 derives from the client's first destination connection id; of later packets only
// the header is real.
#pragma once

#include <array>
#include <cstdint>

#include "tests/support/traffic/byte_writer.h"
#include "tests/support/traffic/messages/tls.h"

namespace traffic::quic {

/// What one side encrypts its Initial packets with.
struct InitialKeys {
    std::array<std::uint8_t, 16> key{};
    std::array<std::uint8_t, 12> iv{};
    std::array<std::uint8_t, 16> header_protection{};
};
[[nodiscard]] InitialKeys client_keys(bytes::View first_destination_id);
[[nodiscard]] InitialKeys server_keys(bytes::View first_destination_id);

/// RFC 9001 §5.3 and §5.4: `header` ends with the packet number, whose length its first byte says.
/// The header's Length field must count the number, `payload` and the tag of 16 bytes.
[[nodiscard]] Bytes protect(const InitialKeys& keys, Bytes header, std::uint32_t packet_number,
                            bytes::View payload);

struct Connection {
    Bytes client_id = {};  ///< empty as a phone's browser chooses it
    Bytes server_id;       ///< of the server's choosing
    Bytes first_destination_id;
    std::uint64_t seed = 1;
};
/// Ids made from `seed`.
[[nodiscard]] Connection connection(std::uint64_t seed);

/// A datagram of 1200 bytes with the whole ClientHello; the transport parameters are added to it.
[[nodiscard]] Bytes client_initial(const Connection& connection, tls::ClientHello hello);
/// A datagram of 1200 bytes: Initial with ACK and ServerHello, then a Handshake packet.
[[nodiscard]] Bytes server_initial(const Connection& connection);
/// A short header packet of `size` bytes, RFC 9000 §17.3.1.
[[nodiscard]] Bytes client_packet(const Connection& connection, std::size_t size,
                                  std::uint64_t seed);
[[nodiscard]] Bytes server_packet(const Connection& connection, std::size_t size,
                                  std::uint64_t seed);

}  // namespace traffic::quic
