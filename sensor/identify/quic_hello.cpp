#include "sensor/identify/quic_hello.h"

#include <algorithm>

namespace sensor::identify {
namespace {

/// Frame types that Initial packets may carry, RFC 9000 table 3.
enum class FrameType : std::uint8_t {
    kPadding = 0x00,
    kPing = 0x01,
    kAck = 0x02,
    kAckWithEcn = 0x03,
    kCrypto = 0x06,
    kConnectionClose = 0x1c,
};

/// RFC 9000 §19.3: largest, delay, ranges; then three counts if ECN was seen.
bool skip_ack(bytes::ByteCursor& cursor, FrameType type) noexcept {
    static_cast<void>(read_varint(cursor));
    static_cast<void>(read_varint(cursor));
    const std::uint64_t ranges = read_varint(cursor);
    if (ranges > cursor.rest().size()) return false;
    const std::uint64_t numbers = 1 + 2 * ranges + (type == FrameType::kAckWithEcn ? 3 : 0);
    for (std::uint64_t i = 0; i < numbers && cursor.ok(); ++i)
        static_cast<void>(read_varint(cursor));
    return cursor.ok();
}

/// RFC 9000 §19.19: error code, frame type, reason.
bool skip_close(bytes::ByteCursor& cursor) noexcept {
    static_cast<void>(read_varint(cursor));
    static_cast<void>(read_varint(cursor));
    cursor.skip(read_varint(cursor));
    return cursor.ok();
}

}  // namespace

std::uint64_t read_varint(bytes::ByteCursor& cursor) noexcept {
    const unsigned length_code = cursor.peek() >> 6U;
    switch (length_code) {
        case 0: return cursor.read<std::uint8_t>();
        case 1: return cursor.read<std::uint16_t>() & 0x3fffU;
        case 2: return cursor.read<std::uint32_t>() & 0x3fffffffU;
        default: return cursor.read<std::uint64_t>() & 0x3fffffffffffffffU;
    }
}

bool CryptoStream::add_frames(bytes::View frames) noexcept {
    bytes::ByteCursor cursor{frames};
    if (cursor.empty()) return false;  // a packet holds at least one frame, RFC 9000 §12.4
    while (!cursor.empty()) {
        const auto type = static_cast<FrameType>(cursor.read<std::uint8_t>());
        bool is_legal = false;
        switch (type) {
            case FrameType::kPadding:
            case FrameType::kPing: is_legal = true; break;
            case FrameType::kAck:
            case FrameType::kAckWithEcn: is_legal = skip_ack(cursor, type); break;
            case FrameType::kCrypto: is_legal = add_crypto(cursor); break;
            case FrameType::kConnectionClose: is_legal = skip_close(cursor); break;
        }
        if (!is_legal) return false;
    }
    return cursor.ok();
}

bool CryptoStream::add_crypto(bytes::ByteCursor& cursor) noexcept {
    const std::uint64_t offset = read_varint(cursor);
    const auto data = cursor.take(read_varint(cursor));
    if (!cursor.ok()) return false;
    if (offset >= kMaxBytes || data.empty() || piece_count_ == kMaxPieces) return true;
    const auto kept = data.first(std::min<std::size_t>(data.size(), kMaxBytes - offset));
    std::ranges::copy(kept, bytes_.begin() + static_cast<std::ptrdiff_t>(offset));
    pieces_[piece_count_++] = {static_cast<std::uint16_t>(offset),
                               static_cast<std::uint16_t>(offset + kept.size())};
    return true;
}

bytes::View CryptoStream::prefix() const noexcept {
    std::size_t end = 0;
    for (bool grew = true; grew;) {
        grew = false;
        for (std::size_t i = 0; i < piece_count_; ++i) {
            if (pieces_[i].begin > end || pieces_[i].end <= end) continue;
            end = pieces_[i].end;
            grew = true;
        }
    }
    return bytes::View{bytes_}.first(end);
}

}  // namespace sensor::identify
