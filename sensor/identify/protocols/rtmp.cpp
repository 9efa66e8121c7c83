#include "sensor/identify/protocols/rtmp.h"

#include <algorithm>

namespace sensor::identify::rtmp {
namespace {

constexpr std::uint8_t kVersion = 3;
constexpr std::size_t kBlock = 1536;  // bytes of C1, C2, S1 and S2

enum class Message : std::uint8_t {
    kSetChunkSize = 1,
    kAbort = 2,
    kAcknowledgement = 3,
    kUserControl = 4,
    kWindowSize = 5,
    kPeerBandwidth = 6,
    kCommandAmf3 = 17,
    kCommandAmf0 = 20,
};

struct ChunkHeader {
    std::uint32_t chunk_stream = 0;
    std::uint32_t length = 0;  ///< bytes of the message
    Message type{};
    std::uint32_t message_stream = 0;
};

/// RTMP 1.0 §5.3.1. A session's first chunk has the full header, format 0; any other fails
/// `cursor`.
ChunkHeader read_header(bytes::ByteCursor& cursor) noexcept {
    constexpr std::uint32_t kExtended = 0xffffff;
    ChunkHeader header;
    const auto basic = cursor.read<std::uint8_t>();
    header.chunk_stream = basic & 0x3fU;
    if (header.chunk_stream < 2) {  // one or two more bytes: 64 and up
        cursor.skip(header.chunk_stream + 1);
        header.chunk_stream = 64;
    }
    const auto timestamp = cursor.read<std::uint32_t, 3>();
    header.length = cursor.read<std::uint32_t, 3>();
    header.type = static_cast<Message>(cursor.read<std::uint8_t>());
    header.message_stream = cursor.read<std::uint32_t>();
    if (timestamp == kExtended) cursor.skip(4);
    if (basic >> 6U != 0) cursor.skip(cursor.rest().size() + 1);
    return header;
}

/// A command's name, which an AMF0 string begins with: a type of 2 and two bytes of length.
Match match_command(bytes::ByteCursor cursor, std::uint32_t length) noexcept {
    constexpr std::uint8_t kString = 2;
    constexpr std::size_t kShortest = 4;  // bytes: "call", "play"
    constexpr std::size_t kLongest = 32;
    const auto marker = cursor.read<std::uint8_t>();
    const auto size = cursor.read<std::uint16_t>();
    if (!cursor.ok()) return Match::kNeedMore;
    if (marker != kString || size < kShortest || size > kLongest || size + 3U > length) {
        return Match::kNo;
    }
    const bytes::View name = cursor.take(size);
    if (!cursor.ok()) return Match::kNeedMore;
    const auto is_letter = [](std::uint8_t c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    return std::ranges::all_of(name, is_letter) ? Match::kYes : Match::kNo;
}

/// What may come first: a protocol control message (§5.4, §7.1.7) on its own streams, or a command.
Match match_chunk(bytes::ByteCursor cursor) noexcept {
    constexpr std::uint32_t kControlStream = 2;
    constexpr std::uint32_t kLongestCommand = 1U << 16U;  // bytes
    constexpr std::size_t kLongestHeader = 18;            // bytes
    const bool may_be_cut = cursor.rest().size() < kLongestHeader;
    const ChunkHeader header = read_header(cursor);
    if (!cursor.ok()) return may_be_cut ? Match::kNeedMore : Match::kNo;
    const bool is_control = header.chunk_stream == kControlStream && header.message_stream == 0;
    switch (header.type) {
        case Message::kSetChunkSize:
        case Message::kAbort:
        case Message::kAcknowledgement:
        case Message::kWindowSize:
            return is_control && header.length == 4 ? Match::kYes : Match::kNo;
        case Message::kPeerBandwidth:
            return is_control && header.length == 5 ? Match::kYes : Match::kNo;
        case Message::kUserControl:
            return is_control && (header.length == 6 || header.length == 10) ? Match::kYes
                                                                             : Match::kNo;
        case Message::kCommandAmf3:  // a byte that says AMF0 follows
            if (cursor.read<std::uint8_t>() != 0) return Match::kNo;
            [[fallthrough]];
        case Message::kCommandAmf0:
            if (header.length > kLongestCommand) return Match::kNo;
            return match_command(cursor, header.length);
    }
    return Match::kNo;
}

/// 31 bits of what an echo repeats, the time and the first random bytes (§5.2.4), and one that
/// keeps them from being 0. The four bytes between may differ.
std::uint32_t echoed(bytes::View block) noexcept {
    bytes::ByteCursor cursor{block};
    const auto time = cursor.read<std::uint32_t>();
    cursor.skip(4);
    return (time * 0x9e3779b1U ^ cursor.read<std::uint32_t>()) | 1U;
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    constexpr std::size_t kEchoed = 12;  // bytes
    bytes::ByteCursor cursor{exchange.said};
    if (cursor.read<std::uint8_t>() != kVersion) return {Match::kNo};
    const bytes::View hello = cursor.take(kBlock);
    if (!cursor.ok()) return {Match::kNeedMore};
    const bytes::View echo = cursor.rest();
    const std::uint32_t token = echoed(hello);
    const bool is_echo = echo.size() >= kEchoed && echoed(echo) == exchange.token;
    if (is_echo) return {Match::kYes, Role::kEither, token};
    cursor.skip(kBlock);
    if (!cursor.ok()) return {Match::kNeedMore};
    return {match_chunk(cursor), Role::kEither, token};
}

}  // namespace sensor::identify::rtmp
