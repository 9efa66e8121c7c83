#include "sensor/identify/google_quic.h"

namespace sensor::identify {
namespace {

constexpr std::size_t kConnectionId = 8;            // bytes
constexpr std::size_t kHash = 12;                   // bytes of FNV-1a in place of an AEAD tag
constexpr std::uint16_t kMaxTags = 128;             // a CHLO has about 25
constexpr std::uint32_t kServerName = 0x534e4900;   // "SNI\0"
constexpr std::uint32_t kClientHello = 0x43484c4f;  // "CHLO"

/// Both orders of bytes were in use.
std::uint32_t turned(std::uint32_t value) noexcept {
    return __builtin_bswap32(value);
}

/// Versions before Q034 had a byte of flags between hash and frames.
constexpr bool has_private_flags(std::uint32_t version) noexcept {
    return version < 0x51303334;
}

/// The header up to the packet number, in the form of Q046 and later or of those before.
bool skip_header(bytes::ByteCursor& cursor, GoogleHello& hello) noexcept {
    const auto flags = cursor.read<std::uint8_t>();
    if ((flags & 0x80U) != 0) {
        constexpr std::uint8_t kEightThenNone = 0x50;  // lengths of both ids
        hello.version = cursor.read<std::uint32_t>();
        const auto lengths = cursor.read<std::uint8_t>();
        hello.connection_id = cursor.take(kConnectionId);
        cursor.skip((flags & 3U) + 1U);
        return (flags & 0x40U) != 0 && lengths == kEightThenNone;
    }
    constexpr std::uint8_t kNumberLengths[]{1, 2, 4, 6};
    hello.connection_id = cursor.take(kConnectionId);
    hello.version = cursor.read<std::uint32_t>();
    cursor.skip(kNumberLengths[(flags >> 4U) & 3U]);
    return (flags & 0x4bU) == 0x09;  // with version and connection id, no reset, one path
}

/// Stream 1 from its start, with a length.
bool skip_stream_header(bytes::ByteCursor& cursor) noexcept {
    const auto type = cursor.read<std::uint8_t>();
    const auto stream = cursor.read<std::uint8_t>();
    const auto length = cursor.read<std::uint16_t>();
    const std::size_t left = cursor.rest().size();
    return cursor.ok() && type == 0xa0 && stream == 1 &&
           (length <= left || turned(std::uint32_t{length} << 16U) <= left);
}

/// An index of tags in order, each with where its value ends, and then the values.
bool parse_message(bytes::ByteCursor& cursor, GoogleHello& hello) noexcept {
    if (cursor.read<std::uint32_t>() != kClientHello) return false;
    const std::uint32_t count = turned(cursor.read<std::uint32_t>());
    if (count == 0 || count > kMaxTags) return false;
    bytes::ByteCursor index{cursor.take(8 * count)};
    const auto values = cursor.rest();
    std::uint32_t begin = 0;
    std::uint32_t last_tag = 0;
    while (!index.empty()) {
        const auto tag = index.read<std::uint32_t>();
        const std::uint32_t end = turned(index.read<std::uint32_t>());
        if (end < begin || end > values.size() || turned(tag) <= last_tag) return false;
        if (tag == kServerName) {
            hello.server_name = bytes::text_of(values.subspan(begin, end - begin));
        }
        last_tag = turned(tag);
        begin = end;
    }
    return cursor.ok();
}

}  // namespace

bool parse_google_hello(bytes::View datagram, GoogleHello& hello) noexcept {
    bytes::ByteCursor cursor{datagram};
    if (!skip_header(cursor, hello) || !is_clear_google_quic(hello.version)) return false;
    cursor.skip(kHash + (has_private_flags(hello.version) ? 1 : 0));
    return skip_stream_header(cursor) && parse_message(cursor, hello);
}

bytes::View parse_google_answer(bytes::View datagram) noexcept {
    constexpr std::uint8_t kNoneThenEight = 0x05;  // lengths of both ids
    bytes::ByteCursor cursor{datagram};
    const auto flags = cursor.read<std::uint8_t>();
    const auto version = cursor.read<std::uint32_t>();
    const auto lengths = cursor.read<std::uint8_t>();
    const auto source = cursor.take(kConnectionId);
    cursor.skip((flags & 3U) + 1U + kHash);
    const bool is_legal = (flags & 0xc0U) == 0xc0 && is_clear_google_quic(version) &&
                          lengths == kNoneThenEight && cursor.ok() && !cursor.empty();
    return is_legal ? source : bytes::View{};
}

}  // namespace sensor::identify
