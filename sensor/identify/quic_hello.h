// The frames of a QUIC Initial packet, and the ClientHello in them (RFC 9000 §19, RFC 9001 §4). Hot
// path.
#pragma once

#include <array>
#include <cstdint>

#include "lib/bytes/byte_cursor.h"

namespace sensor::identify {

/// A variable-length integer, RFC 9000 §16; fails the cursor if it is cut.
[[nodiscard]] std::uint64_t read_varint(bytes::ByteCursor& cursor) noexcept;

/// The start of a crypto stream, put in order: browsers cut their hello into shuffled pieces.
class CryptoStream {
  public:
    CryptoStream() = default;
    CryptoStream(const CryptoStream&) = delete;  // half of it is a buffer
    CryptoStream& operator=(const CryptoStream&) = delete;

    /// Takes the pieces out of an Initial packet's frames; false if a frame is torn, or none that
    /// may be in such a packet, RFC 9000 §12.4.
    bool add_frames(bytes::View frames) noexcept;

    /// The stream from its start to the first hole, borrowed from this object.
    [[nodiscard]] bytes::View prefix() const noexcept;

  private:
    static constexpr std::size_t kMaxBytes = 4096;
    static constexpr std::size_t kMaxPieces = 64;
    struct Piece {
        std::uint16_t begin;
        std::uint16_t end;
    };
    bool add_crypto(bytes::ByteCursor& cursor) noexcept;

    std::array<std::uint8_t, kMaxBytes> bytes_;
    std::array<Piece, kMaxPieces> pieces_;
    std::size_t piece_count_ = 0;
};

}  // namespace sensor::identify
