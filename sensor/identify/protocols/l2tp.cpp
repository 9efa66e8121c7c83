#include "sensor/identify/protocols/l2tp.h"

namespace sensor::identify::l2tp {
namespace {

enum class MessageType : std::uint16_t {
    kStartRequest = 1,  // SCCRQ
    kStartReply = 2,    // SCCRP
    kStartConnected = 3,
    kAcknowledgement = 20,
    kLastAssigned = 29,  // IANA "Message Type AVP Values"
};
enum class Avp : std::uint16_t {
    kMessageType = 0,
    kAssignedTunnel = 9,       // version 2
    kAssignedConnection = 61,  // version 3
};

/// T, L and S set, every reserved bit clear; the low byte is the version.
constexpr std::uint16_t kControl2 = 0xc802;
constexpr std::uint16_t kControl3 = 0xc803;

struct Message {
    std::uint8_t version = 0;
    std::uint32_t receiver = 0;  ///< version 2: the tunnel; 3: the control connection
    std::uint16_t session = 0;   ///< version 2 only
    std::uint32_t assigned = 0;  ///< what the sender wants to be called
    MessageType type{};          ///< 0 for a bare acknowledgement
};

constexpr bool is_type(std::uint16_t type) noexcept {
    return type != 0 && type != 5 && type != 13 &&
           type <= static_cast<std::uint16_t>(MessageType::kLastAssigned);
}

/// RFC 2661 §4.1: flags M and H, four reserved bits, ten bits of length that count the header.
bool read_avps(bytes::ByteCursor& cursor, Message& message) noexcept {
    constexpr unsigned kHeader = 6;
    constexpr std::uint16_t kReserved = 0x3c00;
    constexpr std::uint16_t kHidden = 0x4000;
    for (bool is_first = true; !cursor.empty(); is_first = false) {
        const auto start = cursor.read<std::uint16_t>();
        const auto vendor = cursor.read<std::uint16_t>();
        const auto attribute = static_cast<Avp>(cursor.read<std::uint16_t>());
        const unsigned length = start & 0x3ffU;
        if (!cursor.ok() || length < kHeader || (start & kReserved) != 0) return false;
        bytes::ByteCursor value{cursor.take(length - kHeader)};
        const std::size_t size = value.rest().size();
        if (!cursor.ok()) return false;
        if (is_first) {
            const auto type = value.read<std::uint16_t>();
            const bool is_named = vendor == 0 && attribute == Avp::kMessageType && size == 2;
            if (!is_named || (start & kHidden) != 0 || !is_type(type)) return false;
            message.type = static_cast<MessageType>(type);
            continue;
        }
        if (vendor != 0 || (start & kHidden) != 0) continue;
        if (attribute == Avp::kMessageType) return false;
        if (attribute == Avp::kAssignedTunnel && message.version == 2) {
            if (size != 2) return false;
            message.assigned = value.read<std::uint16_t>();
        }
        if (attribute == Avp::kAssignedConnection && message.version == 3) {
            if (size != 4) return false;
            message.assigned = value.read<std::uint32_t>();
        }
    }
    return true;
}

bool read_message(bytes::View said, Message& message) noexcept {
    bytes::ByteCursor cursor{said};
    const auto control = cursor.read<std::uint16_t>();
    const std::size_t length = cursor.read<std::uint16_t>();
    if (control != kControl2 && control != kControl3) return false;
    message.version = control & 0xfU;
    if (message.version == 2) {
        message.receiver = cursor.read<std::uint16_t>();
        message.session = cursor.read<std::uint16_t>();
    } else {
        message.receiver = cursor.read<std::uint32_t>();
    }
    cursor.skip(4);  // Ns, Nr
    return cursor.ok() && length == said.size() && read_avps(cursor, message);
}

/// Who has a name yet: the request goes to nobody, and both openers say what they are called.
bool is_opening_legal(const Message& message) noexcept {
    switch (message.type) {
        case MessageType::kStartRequest:
            return message.receiver == 0 && message.session == 0 && message.assigned != 0;
        case MessageType::kStartReply:
            return message.receiver != 0 && message.session == 0 && message.assigned != 0;
        case MessageType::kStartConnected: return message.receiver != 0 && message.session == 0;
        default: return message.receiver != 0;
    }
}

constexpr Role sender_of(MessageType type) noexcept {
    if (type == MessageType::kStartRequest || type == MessageType::kStartConnected) {
        return Role::kClient;
    }
    return type == MessageType::kStartReply ? Role::kServer : Role::kEither;
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    Message message;
    if (!read_message(exchange.said, message)) return {Match::kNo};
    const bool is_bare = message.type == MessageType{};
    if (!is_bare && !is_opening_legal(message)) return {Match::kNo};
    // Two ends that call each other at once do not answer one another, RFC 2661 §5.3.
    const bool is_answer = message.type != MessageType::kStartRequest;
    if (is_answer && exchange.token != 0 && exchange.token != message.receiver) {
        return {Match::kNo};
    }
    if (is_bare && exchange.token == 0) return {Match::kNeedMore};
    const bool is_crossing = !is_answer && exchange.token != 0;
    return {Match::kYes, is_crossing ? Role::kEither : sender_of(message.type), message.assigned};
}

}  // namespace sensor::identify::l2tp
