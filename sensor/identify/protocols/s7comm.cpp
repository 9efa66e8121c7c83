#include "sensor/identify/protocols/s7comm.h"

#include <algorithm>

#include "sensor/identify/tpkt.h"

namespace sensor::identify::s7comm {
namespace {

enum class Kind : std::uint8_t { kJob = 1, kAck = 2, kAckData = 3, kUserData = 7 };

/// What one packet is.
struct Pdu {
    Match match = Match::kNo;
    Role role = Role::kEither;
    std::uint16_t reference = 0;
};

/// Functions of jobs and their responses: services, variables, up- and download, control, setup.
constexpr bool is_function(std::uint8_t code) noexcept {
    switch (code) {
        case 0x00:  // CPU services
        case 0x04:  // read, write
        case 0x05:
        case 0x28:  // control, stop
        case 0x29:
        case 0xf0: return true;                        // setup communication
        default: return code >= 0x1a && code <= 0x1f;  // download and upload
    }
}

/// Parameters of user data: a head, how many bytes follow, request (4), response (8) or push (0)
/// with the group of functions.
bool read_user_parameters(bytes::ByteCursor cursor, Pdu& pdu) noexcept {
    constexpr std::uint32_t kHead = 0x000112;
    const auto head = cursor.read<std::uint32_t, 3>();
    const std::size_t length = cursor.read<std::uint8_t>();
    const auto method = cursor.read<std::uint8_t>();
    const auto type = cursor.read<std::uint8_t>();
    const unsigned way = type >> 4U;
    if (!cursor.ok()) return true;  // not here yet
    if (way == 4) pdu.role = Role::kClient;
    if (way == 8) pdu.role = Role::kServer;
    const bool is_way = way == 0 || way == 4 || way == 8;
    return head == kHead && length >= 4 && (method == 0x11 || method == 0x12) && is_way;
}

/// Protocol, kind, a reserved word, reference, lengths of parameters and data, and for responses
/// an error's class and code.
Pdu read_classic(bytes::View user, bool is_whole) noexcept {
    constexpr std::size_t kHeader = 10;  // bytes
    Pdu pdu;
    bytes::ByteCursor cursor{user};
    cursor.skip(1);
    const auto kind = static_cast<Kind>(cursor.read<std::uint8_t>());
    const auto reserved = cursor.read<std::uint16_t>();
    pdu.reference = cursor.read<std::uint16_t>();
    const std::size_t parameters = cursor.read<std::uint16_t>();
    const std::size_t data = cursor.read<std::uint16_t>();
    const bool has_error = kind == Kind::kAck || kind == Kind::kAckData;
    if (has_error) cursor.skip(2);
    if (!cursor.ok()) {
        pdu.match = is_whole ? Match::kNo : Match::kNeedMore;
        return pdu;
    }
    const std::size_t header = has_error ? kHeader + 2 : kHeader;
    if (reserved != 0 || (is_whole && user.size() != header + parameters + data)) return pdu;
    bool is_legal = true;
    switch (kind) {
        case Kind::kJob:
        case Kind::kAckData:
            is_legal = parameters != 0 && (cursor.empty() || is_function(cursor.peek()));
            pdu.role = kind == Kind::kJob ? Role::kClient : Role::kServer;
            break;
        case Kind::kAck: pdu.role = Role::kServer; break;
        case Kind::kUserData:
            is_legal = parameters >= 8 && read_user_parameters(cursor, pdu);
            break;
        default: is_legal = false;
    }
    if (is_legal) pdu.match = cursor.empty() && !is_whole ? Match::kNeedMore : Match::kYes;
    return pdu;
}

/// S7comm-plus: protocol, version, length, from version 3 on a digest, then the operation, a
/// reserved word, the function, another reserved word and the sequence number; a trailer repeats
/// the start.
Pdu read_plus(bytes::View user, bool is_whole) noexcept {
    constexpr std::uint8_t kProtocol = 0x72;
    constexpr std::uint8_t kDigest = 0x20;  // bytes
    constexpr std::size_t kFraming = 4;     // bytes of header, and as many of trailer
    Pdu pdu;
    bytes::ByteCursor cursor{user};
    cursor.skip(1);
    const auto version = cursor.read<std::uint8_t>();
    const std::size_t length = cursor.read<std::uint16_t>();
    if (cursor.ok() && (version < 1 || version > 3)) return pdu;
    if (cursor.ok() && is_whole) {
        bytes::ByteCursor trailer{user.subspan(std::min(user.size(), kFraming + length))};
        const bool is_trailer = trailer.read<std::uint8_t>() == kProtocol &&
                                trailer.read<std::uint8_t>() == version &&
                                trailer.read<std::uint16_t>() == 0 && trailer.empty();
        if (!trailer.ok() || !is_trailer) return pdu;
    }
    if (version == 3) {
        if (cursor.read<std::uint8_t>() != kDigest && cursor.ok()) return pdu;
        cursor.skip(kDigest);
    }
    const auto operation = cursor.read<std::uint8_t>();
    const auto reserved = cursor.read<std::uint16_t>();
    const auto function = cursor.read<std::uint16_t>();
    const auto second_reserved = cursor.read<std::uint16_t>();
    pdu.reference = cursor.read<std::uint16_t>();
    if (!cursor.ok()) {
        pdu.match = is_whole ? Match::kNo : Match::kNeedMore;
        return pdu;
    }
    const bool is_request = operation == 0x31;
    const bool is_response = operation == 0x32;
    if (reserved != 0 || second_reserved != 0 || function == 0) return pdu;
    if (!is_request && !is_response) return pdu;
    pdu.role = is_request ? Role::kClient : Role::kServer;
    pdu.match = Match::kYes;
    return pdu;
}

Pdu read_data(const tpkt::Tpdu& packet) noexcept {
    if (packet.user.empty()) return {.match = packet.is_cut ? Match::kNeedMore : Match::kNo};
    const bool is_whole = !packet.is_cut && packet.is_last;
    switch (packet.user.front()) {
        case 0x32: return read_classic(packet.user, is_whole);
        case 0x72: return read_plus(packet.user, is_whole);
        default: return {};
    }
}

/// Transport selectors of S7: two bytes with the kind of connection (programming device, operator
/// panel, other) in front of a rack and slot, or the name of S7comm-plus's root.
Match judge_request(const tpkt::Tpdu& packet) noexcept {
    const auto parameters = tpkt::read_parameters(packet.variable);
    if (!parameters || parameters->called.empty() || parameters->calling.empty()) return Match::kNo;
    if (bytes::text_of(parameters->called).starts_with("SIMATIC-ROOT-")) return Match::kYes;
    const auto is_resource = [](bytes::View selector) {
        return selector.size() == 2 && selector[0] >= 1 && selector[0] <= 3;
    };
    const bool is_sure = is_resource(parameters->called) && is_resource(parameters->calling);
    return is_sure ? Match::kYes : Match::kNeedMore;  // what follows decides
}

constexpr std::uint32_t kConnect = 1U << 30U;   // in a token: the reference is the transport's
constexpr std::uint32_t kResponse = 1U << 29U;  // the PDU was a response
constexpr std::uint32_t kHasReference = 1U << 31U;

Verdict judge_connect(const Exchange& exchange, const tpkt::Tpdu& packet) noexcept {
    Match match = judge_request(packet);
    if (match == Match::kNo || exchange.token != 0) return {Match::kNo};
    if (match == Match::kNeedMore && !packet.rest.empty()) {
        const tpkt::Tpdu next = tpkt::read(packet.rest);
        match = next.match;
        if (match == Match::kYes) {
            if (next.type != tpkt::TpduType::kData) return {Match::kNo};
            match = read_data(next).match;
        }
    }
    return {match, Role::kClient, kHasReference | kConnect | packet.source};
}

/// A confirm counts as the answer to a connect, else by the data behind it.
Verdict judge_confirm(const Exchange& exchange, const tpkt::Tpdu& packet) noexcept {
    if (!tpkt::read_parameters(packet.variable)) return {Match::kNo};
    if (exchange.token != 0) {
        const bool is_answer = exchange.token == (kHasReference | kConnect | packet.destination);
        return {is_answer ? Match::kYes : Match::kNo, Role::kServer};
    }
    if (packet.rest.empty()) return {Match::kNeedMore};
    const tpkt::Tpdu next = tpkt::read(packet.rest);
    if (next.match != Match::kYes) return {next.match};
    if (next.type != tpkt::TpduType::kData) return {Match::kNo};
    return {read_data(next).match, Role::kServer};
}

/// In the middle of a session: the first PDU, which a response repeats the reference of.
Verdict judge_pdu(const Exchange& exchange, const tpkt::Tpdu& packet) noexcept {
    const Pdu pdu = read_data(packet);
    if (pdu.match != Match::kYes) return {pdu.match};
    const bool is_response = pdu.role == Role::kServer;
    const std::uint32_t token = kHasReference | (is_response ? kResponse : 0) | pdu.reference;
    if (exchange.token != 0) {
        // Nobody is sent his own PDU, and where the connect was seen its confirm comes first.
        if ((exchange.token & kConnect) != 0 || exchange.token == token) return {Match::kNo};
        const bool is_asked = (exchange.token & kResponse) == 0;
        const bool is_answer = exchange.token == (kHasReference | pdu.reference);
        if (is_response && is_asked && !is_answer && exchange.direction_known) return {Match::kNo};
    }
    return {Match::kYes, exchange.direction_known ? Role::kEither : pdu.role, token};
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    const tpkt::Tpdu packet = tpkt::read(exchange.said);
    if (packet.match != Match::kYes) return {packet.match};
    switch (packet.type) {
        case tpkt::TpduType::kConnectionRequest: return judge_connect(exchange, packet);
        case tpkt::TpduType::kConnectionConfirm: return judge_confirm(exchange, packet);
        case tpkt::TpduType::kData: return judge_pdu(exchange, packet);
        default: return {Match::kNo};
    }
}

}  // namespace sensor::identify::s7comm
