#include "sensor/identify/protocols/dcerpc.h"

#include <algorithm>

#include "sensor/identify/little_endian.h"

namespace sensor::identify::dcerpc {

std::uint16_t detail::Fields::half() noexcept {
    return is_little ? read_little<std::uint16_t>(cursor) : cursor.read<std::uint16_t>();
}
std::uint32_t detail::Fields::word() noexcept {
    return is_little ? read_little<std::uint32_t>(cursor) : cursor.read<std::uint32_t>();
}

namespace {

using detail::Fields;

enum class Type : std::uint8_t {  // C706 §12.6.4; MS-RPCE §2.2.2.5 has the last of the client's
    kRequest = 0,
    kResponse = 2,
    kFault = 3,
    kBind = 11,
    kBindAck = 12,
    kBindNak = 13,
    kAlterContext = 14,
    kAlterContextResponse = 15,
    kAuth3 = 16,
    kShutdown = 17,
    kCancel = 18,
    kOrphaned = 19,
};

constexpr std::size_t kHeader = 16;     // bytes, C706 §12.6.3.1
constexpr std::size_t kTrailer = 8;     // bytes before what authenticates, §13.2.6.1
constexpr std::size_t kSyntax = 20;     // bytes of an interface and its version
constexpr std::uint8_t kObject = 0x80;  // flag: an object's UUID follows

struct Pdu {
    Type type{};
    std::uint8_t flags = 0;
    std::uint16_t length = 0;         ///< bytes, header and authentication included
    std::uint16_t authenticated = 0;  ///< bytes at the end that authenticate
    std::uint32_t call = 0;

    /// Bytes between the header and what authenticates.
    std::size_t body() const noexcept {
        const std::size_t end = authenticated == 0 ? 0 : kTrailer + authenticated;
        return length < kHeader + end ? 0 : length - kHeader - end;
    }
    Role role() const noexcept {
        switch (type) {
            case Type::kResponse:
            case Type::kFault:
            case Type::kBindAck:
            case Type::kBindNak:
            case Type::kAlterContextResponse:
            case Type::kShutdown: return Role::kServer;
            default: return Role::kClient;
        }
    }
};

/// The bytes that a body of its type has at least; nothing for an unknown type.
std::size_t shortest_body(const Pdu& pdu) noexcept {
    constexpr std::size_t kImpossible = 0x10000;
    switch (pdu.type) {
        case Type::kRequest: return (pdu.flags & kObject) != 0 ? 24 : 8;
        case Type::kResponse: return 8;
        case Type::kFault: return 12;  // some leave out the padding after the status
        case Type::kBind:
        case Type::kAlterContext: return 12 + 4 + kSyntax * 2;
        case Type::kBindAck:
        case Type::kAlterContextResponse: return 12;
        case Type::kBindNak: return 2;
        case Type::kAuth3: return pdu.authenticated == 0 ? kImpossible : 0;
        case Type::kShutdown:
        case Type::kCancel:
        case Type::kOrphaned: return 0;
    }
    return kImpossible;
}

/// §12.6.3.1: up to the call id.
Match read_header(Fields& fields, Pdu& pdu) noexcept {
    constexpr std::uint8_t kReservedFlag = 0x08;
    const auto version = fields.byte();
    const auto minor = fields.byte();
    pdu.type = static_cast<Type>(fields.byte());
    pdu.flags = fields.byte();
    const auto representation = fields.byte();
    const auto floats = fields.byte();
    const auto reserved = fields.half();
    fields.is_little = detail::is_little_endian(representation);
    pdu.length = fields.half();
    pdu.authenticated = fields.half();
    pdu.call = fields.word();
    if (!fields.cursor.ok()) return Match::kNeedMore;
    const bool is_legal = version == 5 && minor <= 1 && (pdu.flags & kReservedFlag) == 0 &&
                          detail::is_representation(representation, floats) && reserved == 0;
    const std::size_t end = pdu.authenticated == 0 ? 0 : kTrailer + pdu.authenticated;
    const bool fits = pdu.length >= kHeader + end && pdu.body() >= shortest_body(pdu);
    return is_legal && fits ? Match::kYes : Match::kNo;
}

/// §12.6.4.3: fragment sizes, group, then contexts: an interface and what it may be encoded in.
bool read_contexts(Fields& fields, std::size_t body) noexcept {
    fields.cursor.skip(8);
    const unsigned count = fields.byte();
    const auto reserved = fields.byte();
    const auto reserved_too = fields.half();
    std::size_t used = 12;
    if (fields.cursor.ok() && (count == 0 || reserved != 0 || reserved_too != 0)) return false;
    for (unsigned i = 0; i < count && fields.cursor.ok(); ++i) {
        fields.cursor.skip(2);  // context id
        const unsigned syntaxes = fields.byte();
        const auto padding = fields.byte();
        fields.cursor.skip(kSyntax * (1 + syntaxes));
        used += 4 + kSyntax * (1 + syntaxes);
        if (!fields.cursor.ok()) break;
        if (syntaxes == 0 || padding != 0) return false;
    }
    return used <= body;
}

/// §12.6.4.4: fragment sizes, group, a port as text, then what became of each context.
bool read_results(Fields& fields, std::size_t body) noexcept {
    constexpr std::uint16_t kLastResult = 3;  // negotiate_ack, MS-RPCE §2.2.2.4
    fields.cursor.skip(8);
    const std::size_t port = fields.half();
    const std::size_t padding = (4 - (2 + port) % 4) % 4;
    fields.cursor.skip(port + padding);
    const unsigned count = fields.byte();
    const auto reserved = fields.byte();
    const auto reserved_too = fields.half();
    const std::size_t used = 8 + 2 + port + padding + 4 + count * (4 + kSyntax);
    if (fields.cursor.ok() && (count == 0 || reserved != 0 || reserved_too != 0)) return false;
    for (unsigned i = 0; i < count && fields.cursor.ok(); ++i) {
        const auto result = fields.half();
        fields.cursor.skip(2 + kSyntax);  // the reason, or the features that were agreed on
        if (fields.cursor.ok() && result > kLastResult) return false;
    }
    return !fields.cursor.ok() || used <= body;
}

bool read_body(Fields& fields, const Pdu& pdu) noexcept {
    const std::size_t body = pdu.body();
    switch (pdu.type) {
        case Type::kBind:
        case Type::kAlterContext: return read_contexts(fields, body);
        case Type::kBindAck:
        case Type::kAlterContextResponse: return read_results(fields, body);
        case Type::kBindNak: {
            constexpr std::uint16_t kLastReason = 9;  // MS-RPCE §2.2.2.9
            return fields.half() <= kLastReason;
        }
        case Type::kRequest: fields.cursor.skip(8); return true;
        case Type::kResponse:
        case Type::kFault: {
            fields.cursor.skip(7);
            const bool is_fault = pdu.type == Type::kFault;
            return fields.byte() <= (is_fault ? 1 : 0);  // extended errors, MS-RPCE §2.2.2.8
        }
        case Type::kAuth3:
        case Type::kShutdown:
        case Type::kCancel:
        case Type::kOrphaned: break;
    }
    return true;
}

/// What the other side's first PDU must agree with: its type, whose it is, and its call.
std::uint32_t token_of(const Pdu& pdu) noexcept {
    const auto type = static_cast<std::uint32_t>(pdu.type);
    return 0x80000000U | type << 24U | (pdu.call & 0xffffffU);
}
/// A session that begins with a bind goes on with its answer; of others, whose openings were not
/// seen, both sides are just different.
bool agrees(std::uint32_t token, const Pdu& pdu) noexcept {
    if (token == 0) return true;
    Pdu other;
    other.type = static_cast<Type>((token >> 24U) & 0x7fU);
    other.call = token & 0xffffffU;
    const Role role = pdu.role();
    if (other.role() == role) return false;
    if (other.type != Type::kBind) return true;
    const bool is_answer = pdu.type == Type::kBindAck || pdu.type == Type::kBindNak;
    return is_answer && other.call == (pdu.call & 0xffffffU);
}

/// What a server of RPC over HTTP greets with before the first PDU, MS-RPCH §2.1.1.
constexpr std::string_view kGreeting = "ncacn_http/1.0";

Verdict validate_stream(const Exchange& exchange) noexcept {
    const auto text = bytes::text_of(exchange.said);
    if (text.starts_with(kGreeting)) return {Match::kYes, Role::kServer};
    if (kGreeting.starts_with(text)) return {Match::kNeedMore};
    Fields fields{bytes::ByteCursor{exchange.said}};
    Pdu pdu;
    const Match header = read_header(fields, pdu);
    if (header != Match::kYes) return {header};
    const bool is_legal = read_body(fields, pdu);
    if (fields.cursor.ok() && !is_legal) return {Match::kNo};
    const bool is_cut = exchange.said.size() < pdu.length;
    if (!fields.cursor.ok()) return {is_cut ? Match::kNeedMore : Match::kNo};
    const bool goes_on = exchange.said.size() > pdu.length;
    if (goes_on && exchange.said[pdu.length] != 5) return {Match::kNo};
    if (!agrees(exchange.token, pdu)) return {Match::kNo};
    return {Match::kYes, pdu.role(), token_of(pdu)};
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    return exchange.transport == Transport::kUdp ? validate_datagram(exchange)
                                                 : validate_stream(exchange);
}

}  // namespace sensor::identify::dcerpc
