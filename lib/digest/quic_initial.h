// The published protection of QUIC Initial packets (RFC 9001 §5), of the client's direction.
//
// Everyone on the path can derive these keys: they prove that a datagram is QUIC, and hide nothing.
// Workers may call this; a thread's first call allocates its cipher contexts.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "lib/bytes/byte_cursor.h"

namespace digest {

/// What a QUIC version feeds into the derivation.
struct QuicSalt {
    std::array<std::uint8_t, 20> salt;  ///< RFC 9001 §5.2, RFC 9369 §3.3.1
    std::string_view label = "quic";    ///< what the labels start with; "quicv2" in version 2
};

struct QuicKeys {
    std::array<std::uint8_t, 16> key;
    std::array<std::uint8_t, 12> iv;
    std::array<std::uint8_t, 16> header;  ///< header protection key
};

/// The keys of a client's Initial packets; `destination` is the connection id that its first one
/// is addressed to.
[[nodiscard]] QuicKeys quic_client_keys(const QuicSalt& salt, bytes::View destination) noexcept;

/// Takes the header protection off `packet`, which ends where its Length says and has its packet
/// number at `number_at`, and decrypts it into `out`. The frames, borrowed from `out`; nothing if
/// the packet is not authentic, too short, or larger than `out`.
[[nodiscard]] std::optional<bytes::View> open_quic_packet(const QuicKeys& keys, bytes::View packet,
                                                          std::size_t number_at,
                                                          std::span<std::uint8_t> out) noexcept;

}  // namespace digest
