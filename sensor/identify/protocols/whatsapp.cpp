#include "sensor/identify/protocols/whatsapp.h"

namespace sensor::identify::whatsapp {
namespace {

constexpr std::uint32_t kPrologue = 0x5741;     // "WA", then major and minor version
constexpr std::uint32_t kRouting = 0x45440001;  // "ED", then its version
constexpr std::uint8_t kFunXmppMajor = 1;
constexpr std::uint8_t kLastVersion = 0x0f;
constexpr std::size_t kMaxRouting = 1024;  // bytes

/// What the token tells: which kind of handshake this side began.
enum class Kind : std::uint32_t { kNoise = 1, kFunXmpp = 2 };

/// A frame with a three-byte length; `body` is what there is of it.
struct Frame {
    std::uint32_t length = 0;  ///< bytes
    bytes::View body;
    bool is_whole = false;
};

Frame read_frame(bytes::ByteCursor& cursor) noexcept {
    Frame frame;
    frame.length = cursor.read<std::uint32_t, 3>();
    frame.is_whole = cursor.ok() && frame.length <= cursor.rest().size();
    frame.body = frame.is_whole ? cursor.take(frame.length) : cursor.rest();
    return frame;
}

/// A base-128 number of at most 28 bits (Protocol Buffers encoding, "Base 128 Varints"); a longer
/// one fails `cursor`.
std::uint32_t read_varint(bytes::ByteCursor& cursor) noexcept {
    std::uint32_t value = 0;
    for (unsigned shift = 0; shift < 28; shift += 7) {
        const auto byte = cursor.read<std::uint8_t>();
        value |= (byte & 0x7fU) << shift;
        if (byte < 0x80) return value;
    }
    cursor.skip(cursor.rest().size() + 1);
    return 0;
}

constexpr std::uint32_t kVarint = 0;
constexpr std::uint32_t kBytes = 2;

/// The lengths of a hello's fields: an X25519 key, the same with a tag of 16 bytes, and at least
/// that tag. Later versions of the client add numbers and byte strings.
bool is_field_legal(std::uint32_t key, std::uint32_t length) noexcept {
    constexpr std::uint32_t kTag = 16;  // bytes, AES-GCM
    constexpr std::uint32_t kKey = 32;  // bytes, X25519
    constexpr std::uint32_t kLastField = 31;
    switch (key >> 3U) {
        case 0: return false;
        case 1: return key == (1U << 3U | kBytes) && length == kKey;
        case 2: return key == (2U << 3U | kBytes) && length == kKey + kTag;
        case 3: return key == (3U << 3U | kBytes) && length >= kTag;
        default: return (key & 7U) == kBytes || ((key & 7U) == kVarint && key >> 3U <= kLastField);
    }
}

/// The fields of a ClientHello or ServerHello. It is known by the ephemeral key, which is never
/// encrypted; what is cut after it is believed.
Match match_fields(bytes::View body, std::size_t length) noexcept {
    constexpr std::uint32_t kEphemeral = 1U << 3U | kBytes;
    bytes::ByteCursor cursor{body};
    bool has_ephemeral = false;
    while (!cursor.empty()) {
        const std::uint32_t key = read_varint(cursor);
        const std::uint32_t value = read_varint(cursor);
        if (!cursor.ok()) break;
        const std::size_t used = body.size() - cursor.rest().size();
        const bool has_bytes = (key & 7U) == kBytes;
        if (!is_field_legal(key, value) || (has_bytes && value > length - used)) return Match::kNo;
        if (!has_bytes) continue;
        cursor.skip(value);
        if (!cursor.ok()) break;
        has_ephemeral |= key == kEphemeral;
    }
    const bool is_cut = body.size() < length;
    if (!cursor.ok() && !is_cut) return Match::kNo;
    if (has_ephemeral) return Match::kYes;
    return is_cut ? Match::kNeedMore : Match::kNo;
}

/// A handshake message: one field, the hello of number `hello`, that fills the frame.
Match match_noise(const Frame& frame, std::uint32_t hello) noexcept {
    bytes::ByteCursor cursor{frame.body};
    if (!cursor.empty() && cursor.peek() != (hello << 3U | kBytes)) return Match::kNo;
    cursor.skip(1);
    const std::uint32_t length = read_varint(cursor);
    if (!cursor.ok()) {
        constexpr std::size_t kLongestHeader = 5;  // bytes
        return frame.is_whole || frame.body.size() >= kLongestHeader ? Match::kNo
                                                                     : Match::kNeedMore;
    }
    const std::size_t header = frame.body.size() - cursor.rest().size();
    if (length + header != frame.length) return Match::kNo;
    return match_fields(cursor.rest(), length);
}

/// One string of FunXMPP: a word of the dictionary, or bytes with their length in front.
void skip_string(bytes::ByteCursor& cursor) noexcept {
    switch (cursor.read<std::uint8_t>()) {
        case 0xec:  // the other dictionaries
        case 0xed:
        case 0xee:
        case 0xef:
        case 0xfe: cursor.skip(1); return;
        case 0xfb:  // two digits a byte; the top bit tells of an odd one
        case 0xff: cursor.skip(cursor.read<std::uint8_t>() & 0x7fU); return;
        case 0xfc: cursor.skip(cursor.read<std::uint8_t>()); return;
        case 0xfd: cursor.skip(cursor.read<std::uint32_t, 3>()); return;
        case 0xf8:  // lists have no place here
        case 0xf9: cursor.skip(cursor.rest().size() + 1); return;
        default: return;
    }
}

/// FunXMPP's stream start: a list of the word 1 and pairs of attributes that fill the frame.
Match match_stream_start(const Frame& frame) noexcept {
    constexpr std::uint8_t kShortList = 0xf8;
    constexpr std::uint8_t kStreamStart = 0x01;
    constexpr std::uint8_t kPair = 0xfa;  // user and host of an address
    constexpr std::size_t kMaxFrame = 1024;
    if (frame.length > kMaxFrame) return Match::kNo;
    bytes::ByteCursor cursor{frame.body};
    if (!cursor.empty() && cursor.peek() != kShortList) return Match::kNo;
    if (!frame.is_whole) return Match::kNeedMore;
    cursor.skip(1);
    const auto items = cursor.read<std::uint8_t>();
    if (items < 3 || items % 2 == 0 || cursor.read<std::uint8_t>() != kStreamStart) {
        return Match::kNo;
    }
    for (unsigned item = 1; item < items; ++item) {
        if (cursor.peek() == kPair) {
            cursor.skip(1);
            skip_string(cursor);
        }
        skip_string(cursor);
    }
    return cursor.ok() && cursor.empty() ? Match::kYes : Match::kNo;
}

struct Reading {
    Match match = Match::kNo;
    Kind kind = Kind::kNoise;
};

/// True if `said` is shorter than the start that it may become.
bool is_start_cut(bytes::View said, std::uint32_t start, std::size_t size) noexcept {
    bytes::ByteCursor cursor{said};
    if (said.size() >= size) return false;
    for (std::size_t at = 0; at < said.size(); ++at) {
        if (cursor.read<std::uint8_t>() != static_cast<std::uint8_t>(start >> 8U * (size - 1 - at)))
            return false;
    }
    return true;
}

/// "ED", 0, 1, then a length and the routing information that an earlier session was given.
Match skip_routing(bytes::ByteCursor& cursor) noexcept {
    if (is_start_cut(cursor.rest(), kRouting, 4)) return Match::kNeedMore;
    bytes::ByteCursor routed{cursor.rest()};
    if (routed.read<std::uint32_t>() != kRouting) return Match::kYes;
    const Frame routing = read_frame(routed);
    if (!routed.ok()) return Match::kNeedMore;
    if (routing.length > kMaxRouting) return Match::kNo;
    cursor = routed;
    return routing.is_whole ? Match::kYes : Match::kNeedMore;
}

Reading read_client(bytes::View said) noexcept {
    bytes::ByteCursor cursor{said};
    const Match routing = skip_routing(cursor);
    if (routing != Match::kYes) return {routing};
    if (cursor.empty() || is_start_cut(cursor.rest(), kPrologue, 2)) return {Match::kNeedMore};
    if (cursor.read<std::uint16_t>() != kPrologue) return {Match::kNo};
    const auto major = cursor.read<std::uint8_t>();
    const auto minor = cursor.read<std::uint8_t>();
    if (!cursor.ok()) return {Match::kNeedMore};
    if (major == 0 || major > kLastVersion || minor > kLastVersion) return {Match::kNo};
    const Kind kind = major == kFunXmppMajor ? Kind::kFunXmpp : Kind::kNoise;
    const Frame frame = read_frame(cursor);
    if (!cursor.ok()) return {Match::kNeedMore, kind};
    constexpr std::uint32_t kClientHello = 2;
    return {kind == Kind::kFunXmpp ? match_stream_start(frame) : match_noise(frame, kClientHello),
            kind};
}

Reading read_server(bytes::View said) noexcept {
    constexpr std::uint32_t kServerHello = 3;
    bytes::ByteCursor cursor{said};
    const Frame frame = read_frame(cursor);
    if (!cursor.ok()) return {Match::kNeedMore};
    const Match noise = match_noise(frame, kServerHello);
    return noise != Match::kNo ? Reading{noise}
                               : Reading{match_stream_start(frame), Kind::kFunXmpp};
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    const bool is_client = !exchange.said.empty() && exchange.said[0] != 0;
    const Reading reading = is_client ? read_client(exchange.said) : read_server(exchange.said);
    const auto token = static_cast<std::uint32_t>(reading.kind);
    const bool agrees = exchange.token == 0 || exchange.token == token;
    if (reading.match == Match::kYes && !agrees) return {Match::kNo};
    return {reading.match, is_client ? Role::kClient : Role::kServer, token};
}

}  // namespace sensor::identify::whatsapp
