#include "sensor/identify/protocols/telegram.h"

#include <algorithm>

namespace sensor::identify::telegram {
namespace {

enum class Constructor : std::uint32_t {
    kRequest = 0x60469778,       // req_pq
    kRequestMulti = 0xbe7e8ef1,  // req_pq_multi
    kResponse = 0x05162463,      // resPQ
    kVector = 0x1cb5c415,
};
enum class Framing : std::uint8_t { kAbridged, kIntermediate, kPadded, kFull };

constexpr std::size_t kMessageHeader = 8 + 8 + 4;  // bytes: no key, message id, length
constexpr std::size_t kNonce = 16;
constexpr std::size_t kRequestSize = 4 + kNonce;

/// Numbers of this protocol are little-endian, unlike what a cursor reads.
std::uint32_t read_number(bytes::ByteCursor& cursor) noexcept {
    std::uint32_t number = 0;
    const bytes::View raw = cursor.take(sizeof number);
    for (std::size_t i = raw.size(); i != 0; --i)
        number = number << 8U | raw[i - 1];
    return number;
}

/// CRC-32 of IEEE 802.3, which the full transport puts behind each message.
std::uint32_t checksum_of(bytes::View bytes) noexcept {
    constexpr std::uint32_t kPolynomial = 0xedb88320;
    std::uint32_t crc = 0xffffffff;
    for (const std::uint8_t byte : bytes) {
        crc ^= byte;
        for (unsigned bit = 0; bit < 8; ++bit)
            crc = crc >> 1U ^ ((crc & 1U) != 0 ? kPolynomial : 0U);
    }
    return ~crc;
}

/// A verdict with the nonce folded into the token.
struct Reading {
    Match match = Match::kNo;
    std::uint32_t token = 0;
};

std::uint32_t token_of(bytes::View nonce) noexcept {
    std::uint32_t folded = 0;
    for (bytes::ByteCursor cursor{nonce}; !cursor.empty();)
        folded ^= cursor.read<std::uint32_t>();
    return folded | 1U;
}

/// resPQ behind the nonce: the server's nonce, a product of eight bytes, and fingerprints of keys
/// that end where `length` bytes do.
Match read_challenge(bytes::ByteCursor& cursor, std::size_t length) noexcept {
    constexpr std::uint8_t kProductSize = 8;
    constexpr std::size_t kBeforeKeys = 4 + kNonce + kNonce + 12 + 4 + 4;
    constexpr std::size_t kMostKeys = 16;
    cursor.skip(kNonce);
    const auto product_size = cursor.read<std::uint8_t>();
    cursor.skip(kProductSize + 3);  // padded to a multiple of four
    const auto vector = static_cast<Constructor>(read_number(cursor));
    const std::size_t keys = read_number(cursor);
    if (!cursor.ok()) return Match::kNeedMore;
    if (product_size != kProductSize || vector != Constructor::kVector) return Match::kNo;
    if (keys == 0 || keys > kMostKeys || length != kBeforeKeys + 8 * keys) return Match::kNo;
    cursor.skip(8 * keys);
    return cursor.ok() ? Match::kYes : Match::kNeedMore;
}

/// An unencrypted message. The low bits of its id tell a client's from a server's answer.
Reading read_message(bytes::ByteCursor& cursor, Role sender) noexcept {
    const auto key = cursor.read<std::uint64_t>();
    if (key != 0) return {};
    const unsigned id = cursor.peek() & 3U;
    cursor.skip(8);
    const std::size_t length = read_number(cursor);
    const auto constructor = static_cast<Constructor>(read_number(cursor));
    const bytes::View nonce = cursor.take(kNonce);
    if (!cursor.ok()) return {Match::kNeedMore};
    if (sender == Role::kClient) {
        const bool is_request =
            constructor == Constructor::kRequest || constructor == Constructor::kRequestMulti;
        const bool is_legal = is_request && length == kRequestSize && id == 0;
        return {is_legal ? Match::kYes : Match::kNo, token_of(nonce)};
    }
    if (constructor != Constructor::kResponse || id != 1) return {};
    return {read_challenge(cursor, length), token_of(nonce)};
}

/// How many bytes of message the frame in front says there are; 0 if it is none.
std::size_t read_frame(bytes::ByteCursor& cursor, Framing framing) noexcept {
    constexpr std::size_t kAround = 4 + 4 + 4;  // full: length, number, checksum
    if (framing == Framing::kAbridged) {
        constexpr std::size_t kLongForm = 0x7f;
        const std::size_t words = cursor.read<std::uint8_t>();
        return words < kLongForm ? 4 * words : 0;
    }
    const std::size_t length = read_number(cursor);
    if (framing != Framing::kFull) return length;
    const auto number = read_number(cursor);
    return number == 0 && length > kAround ? length - kAround : 0;
}

/// One frame and the message that fills it, but for up to 15 bytes in the padded form.
Reading read_framed(bytes::View said, Framing framing, Role sender) noexcept {
    constexpr std::size_t kMostPadding = 15;
    bytes::ByteCursor cursor{said};
    const std::size_t size = read_frame(cursor, framing);
    if (!cursor.ok()) return {Match::kNeedMore};
    if (size < kMessageHeader + kRequestSize) return {};
    const std::size_t before = cursor.rest().size();
    const Reading reading = read_message(cursor, sender);
    if (reading.match != Match::kYes) return reading;
    const std::size_t used = before - cursor.rest().size();
    const std::size_t slack = framing == Framing::kPadded ? kMostPadding : 0;
    if (size < used || size > used + slack) return {};
    if (framing != Framing::kFull) return reading;
    const std::uint32_t expected = checksum_of(said.first(said.size() - cursor.rest().size()));
    const std::uint32_t checksum = read_number(cursor);
    if (!cursor.ok()) return {Match::kNeedMore};
    return checksum == expected ? reading : Reading{};
}

/// A client says which transport it speaks, unless it is the full one.
Reading read_client(bytes::View said) noexcept {
    const std::uint8_t first = said.front();
    if (first == 0xef) return read_framed(said.subspan(1), Framing::kAbridged, Role::kClient);
    if (first != 0xee && first != 0xdd) return read_framed(said, Framing::kFull, Role::kClient);
    bytes::ByteCursor cursor{said};
    for (const std::uint8_t byte : cursor.rest().first(std::min<std::size_t>(4, said.size()))) {
        if (byte != first) return {};
    }
    cursor.skip(4);
    if (!cursor.ok()) return {Match::kNeedMore};
    const Framing framing = first == 0xee ? Framing::kIntermediate : Framing::kPadded;
    return read_framed(cursor.rest(), framing, Role::kClient);
}

/// A server answers in the client's transport without saying which.
Reading read_server(bytes::View said) noexcept {
    Reading best;
    for (const Framing framing : {Framing::kAbridged, Framing::kPadded, Framing::kFull}) {
        const Reading reading = read_framed(said, framing, Role::kServer);
        if (reading.match == Match::kYes) return reading;
        if (reading.match == Match::kNeedMore) best = reading;
    }
    return best;
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    if (exchange.said.empty()) return {Match::kNeedMore};
    Reading reading = read_client(exchange.said);
    Role sender = Role::kClient;
    if (reading.match != Match::kYes) {
        const Reading answer = read_server(exchange.said);
        if (answer.match == Match::kYes || reading.match == Match::kNo) {
            reading = answer;
            sender = Role::kServer;
        }
    }
    if (reading.match != Match::kYes) return {reading.match, sender};
    const bool agrees = exchange.token == 0 || exchange.token == reading.token;
    return {agrees ? Match::kYes : Match::kNo, sender, reading.token};
}

}  // namespace sensor::identify::telegram
