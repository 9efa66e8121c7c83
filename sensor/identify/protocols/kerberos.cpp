#include "sensor/identify/protocols/kerberos.h"

#include "sensor/identify/ber_reader.h"

namespace sensor::identify::kerberos {
namespace {

using ber::Ber;

enum class Type : std::uint8_t {  // RFC 4120 §7.5.7; also the application tag of each
    kAsRequest = 10,
    kAsReply = 11,
    kTgsRequest = 12,
    kTgsReply = 13,
    kApRequest = 14,
    kApReply = 15,
    kSafe = 20,
    kPriv = 21,
    kCred = 22,
    kError = 30,
};

constexpr std::uint8_t kApplication = 0x60;  // constructed; the number is in the low bits
constexpr std::uint8_t kContext = 0xa0;      // ditto

constexpr bool is_known(Type type) noexcept {
    switch (type) {
        case Type::kAsRequest:
        case Type::kAsReply:
        case Type::kTgsRequest:
        case Type::kTgsReply:
        case Type::kApRequest:
        case Type::kApReply:
        case Type::kSafe:
        case Type::kPriv:
        case Type::kCred:
        case Type::kError: return true;
    }
    return false;
}

/// The highest fields that each message's sequence must and can have, RFC 4120 §5.4-5.9.
struct Fields {
    std::uint8_t required;
    std::uint8_t last;
};
constexpr Fields fields_of(Type type) noexcept {
    switch (type) {
        case Type::kAsReply:
        case Type::kTgsReply: return {6, 6};
        case Type::kApReply: return {2, 2};
        case Type::kSafe:
        case Type::kPriv:
        case Type::kCred: return {3, 3};
        case Type::kError: return {10, 12};
        default: return {4, 4};
    }
}

constexpr Role role_of(Type type) noexcept {
    switch (type) {
        case Type::kAsRequest:
        case Type::kTgsRequest:
        case Type::kApRequest: return Role::kClient;
        case Type::kAsReply:
        case Type::kTgsReply:
        case Type::kApReply:
        case Type::kError: return Role::kServer;
        default: return Role::kEither;
    }
}

/// A number in a field of its own: [field] INTEGER.
std::int32_t read_number(Ber& sequence, std::uint8_t field) noexcept {
    std::uint8_t tag = 0;
    Ber inner = sequence.element(tag);
    if (sequence.ok() && tag != (kContext | field)) sequence.fail();
    if (!sequence.ok()) return 0;
    const std::int32_t number = inner.integer();
    sequence.join(inner);
    return number;
}

/// The fields after the message's type: ascending, each with one element that fills it.
void read_fields(Ber& sequence, std::uint8_t previous, Fields fields) noexcept {
    while (sequence.ok() && sequence.declared != 0) {
        std::uint8_t tag = 0;
        Ber field = sequence.element(tag);
        if (!sequence.ok()) return;
        const auto number = static_cast<std::uint8_t>(tag & 0x1fU);
        const bool is_next =
            (tag & 0xe0U) == kContext && number > previous && number <= fields.last;
        if (!is_next) return sequence.fail();
        previous = number;
        (void)field.element(tag);
        sequence.join(field);
    }
    if (sequence.ok() && previous < fields.required) sequence.fail();
}

struct Message {
    Match match = Match::kNo;
    Type type{};
    std::size_t length = 0;  ///< bytes, its tag and length included; 0 until they are known
};

/// A message of which `said` may hold only the start; certain once it told version and type.
Message read_message(bytes::View said, std::size_t length) noexcept {
    constexpr std::int32_t kVersion = 5;
    Message message;
    std::uint8_t tag = 0;
    Ber whole{.rest = said, .declared = length};
    Ber body = whole.element(tag);
    message.type = static_cast<Type>(tag & 0x1fU);
    if (!whole.ok()) {
        message.match = whole.state;
        return message;
    }
    if ((tag & 0xe0U) != kApplication || !is_known(message.type) || whole.declared != 0) {
        return message;
    }
    Ber sequence = body.expect(ber::Tag::kSequence);
    message.match = body.state;
    if (!body.ok() || body.declared != 0) {
        if (body.ok()) message.match = Match::kNo;
        return message;
    }
    // Only the requests to the KDC count their fields from 1.
    const bool is_kdc_request =
        message.type == Type::kAsRequest || message.type == Type::kTgsRequest;
    const std::uint8_t first = is_kdc_request ? 1 : 0;
    const std::int32_t version = read_number(sequence, first);
    const std::int32_t type = read_number(sequence, static_cast<std::uint8_t>(first + 1));
    if (!sequence.ok()) {
        message.match = sequence.state;
        return message;
    }
    message.match = Match::kNo;
    if (version != kVersion || type != static_cast<std::int32_t>(message.type)) return message;
    read_fields(sequence, static_cast<std::uint8_t>(first + 1), fields_of(message.type));
    message.match = sequence.state == Match::kNo ? Match::kNo : Match::kYes;
    return message;
}

/// Each request has a reply of its own, or an error; what comes after an answer is a new exchange.
bool agrees(std::uint32_t token, Type type) noexcept {
    if (token == 0) return true;
    const auto other = static_cast<Type>(token);
    if (role_of(other) == Role::kEither || role_of(type) == Role::kEither) return true;
    if (role_of(other) == role_of(type)) return false;
    if (role_of(other) == Role::kServer || type == Type::kError) return true;
    return static_cast<std::uint32_t>(type) == token + 1;
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    bytes::ByteCursor cursor{exchange.said};
    const bool is_datagram = exchange.transport == Transport::kUdp;
    // Over TCP four bytes of length, whose top bit is reserved, RFC 4120 §7.2.2.
    std::size_t length = exchange.said.size();
    if (!is_datagram) {
        length = cursor.read<std::uint32_t>();
        if (!cursor.ok()) return {Match::kNeedMore};
        if (length == 0 || length > 0x7fffffffU) return {Match::kNo};
    }
    const bool is_whole = cursor.rest().size() >= length;
    const Message message =
        read_message(is_whole ? cursor.rest().first(length) : cursor.rest(), length);
    if (is_datagram && message.match == Match::kNeedMore) return {Match::kNo};
    if (message.match == Match::kYes && !agrees(exchange.token, message.type)) return {Match::kNo};
    return {message.match, role_of(message.type), static_cast<std::uint32_t>(message.type)};
}

}  // namespace sensor::identify::kerberos
