// TeamViewer: the framing of its own protocol, which public dissectors describe. A command is a
// magic number, a code and a length; over UDP it stands behind two counters and a session.
//
//   TCP, first generation:  17 24, code, length (2, little-endian), body
//   TCP, second generation: 11 30, code, 0, length (4, little-endian), two counters, sender,
//                           the header's own size 24 (4, little-endian), body
//   UDP: counter (4), counter (4), session (2), kind, 17 24, code, length (2, little-endian), body
#pragma once

#include <array>

#include "sensor/identify/little_endian.h"
#include "sensor/identify/protocol.h"

namespace sensor::identify::teamviewer {

inline constexpr std::array kSignatures{
    Signature{R"(^\x17\x24[\x0a-\x7f])"},
    Signature{R"(^\x11\x30[\x0a-\x7f]\x00...\x00)"},
    Signature{R"(^...\x00...\x00..[\x00-\x0f]\x17\x24[\x0a-\x7f])"},
};

inline constexpr std::uint16_t kMagic = 0x1724;
inline constexpr std::uint16_t kNewMagic = 0x1130;
inline constexpr std::uint8_t kFirstCode = 10;        // CMD_IDENTIFY
inline constexpr std::uint8_t kLastCode = 127;        // codes in use end at about 120
inline constexpr std::uint32_t kNewHeader = 24;       // bytes
inline constexpr std::uint32_t kLongest = 1U << 20U;  // bytes of a body

/// One command's header. `body` is the length that it tells.
struct Command {
    bool is_legal = false;
    std::size_t body = 0;  // bytes
};

[[nodiscard]] constexpr Command read_command(bytes::ByteCursor& cursor) noexcept {
    const auto magic = cursor.read<std::uint16_t>();
    const auto code = cursor.read<std::uint8_t>();
    if (!cursor.ok()) return {};
    const bool is_code = code >= kFirstCode && code <= kLastCode;
    if (magic == kMagic) {
        const auto body = read_little<std::uint16_t>(cursor);
        return {is_code, body};
    }
    const auto zero = cursor.read<std::uint8_t>();
    const auto body = read_little<std::uint32_t>(cursor);
    cursor.skip(12);  // two counters and the sender
    const auto header = read_little<std::uint32_t>(cursor);
    const bool is_legal =
        magic == kNewMagic && is_code && zero == 0 && body <= kLongest && header == kNewHeader;
    return {is_legal, body};
}

/// Commands one after the other: the first has to end where the next begins or nothing more is
/// there. The second generation's header convinces before its body ends.
[[nodiscard]] constexpr Match match_stream(bytes::View said) noexcept {
    bytes::ByteCursor cursor{said};
    const bool is_new = said.size() >= 2 && said[0] == kNewMagic >> 8U;
    const Command first = read_command(cursor);
    if (!cursor.ok()) return Match::kNeedMore;
    if (!first.is_legal || (!is_new && first.body == 0)) return Match::kNo;
    cursor.skip(first.body);
    if (!cursor.ok()) return is_new ? Match::kYes : Match::kNeedMore;
    if (cursor.empty()) return Match::kYes;
    const auto next = cursor.rest();
    const bool is_magic = next.size() < 2 ||
                          (next[0] == kMagic >> 8U && next[1] == (kMagic & 0xffU)) ||
                          (next[0] == kNewMagic >> 8U && next[1] == (kNewMagic & 0xffU));
    if (!is_magic) return Match::kNo;
    const Command second = read_command(cursor);
    if (!cursor.ok()) return is_new ? Match::kYes : Match::kNeedMore;
    return second.is_legal ? Match::kYes : Match::kNo;
}

/// One command that fills its datagram.
[[nodiscard]] constexpr Match match_datagram(bytes::View said) noexcept {
    constexpr std::uint8_t kLastKind = 15;
    bytes::ByteCursor cursor{said};
    cursor.skip(10);  // counters and session
    const auto kind = cursor.read<std::uint8_t>();
    const bool is_magic = cursor.rest().size() >= 2 && cursor.rest()[0] == kMagic >> 8U;
    const Command command = read_command(cursor);
    const bool fills = cursor.ok() && cursor.rest().size() == command.body;
    return is_magic && kind <= kLastKind && command.is_legal && fills ? Match::kYes : Match::kNo;
}

[[nodiscard]] inline Verdict validate(const Exchange& exchange) noexcept {
    const bool is_udp = exchange.transport == Transport::kUdp;
    return {is_udp ? match_datagram(exchange.said) : match_stream(exchange.said)};
}

inline constexpr Protocol kProtocol{
    .name = "teamviewer",
    .transports = kOverTcp | kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::teamviewer
