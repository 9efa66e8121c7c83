#include "sensor/identify/protocols/dnp3.h"

#include <algorithm>

namespace sensor::identify::dnp3 {
namespace {

constexpr std::uint8_t kFromMaster = 0x80;  // DIR
constexpr std::uint8_t kPrimary = 0x40;     // PRM

/// The CRC of §9.2.4.3: polynomial 3d65 in reflected order, complemented.
std::uint16_t crc_of(bytes::View block) noexcept {
    constexpr std::uint16_t kPolynomial = 0xa6bc;
    std::uint16_t crc = 0;
    for (const std::uint8_t byte : block) {
        crc = static_cast<std::uint16_t>(crc ^ byte);
        for (unsigned bit = 0; bit < 8; ++bit) {
            const bool is_odd = (crc & 1U) != 0;
            crc = static_cast<std::uint16_t>(crc >> 1U ^ (is_odd ? kPolynomial : 0U));
        }
    }
    return static_cast<std::uint16_t>(~crc);
}

std::uint16_t read_little(bytes::ByteCursor& cursor) noexcept {
    const auto low = cursor.read<std::uint8_t>();
    const auto high = cursor.read<std::uint8_t>();
    return static_cast<std::uint16_t>(low | high << 8U);
}

/// Function codes of §9.2.4.1.3; user data is behind 3 and 4 and behind no other.
bool is_control_legal(std::uint8_t control, std::size_t user_bytes) noexcept {
    const unsigned function = control & 0xfU;
    const bool has_user = user_bytes != 0;
    if ((control & kPrimary) == 0) {
        const bool is_known = function <= 1 || function == 11 || function == 14 || function == 15;
        return is_known && !has_user;
    }
    switch (function) {
        case 0:                    // reset link states
        case 1:                    // reset user process, obsolete
        case 2:                    // test link states
        case 9: return !has_user;  // request link status
        case 3:                    // confirmed and unconfirmed user data
        case 4: return has_user;
        default: return false;
    }
}

struct Frame {
    Match match = Match::kNo;
    std::uint8_t control = 0;
    std::uint16_t destination = 0;
    std::uint16_t source = 0;
};

/// Blocks of 16 bytes and a shorter last one, each with its CRC. True for what is cut.
bool are_blocks_sound(bytes::ByteCursor& cursor, std::size_t user_bytes) noexcept {
    constexpr std::size_t kBlock = 16;
    while (user_bytes != 0) {
        const std::size_t size = std::min(user_bytes, kBlock);
        const bytes::View block = cursor.take(size);
        const std::uint16_t crc = read_little(cursor);
        if (cursor.ok() && crc != crc_of(block)) return false;
        user_bytes -= size;
    }
    return true;
}

Frame read_frame(bytes::ByteCursor& cursor) noexcept {
    constexpr std::uint16_t kStart = 0x0564;
    constexpr std::size_t kCounted = 5;  // bytes of the header that the length counts
    constexpr std::size_t kHeader = 8;   // bytes before the CRC
    Frame frame;
    const bytes::View whole = cursor.rest();
    const auto start = cursor.read<std::uint16_t>();
    const std::size_t length = cursor.read<std::uint8_t>();
    frame.control = cursor.read<std::uint8_t>();
    frame.destination = read_little(cursor);
    frame.source = read_little(cursor);
    const auto crc = read_little(cursor);
    if (!cursor.ok()) {
        const auto begins = bytes::text_of(whole).substr(0, 2);
        if (std::string_view{"\x05\x64"}.starts_with(begins)) frame.match = Match::kNeedMore;
        return frame;
    }
    if (start != kStart || length < kCounted || crc != crc_of(whole.first(kHeader))) return frame;
    const std::size_t user_bytes = length - kCounted;
    if (!is_control_legal(frame.control, user_bytes)) return frame;
    if (!are_blocks_sound(cursor, user_bytes)) return frame;
    frame.match = Match::kYes;
    return frame;
}

/// Bit 31 is set, 30 says that a master sent it, then the destination's low bits and the source.
std::uint32_t token_of(const Frame& frame) noexcept {
    const std::uint32_t side = (frame.control & kFromMaster) != 0 ? 1U << 30U : 0;
    return 1U << 31U | side | (frame.destination & 0x3fffU) << 16U | frame.source;
}

/// The other end of the line speaks, and names one of the two as the other frame does.
bool agrees(const Frame& frame, std::uint32_t theirs) noexcept {
    if (theirs == 0) return true;
    constexpr unsigned kKept = 0x3fff;
    const bool is_opposite = ((theirs ^ token_of(frame)) & 1U << 30U) != 0;
    const bool is_to_them = frame.destination == (theirs & 0xffffU);
    const bool is_from_addressed = (frame.source & kKept) == (theirs >> 16U & kKept);
    return is_opposite && (is_to_them || is_from_addressed);
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    constexpr unsigned kMostFrames = 16;  // a larger datagram has its start checked
    bytes::ByteCursor cursor{exchange.said};
    const Frame first = read_frame(cursor);
    if (first.match != Match::kYes) {
        const bool is_stream = exchange.transport == Transport::kTcp;
        return {is_stream ? first.match : Match::kNo};
    }
    for (unsigned i = 1; i < kMostFrames && !cursor.empty(); ++i) {
        if (read_frame(cursor).match == Match::kNo) return {Match::kNo};
    }
    // A datagram holds whole frames.
    if (exchange.transport == Transport::kUdp && !cursor.ok()) return {Match::kNo};
    if (!agrees(first, exchange.token)) return {Match::kNo};
    // An outstation may open the connection, so only where nobody saw it a master is the client.
    Role role = Role::kEither;
    if (!exchange.direction_known && !exchange.multicast) {
        role = (first.control & kFromMaster) != 0 ? Role::kClient : Role::kServer;
    }
    return {Match::kYes, role, token_of(first)};
}

}  // namespace sensor::identify::dnp3
