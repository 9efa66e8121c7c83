// HTTP/2 with prior knowledge: the client's preface, and the SETTINGS frame that both sides send
// first (RFC 9113 §3.4, §6.5).
#pragma once

#include <array>

#include "sensor/identify/http_message.h"
#include "sensor/identify/protocol.h"

namespace sensor::identify::http2 {

inline constexpr std::array kSignatures{
    Signature{R"(^PRI \* HTTP/2\.0)", Role::kClient},
    Signature{R"(^\x00..\x04\x00\x00\x00\x00\x00)", Role::kServer},
};

inline constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
inline constexpr std::uint32_t kMaxFrame = 16384;    // bytes, until a SETTINGS raises it, §4.2
inline constexpr std::uint32_t kToken = 0x48545432;  // the client's preface was seen

/// RFC 9113 §6.
enum class FrameType : std::uint8_t {
    kData,
    kHeaders,
    kPriority,
    kRstStream,
    kSettings,
    kPushPromise,
    kPing,
    kGoAway,
    kWindowUpdate,
    kContinuation,
};

struct FrameHeader {
    std::uint32_t length = 0;
    FrameType type{};
    std::uint8_t flags = 0;
    std::uint32_t stream = 0;
};

[[nodiscard]] inline FrameHeader read_header(bytes::ByteCursor& cursor) noexcept {
    FrameHeader header{.length = cursor.read<std::uint32_t, 3>()};
    header.type = static_cast<FrameType>(cursor.read<std::uint8_t>());
    header.flags = cursor.read<std::uint8_t>();
    header.stream = cursor.read<std::uint32_t>();
    return header;
}

/// A setting's value is in its range, RFC 9113 §6.5.2; unknown settings are to be ignored.
[[nodiscard]] constexpr bool is_setting(std::uint16_t identifier, std::uint32_t value) noexcept {
    switch (identifier) {
        case 0: return false;
        case 2:                            // ENABLE_PUSH
        case 8: return value <= 1;         // ENABLE_CONNECT_PROTOCOL, RFC 8441
        case 4: return value >> 31U == 0;  // INITIAL_WINDOW_SIZE
        case 5: return value >= kMaxFrame && value <= 0xffffff;  // MAX_FRAME_SIZE
        default: return true;
    }
}

/// The SETTINGS frame that opens a connection: not an acknowledgement, on stream 0.
[[nodiscard]] inline Match parse_settings(bytes::ByteCursor& cursor) noexcept {
    const FrameHeader header = read_header(cursor);
    if (!cursor.ok()) return Match::kNeedMore;
    if (header.type != FrameType::kSettings || header.flags != 0 || header.stream != 0 ||
        header.length % 6 != 0 || header.length > kMaxFrame) {
        return Match::kNo;
    }
    for (std::uint32_t left = header.length; left != 0; left -= 6) {
        if (cursor.rest().size() < 6) return Match::kNeedMore;
        const auto identifier = cursor.read<std::uint16_t>();
        if (!is_setting(identifier, cursor.read<std::uint32_t>())) return Match::kNo;
    }
    return Match::kYes;
}

/// What may follow a server's SETTINGS before anything else: its acknowledgement, a window, a ping,
/// or its leave.
[[nodiscard]] inline Match parse_second_frame(bytes::ByteCursor& cursor) noexcept {
    const FrameHeader header = read_header(cursor);
    if (!cursor.ok()) return Match::kNeedMore;
    bool is_legal = false;
    switch (header.type) {
        case FrameType::kSettings:
            is_legal = header.stream == 0 && header.flags == 1 && header.length == 0;
            break;
        case FrameType::kPing:
            is_legal = header.stream == 0 && header.flags <= 1 && header.length == 8;
            break;
        case FrameType::kGoAway:
            is_legal = header.stream == 0 && header.flags == 0 && header.length >= 8 &&
                       header.length <= kMaxFrame;
            break;
        case FrameType::kWindowUpdate:
            is_legal = header.flags == 0 && header.length == 4 && header.stream == 0;
            break;
        default: break;  // an answer comes after the acknowledgement
    }
    return is_legal ? Match::kYes : Match::kNo;
}

/// Client: preface and a whole SETTINGS or the like. Server: SETTINGS, and a second frame unless
/// the client's preface was seen.
[[nodiscard]] inline Verdict validate(const Exchange& exchange) noexcept {
    bytes::ByteCursor cursor{exchange.said};
    const Match preface = http_message::match_start(bytes::text_of(exchange.said), kPreface);
    if (exchange.said.empty() || preface == Match::kNeedMore) return {Match::kNeedMore};
    if (preface == Match::kYes) {
        cursor.skip(kPreface.size());
        bytes::ByteCursor again = cursor;  // some clients acknowledge or widen before they set
        Match match = parse_settings(cursor);
        if (match == Match::kNo) match = parse_second_frame(again);
        return {match, Role::kClient, kToken};
    }
    Match match = parse_settings(cursor);
    if (match == Match::kYes && exchange.token == 0) match = parse_second_frame(cursor);
    return {match, Role::kServer, kToken};
}

/// The request of the first HEADERS frame, or the answer's status, if it is there already.
void extract(const Exchange& exchange, Facts& facts) noexcept;

inline constexpr Protocol kProtocol{
    .name = "http2",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
    .extract = extract,
};

}  // namespace sensor::identify::http2
