// QUIC packets with a long header (RFC 9000 §17.2, RFC 9369 §3), as far as anyone can read them.
// Hot path.
#pragma once

#include <cstdint>
#include <optional>

#include "lib/bytes/byte_cursor.h"

namespace sensor::identify {

/// Long packet types as version 1 numbers them, RFC 9000 table 5.
enum class QuicPacketType : std::uint8_t { kInitial, kZeroRtt, kHandshake, kRetry };

/// A long header packet, borrowed from the datagram.
struct QuicPacket {
    QuicPacketType type{};
    bool has_fixed_bit = false;
    std::uint32_t version = 0;
    bytes::View destination;
    bytes::View source;
    bytes::View token;          ///< of an Initial
    std::size_t number_at = 0;  ///< where its packet number is
    bytes::View bytes;          ///< from the first byte to what Length says; a Retry takes all
};

/// Version-independent part of a long header, behind its first byte, RFC 8999 §5.1.
[[nodiscard]] bool read_quic_invariant(bytes::ByteCursor& cursor, QuicPacket& packet) noexcept;

/// The packet at the start of `datagram`; nothing unless all its lengths fit and its version is
/// known.
[[nodiscard]] std::optional<QuicPacket> parse_quic_packet(bytes::View datagram) noexcept;

/// What follows the packets that can be told apart: one with a short header, which has no length
/// and goes to the same connection, RFC 9000 §17.3.1; padding; or nothing.
enum class QuicRest : std::uint8_t { kNothing, kShortHeader, kOther, kIllegal };

/// Walks `rest`, what its datagram holds after `first`: packets of the same connection and version,
/// RFC 9000 §12.2.
[[nodiscard]] QuicRest walk_coalesced(bytes::View rest, const QuicPacket& first) noexcept;

}  // namespace sensor::identify
