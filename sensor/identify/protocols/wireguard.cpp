#include "sensor/identify/protocols/wireguard.h"

#include "sensor/identify/ciphertext.h"

namespace sensor::identify::wireguard {
namespace {

enum class Type : std::uint32_t {  // with the three reserved bytes, which are zero
    kInitiation = 0x01000000,
    kResponse = 0x02000000,
    kCookieReply = 0x03000000,
    kTransport = 0x04000000,
};
constexpr std::size_t kInitiationSize = 148;  // bytes of UDP payload
constexpr std::size_t kResponseSize = 92;
constexpr std::size_t kCookieReplySize = 64;
constexpr std::size_t kKeySize = 32;
constexpr std::size_t kTagSize = 16;
constexpr std::size_t kBlock = 16;  // transport data is padded to a multiple of this, §5.4.6

/// A Curve25519 point is below 2^255, so the top bit of its last byte is clear.
bool is_key(bytes::View key) noexcept {
    return key.size() == kKeySize && key.back() < 0x80 && is_like_ciphertext(key);
}

/// From the ephemeral key on: `sealed` bytes, two MACs. The second is zero until a cookie came.
bool is_handshake_legal(bytes::ByteCursor& cursor, std::size_t sealed) noexcept {
    const bool has_key = is_key(cursor.take(kKeySize));
    return has_key && is_like_ciphertext(cursor.take(sealed)) &&
           is_like_ciphertext(cursor.take(kTagSize));
}

Verdict of_initiation(bytes::ByteCursor& cursor, const Exchange& exchange) noexcept {
    constexpr std::size_t kSealed = 48 + 28;  // static key and timestamp, each with its tag
    if (exchange.said.size() != kInitiationSize) return {Match::kNo};
    const auto sender = cursor.read<std::uint32_t>();
    if (!is_handshake_legal(cursor, kSealed)) return {Match::kNo};
    // Either peer may start anew, also before it has answered.
    const bool is_crossing = exchange.token != 0;
    return {Match::kYes, is_crossing ? Role::kEither : Role::kClient, sender};
}

Verdict of_response(bytes::ByteCursor& cursor, const Exchange& exchange) noexcept {
    if (exchange.said.size() != kResponseSize) return {Match::kNo};
    const auto sender = cursor.read<std::uint32_t>();
    const auto receiver = cursor.read<std::uint32_t>();
    if (!is_handshake_legal(cursor, kTagSize)) return {Match::kNo};
    if (exchange.token != 0 && exchange.token != receiver) return {Match::kNo};
    return {Match::kYes, Role::kServer, sender};
}

/// Nothing in it but the receiver can be checked, so it proves itself only as an answer.
Verdict of_cookie_reply(bytes::ByteCursor& cursor, const Exchange& exchange) noexcept {
    if (exchange.said.size() != kCookieReplySize) return {Match::kNo};
    const auto receiver = cursor.read<std::uint32_t>();
    if (!is_like_ciphertext(cursor.rest())) return {Match::kNo};
    if (exchange.token == 0) return {Match::kNeedMore};
    return {exchange.token == receiver ? Match::kYes : Match::kNo, Role::kEither};
}

/// What the next datagram must go on from: 16 bits of the receiver, 7 of the counter; never 0.
constexpr std::uint32_t progress_of(std::uint32_t receiver, std::uint64_t counter) noexcept {
    const std::uint32_t folded = (receiver >> 16U) ^ (receiver & 0xffffU);
    return 1U << 23U | folded << 7U | static_cast<std::uint32_t>(counter & 0x7fU);
}
constexpr bool goes_on(std::uint32_t earlier, std::uint32_t now) noexcept {
    constexpr std::uint32_t kMostSkipped = 32;  // datagrams lost or not looked at
    const std::uint32_t step = (now - earlier) & 0x7fU;
    return (earlier >> 7U) == (now >> 7U) && step >= 1 && step <= kMostSkipped;
}

/// Little-endian, unlike what a cursor reads.
std::uint64_t read_counter(bytes::ByteCursor& cursor) noexcept {
    std::uint64_t counter = 0;
    const bytes::View raw = cursor.take(sizeof counter);
    for (std::size_t i = raw.size(); i != 0; --i)
        counter = counter << 8U | raw[i - 1];
    return counter;
}

Verdict of_transport(bytes::ByteCursor& cursor, const Exchange& exchange) noexcept {
    constexpr std::size_t kHeader = 16;         // bytes
    constexpr std::size_t kShortestFull = 576;  // bytes: no smaller tunnel MTU cuts the padding
    constexpr std::uint64_t kCounterEnd = 1U << 31U;  // keys die after 180 s, §6.2
    const std::size_t size = exchange.said.size();
    if (size < kHeader + kTagSize) return {Match::kNo};
    if (size % kBlock != 0 && size < kShortestFull) return {Match::kNo};
    const auto receiver = cursor.read<std::uint32_t>();
    const std::uint64_t counter = read_counter(cursor);
    if (counter >= kCounterEnd || !is_like_ciphertext(cursor.rest())) return {Match::kNo};
    if (exchange.token != 0 && exchange.token == receiver) return {Match::kYes};
    // Data of the session before may still be on its way when a new handshake is seen.
    const std::uint32_t now = progress_of(receiver, counter);
    if (exchange.earlier != 0 && goes_on(exchange.earlier, now)) return {Match::kYes};
    return {Match::kNeedMore, Role::kEither, now};
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    bytes::ByteCursor cursor{exchange.said};
    switch (static_cast<Type>(cursor.read<std::uint32_t>())) {
        case Type::kInitiation: return of_initiation(cursor, exchange);
        case Type::kResponse: return of_response(cursor, exchange);
        case Type::kCookieReply: return of_cookie_reply(cursor, exchange);
        case Type::kTransport: return of_transport(cursor, exchange);
    }
    return {Match::kNo};
}

}  // namespace sensor::identify::wireguard
