#include "sensor/identify/protocols/snmp.h"

#include "sensor/identify/ber_reader.h"

namespace sensor::identify::snmp {
namespace {

using ber::Ber;
using ber::Tag;

enum class Value : std::uint8_t {  // RFC 2578 §7.1, RFC 3416 §3
    kInteger = 0x02,
    kOctets = 0x04,
    kNull = 0x05,
    kObjectId = 0x06,
    kIpAddress = 0x40,
    kCounter = 0x41,
    kGauge = 0x42,
    kTicks = 0x43,
    kOpaque = 0x44,
    kNsap = 0x45,
    kCounter64 = 0x46,
    kUnsigned = 0x47,
    kNoObject = 0x80,
    kNoInstance = 0x81,
    kEndOfView = 0x82,
};

enum class Pdu : std::uint8_t {  // RFC 1157 §4.1, RFC 3416 §3
    kGet = 0xa0,
    kGetNext = 0xa1,
    kResponse = 0xa2,
    kSet = 0xa3,
    kOldTrap = 0xa4,
    kGetBulk = 0xa5,
    kInform = 0xa6,
    kTrap = 0xa7,
    kReport = 0xa8,
};

enum class Version : std::uint8_t { k1 = 0, k2c = 1, k3 = 3 };

/// Whose turn it is after a message.
enum class Kind : std::uint8_t { kRequest, kResponse, kNotice, kHidden };

constexpr std::int32_t kLargest = 0x7fffffff;

struct Message {
    Match match = Match::kNo;
    Version version{};
    Kind kind{};
    std::uint32_t number = 0;    ///< request-id or msgID
    bool is_convincing = false;  ///< everything but the variables was there
};

/// A value of RFC 3416 §3, with its legal lengths.
void read_value(Ber& binding) noexcept {
    std::uint8_t tag = 0;
    const Ber value = binding.element(tag);
    if (!binding.ok()) return;
    std::size_t shortest = 0;
    std::size_t longest = value.declared;
    switch (static_cast<Value>(tag)) {
        case Value::kInteger: shortest = 1, longest = 4; break;
        case Value::kCounter:
        case Value::kGauge:
        case Value::kUnsigned:
        case Value::kTicks: shortest = 1, longest = 5; break;
        case Value::kCounter64: shortest = 1, longest = 9; break;
        case Value::kIpAddress: shortest = longest = 4; break;
        case Value::kObjectId: shortest = 1; break;
        case Value::kNull:
        case Value::kNoObject:
        case Value::kNoInstance:
        case Value::kEndOfView: longest = 0; break;
        case Value::kOctets:
        case Value::kOpaque:
        case Value::kNsap: break;
        default: binding.fail(); return;
    }
    if (value.declared < shortest || value.declared > longest) binding.fail();
    if (binding.ok() && value.rest.size() < value.declared) binding.state = Match::kNeedMore;
}

void read_bindings(Ber& pdu) noexcept {
    Ber list = pdu.expect(Tag::kSequence);
    while (pdu.ok() && !list.is_done()) {
        Ber binding = list.expect(Tag::kSequence);
        if (list.ok()) {
            binding.octets(Tag::kObjectId, 1, 640);  // at most 128 arcs of five bytes
            read_value(binding);
            list.join(binding);
        }
        if (!list.ok()) break;
    }
    pdu.join(list);
}

/// RFC 1157 §4.1.6.
void read_old_trap(Ber& pdu) noexcept {
    pdu.octets(Tag::kObjectId, 1, 640);
    pdu.octets(static_cast<Tag>(Value::kIpAddress), 4, 4);
    pdu.integer(0, 6);  // generic-trap
    pdu.integer();
    pdu.octets(static_cast<Tag>(Value::kTicks), 1, 5);
}

constexpr bool is_of(Version version, Pdu type) noexcept {
    if (version == Version::k1) return type <= Pdu::kOldTrap;
    return type >= Pdu::kGet && type <= Pdu::kReport && type != Pdu::kOldTrap;
}
constexpr Kind kind_of(Pdu type) noexcept {
    switch (type) {
        case Pdu::kResponse:
        case Pdu::kReport: return Kind::kResponse;
        case Pdu::kOldTrap:
        case Pdu::kTrap: return Kind::kNotice;
        default: return Kind::kRequest;
    }
}

/// A PDU, RFC 3416 §3, which is the last thing in `outer`.
void read_pdu(Ber& outer, Message& message) noexcept {
    constexpr std::int32_t kLastError = 18;  // inconsistentName
    std::uint8_t tag = 0;
    Ber pdu = outer.element(tag);
    if (!outer.ok()) return;
    const auto type = static_cast<Pdu>(tag);
    if (tag < 0xa0 || !is_of(message.version, type)) return outer.fail();
    message.kind = kind_of(type);
    if (type == Pdu::kOldTrap) {
        read_old_trap(pdu);
    } else {
        const auto request_id = static_cast<std::uint32_t>(pdu.integer());
        if (message.version != Version::k3) message.number = request_id;
        pdu.integer(0, type == Pdu::kGetBulk ? kLargest : kLastError);
        pdu.integer(0, kLargest);
    }
    message.is_convincing = pdu.ok();
    read_bindings(pdu);
    outer.join(pdu);
}

/// The user-based security model's parameters, RFC 3414 §2.4.
void read_user_security(Ber& outer) noexcept {
    Ber octets = outer.expect(Tag::kOctets);
    if (!outer.ok()) return;
    Ber security = octets.expect(Tag::kSequence);
    security.octets(Tag::kOctets, 0, 32);  // authoritative engine
    security.integer(0, kLargest);         // its boots
    security.integer(0, kLargest);         // its time
    security.octets(Tag::kOctets, 0, 32);  // user
    security.octets(Tag::kOctets, 0, 64);  // authentication
    security.octets(Tag::kOctets, 0, 64);  // privacy
    octets.join(security);
    outer.join(octets);
}

/// What follows the version of version 3, RFC 3412 §6.
void read_v3(Ber& outer, Message& message) noexcept {
    constexpr std::int32_t kSmallestMax = 484;
    constexpr std::int32_t kUserModel = 3;
    constexpr std::uint8_t kAuthenticated = 1;
    constexpr std::uint8_t kPrivate = 2;
    constexpr std::uint8_t kReportable = 4;
    Ber global = outer.expect(Tag::kSequence);
    message.number = static_cast<std::uint32_t>(global.integer(0, kLargest));
    global.integer(kSmallestMax, kLargest);
    const bytes::View flags = global.octets(Tag::kOctets, 1, 1);
    const std::int32_t model = global.integer(1, kLargest);
    if (!outer.join(global)) return;
    const std::uint8_t bits = flags.front();
    const bool is_private = (bits & kPrivate) != 0;
    if (bits > 7 || (is_private && (bits & kAuthenticated) == 0)) return outer.fail();
    if (model == kUserModel) {
        read_user_security(outer);
    } else {
        outer.octets(Tag::kOctets, 0, 0xffff);
    }
    if (is_private) {
        message.kind = (bits & kReportable) != 0 ? Kind::kRequest : Kind::kHidden;
        message.is_convincing = outer.ok();
        outer.octets(Tag::kOctets, 1, 0xffffff);
        return;
    }
    Ber scoped = outer.expect(Tag::kSequence);
    if (!outer.ok()) return;
    scoped.octets(Tag::kOctets, 0, 32);   // context engine
    scoped.octets(Tag::kOctets, 0, 255);  // context
    read_pdu(scoped, message);
    outer.join(scoped);
}

Message read_message(bytes::View said, bool is_stream) noexcept {
    constexpr std::size_t kLongest = 1U << 24U;  // bytes, of a message over TCP
    Message message;
    Ber all{.rest = said, .declared = is_stream ? kLongest : said.size()};
    Ber outer = all.expect(Tag::kSequence);
    message.version = static_cast<Version>(outer.integer(0, 3));
    switch (message.version) {
        case Version::k1:
        case Version::k2c:
            outer.octets(Tag::kOctets, 0, 255);  // community
            read_pdu(outer, message);
            break;
        case Version::k3: read_v3(outer, message); break;
        default: outer.fail();
    }
    all.join(outer);
    const bool is_next = is_stream && (all.rest.empty() || all.rest.front() == said.front());
    if (all.ok() && all.declared != 0 && !is_next) all.fail();
    message.match = all.state;
    return message;
}

constexpr std::uint32_t kNumber = 0x0fffffff;   // of a token: the number's low bits
constexpr std::uint32_t kOfNotice = 2U << 28U;  // where others have their version
constexpr std::uint32_t kOfResponse = 1U << 30U;

/// Bit 31 is set, 30 says that it is a response's, then the version and the number.
std::uint32_t token_of(const Message& message) noexcept {
    if (message.kind == Kind::kNotice) return 1U << 31U | kOfNotice;
    const std::uint32_t side = message.kind == Kind::kRequest ? 0 : kOfResponse;
    return 1U << 31U | side | static_cast<unsigned>(message.version) << 28U |
           (message.number & kNumber);
}

/// A response repeats the number of the request before it; a request after a response begins
/// something new. Notices are not answered, least of all by others.
bool agrees(const Message& message, std::uint32_t token) noexcept {
    constexpr std::uint32_t kVersion = 3U << 28U;
    if (token == 0) return true;
    if ((token & kVersion) == kOfNotice) return message.kind != Kind::kNotice;
    const std::uint32_t differing = token_of(message) ^ token;
    const bool is_answer = differing == kOfResponse;
    const bool answers_response = (token & kOfResponse) != 0;
    switch (message.kind) {
        case Kind::kRequest: return answers_response;
        case Kind::kResponse: return is_answer && !answers_response;
        case Kind::kNotice: return true;
        case Kind::kHidden: return is_answer || (answers_response && differing != 0);
    }
    return false;
}

constexpr Role role_of(Kind kind) noexcept {
    switch (kind) {
        case Kind::kRequest:
        case Kind::kNotice: return Role::kClient;
        case Kind::kResponse: return Role::kServer;
        default: return Role::kEither;
    }
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    Message message = read_message(exchange.said, exchange.transport == Transport::kTcp);
    // Long answers outgrow what is kept of a stream.
    if (message.match == Match::kNeedMore && message.is_convincing) message.match = Match::kYes;
    if (message.match != Match::kYes) return {message.match};
    if (!agrees(message, exchange.token)) return {Match::kNo};
    return {Match::kYes, exchange.multicast ? Role::kEither : role_of(message.kind),
            token_of(message)};
}

}  // namespace sensor::identify::snmp
