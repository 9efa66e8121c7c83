#include "sensor/identify/protocols/openvpn.h"

#include <array>

#include "sensor/identify/ciphertext.h"

namespace sensor::identify::openvpn {
namespace {

enum class Opcode : std::uint8_t {
    kSoftReset = 3,
    kControl = 4,
    kAck = 5,
    kHardResetClient2 = 7,
    kHardResetServer2 = 8,
    kHardResetClient3 = 10,  // tls-crypt-v2
};
constexpr std::size_t kSessionId = 8;              // bytes
constexpr std::uint32_t kPacketIdEnd = 1U << 16U;  // one key's control packets are far fewer
constexpr std::uint32_t kFirstResets = 1U << 8U;   // so are the repetitions of a reset

struct Message {
    Opcode opcode{};
    std::uint8_t key = 0;
    bytes::View session;     ///< the sender's
    bytes::View remote;      ///< the receiver's, if something is acknowledged in the clear
    bool is_sealed = false;  ///< tls-crypt: what follows the session id is encrypted

    bool is_hard_reset() const noexcept {
        return opcode == Opcode::kHardResetClient2 || opcode == Opcode::kHardResetServer2 ||
               opcode == Opcode::kHardResetClient3;
    }
    Role sender() const noexcept {
        if (opcode == Opcode::kHardResetServer2) return Role::kServer;
        return is_hard_reset() ? Role::kClient : Role::kEither;
    }
};

/// What the control channel starts with: a TLS record of SSL 3.0's version or later.
bool is_tls_record(bytes::View payload) noexcept {
    bytes::ByteCursor cursor{payload};
    const auto type = cursor.read<std::uint8_t>();
    const auto version = cursor.read<std::uint16_t>();
    return cursor.ok() && type >= 20 && type <= 23 && version >= 0x0300 && version <= 0x0303;
}

/// From the acknowledgements on: how many, which packets, whose session; then the packet's own id
/// and what it carries.
bool read_clear(bytes::ByteCursor cursor, Message& message) noexcept {
    constexpr unsigned kMostAcks = 8;
    const unsigned acks = cursor.read<std::uint8_t>();
    if (acks > kMostAcks) return false;
    for (unsigned i = 0; i < acks; ++i) {
        if (cursor.read<std::uint32_t>() >= kPacketIdEnd) return false;
    }
    bytes::View remote;
    if (acks != 0) remote = cursor.take(kSessionId);
    const bool is_ack = message.opcode == Opcode::kAck;
    const std::uint32_t id = is_ack ? 0 : cursor.read<std::uint32_t>();
    if (!cursor.ok() || !is_like_ciphertext(remote)) return false;
    message.remote = remote;
    switch (message.opcode) {
        case Opcode::kHardResetClient2: return acks == 0 && id == 0 && cursor.empty();
        case Opcode::kHardResetServer2: return acks != 0 && id == 0 && cursor.empty();
        case Opcode::kSoftReset: return acks != 0 && id == 0 && cursor.empty();
        case Opcode::kAck: return acks != 0 && cursor.empty();
        case Opcode::kControl:
            return id != 0 && id < kPacketIdEnd && !cursor.empty() &&
                   (acks != 0 || is_tls_record(cursor.rest()));
        case Opcode::kHardResetClient3: break;
    }
    return false;
}

/// tls-auth: an HMAC, a packet id of its own that counts from 1, the time; then as in the clear.
bool read_authenticated(bytes::ByteCursor cursor, Message& message) noexcept {
    constexpr std::array<std::size_t, 6> kDigests{16, 20, 28, 32, 48, 64};  // MD5 to SHA-512
    const std::uint32_t end = message.is_hard_reset() ? kFirstResets : kPacketIdEnd;
    for (const std::size_t size : kDigests) {
        bytes::ByteCursor wrapped = cursor;
        const bytes::View digest = wrapped.take(size);
        const auto id = wrapped.read<std::uint32_t>();
        wrapped.skip(4);  // seconds, by a clock that may be wrong
        if (!wrapped.ok() || id == 0 || id >= end || !is_like_ciphertext(digest)) continue;
        if (read_clear(wrapped, message)) return true;
    }
    return false;
}

constexpr std::size_t kSealedAck = 1 + 4 + kSessionId;  // bytes of one acknowledgement, encrypted

/// tls-crypt-v2: behind the message the client's key follows, wrapped: tag, 256 bytes of key,
/// metadata, and a length that counts itself.
bool has_wrapped_key(bytes::View sealed, std::size_t message_bytes) noexcept {
    constexpr std::size_t kShortest = 32 + 256 + 2;
    constexpr std::size_t kLongest = 1024;
    if (sealed.size() < message_bytes + kShortest) return false;
    const std::size_t length = sealed.size() - message_bytes;
    return length <= kLongest && bytes::ByteCursor{sealed.last(2)}.read<std::uint16_t>() == length;
}

/// The sizes that what is encrypted can have.
bool is_sealed_size_legal(const Message& message, bytes::View sealed) noexcept {
    constexpr std::size_t kReset = 1 + 4;
    constexpr std::size_t kNegotiation = 6;  // a server's flags, type and length in front
    const std::size_t size = sealed.size();
    switch (message.opcode) {
        case Opcode::kHardResetClient2: return size == kReset;
        case Opcode::kHardResetClient3: return has_wrapped_key(sealed, kReset);
        case Opcode::kHardResetServer2:
            return size == kSealedAck + 4 || size == kSealedAck + 4 + kNegotiation;
        case Opcode::kAck: return size >= kSealedAck && (size - kSealedAck) % 4 == 0;
        case Opcode::kSoftReset:
        case Opcode::kControl: return size > kReset;
    }
    return false;
}

/// tls-crypt: packet id, time, a tag of 32 bytes, then ciphertext.
bool read_sealed(bytes::ByteCursor cursor, Message& message) noexcept {
    constexpr std::size_t kTag = 32;
    constexpr std::uint32_t kTellsNegotiation =
        0x0f000000;                                      // tls-crypt-v2.txt, "early negotiation"
    constexpr std::uint32_t kFirstRelease = 0x58000000;  // October 2016
    constexpr std::uint32_t kFarFuture = 0xb0000000;     // July 2063
    const std::uint32_t end = message.is_hard_reset() ? kFirstResets : kPacketIdEnd;
    auto id = cursor.read<std::uint32_t>();
    if ((id & 0xff000000U) == kTellsNegotiation && message.is_hard_reset()) id ^= kTellsNegotiation;
    const auto time = cursor.read<std::uint32_t>();
    const bytes::View tag = cursor.take(kTag);
    if (!cursor.ok() || id == 0 || id >= end || time < kFirstRelease || time >= kFarFuture) {
        return false;
    }
    message.is_sealed = true;
    return is_like_ciphertext(tag) && is_like_ciphertext(cursor.rest()) &&
           is_sealed_size_legal(message, cursor.rest());
}

bool read_message(bytes::View said, Message& message) noexcept {
    bytes::ByteCursor cursor{said};
    const auto first = cursor.read<std::uint8_t>();
    message.opcode = static_cast<Opcode>(first >> 3U);
    message.key = first & 7U;
    message.session = cursor.take(kSessionId);
    if (!cursor.ok() || !is_like_ciphertext(message.session)) return false;
    if (message.is_hard_reset() && message.key != 0) return false;
    if (message.opcode == Opcode::kSoftReset && message.key == 0) return false;
    return read_clear(cursor, message) || read_authenticated(cursor, message) ||
           read_sealed(cursor, message);
}

constexpr std::uint32_t kSealedToken = 1;  // the session id is encrypted: nothing to compare

/// The client's session id, which both sides' messages hold; 0 if this one does not, or nobody
/// knows which side it is from.
std::uint32_t token_of(const Message& message, const Exchange& exchange) noexcept {
    if (message.is_sealed) return kSealedToken;
    Role sender = message.sender();
    if (sender == Role::kEither && exchange.direction_known) {
        sender = exchange.direction == Direction::kToServer ? Role::kClient : Role::kServer;
    }
    if (sender == Role::kEither) return 0;
    const bytes::View session = sender == Role::kClient ? message.session : message.remote;
    if (session.empty()) return 0;
    return 1U << 31U | bytes::ByteCursor{session}.read<std::uint32_t>();
}

Verdict judge(bytes::View said, const Exchange& exchange) noexcept {
    Message message;
    if (!read_message(said, message)) return {Match::kNo};
    const std::uint32_t token = token_of(message, exchange);
    if (exchange.token != 0 && token != 0 && exchange.token != token) return {Match::kNo};
    // Nothing but its size speaks for an encrypted message that is no reset.
    const bool is_certain = !message.is_sealed || message.is_hard_reset() || exchange.token != 0;
    return {is_certain ? Match::kYes : Match::kNo, message.sender(), token};
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    if (exchange.transport == Transport::kUdp) return judge(exchange.said, exchange);
    constexpr std::size_t kShortest = 14;   // bytes: a reset in the clear
    constexpr std::size_t kLongest = 2048;  // bytes: more than a control packet may fill
    bytes::ByteCursor cursor{exchange.said};
    const std::size_t length = cursor.read<std::uint16_t>();
    if (!cursor.ok()) return {Match::kNeedMore};
    if (length < kShortest || length > kLongest) return {Match::kNo};
    if (cursor.rest().size() < length) return {Match::kNeedMore};
    return judge(cursor.take(length), exchange);
}

}  // namespace sensor::identify::openvpn
