// DNS over UDP and TCP (RFC 1035, RFC 9619 on the number of questions, RFC 2136, RFC 1996).
//
// The counts of the header must be used up by exactly the bytes there are: random bytes pass with
// less than one in 2^40.
#pragma once

#include <algorithm>

#include "sensor/identify/protocols/dns_message.h"

namespace sensor::identify::dns {

inline constexpr std::array kSignatures{
    Signature{kHeaderPattern, Role::kEither, kOverUdp},
    // Over TCP a two-byte length is in front, RFC 1035 §4.2.2.
    Signature{R"(^....[\x00-\x07\x20-\x2f\x80-\x87\xa0-\xaf])"
              R"([\x00-\x0b\x10-\x1b\x20-\x2b\x30-\x3b\x80-\x8b\x90-\x9b\xa0-\xab\xb0-\xbb])"
              R"(\x00)",
              Role::kEither, kOverTcp},
};

namespace detail {

/// The first message in `said`, as much of it as is there.
struct Framed {
    bytes::View message = {};
    bool is_legal = true;  ///< false if a length prefix cannot be one
    bool is_cut = false;
};
[[nodiscard]] inline Framed first_message(const Exchange& exchange) noexcept {
    if (exchange.transport == Transport::kUdp) return {.message = exchange.said};
    bytes::ByteCursor cursor{exchange.said};
    const std::size_t length = cursor.read<std::uint16_t>();
    if (!cursor.ok()) return {.is_cut = true};
    if (length < kHeaderSize) return {.is_legal = false};
    if (cursor.rest().size() < length) return {.message = cursor.rest(), .is_cut = true};
    const bytes::View message = cursor.take(length);
    const auto next = cursor.read<std::uint16_t>();
    return {.message = message, .is_legal = !cursor.ok() || next >= kHeaderSize};
}

[[nodiscard]] inline bool is_query_legal(const Message& parsed) noexcept {
    const Header& header = parsed.header;
    if (header.rcode() != 0 || header.questions() == 0) return false;
    switch (static_cast<Opcode>(header.opcode())) {
        case Opcode::kQuery:  // an IXFR says what it has in one authority record, RFC 1995 §3
            return header.counts[1] == 0 && header.counts[2] <= 1;
        case Opcode::kNotify: return header.questions() == 1;
        case Opcode::kUpdate:  // the "question" is the zone, RFC 2136 §2.3
            return header.questions() == 1 &&
                   (!parsed.subject || static_cast<Type>(parsed.subject->type) == Type::kSoa);
        default: return false;
    }
}
/// Only refusals and answers to updates leave the question out, and only after a question are they
/// believed: nothing but a header is left of them.
[[nodiscard]] inline bool is_answer_legal(const Header& header, std::uint32_t token) noexcept {
    constexpr std::uint8_t kLastRcode = 11;  // DSOTYPENI, IANA DNS RCODEs
    const auto opcode = static_cast<Opcode>(header.opcode());
    if (opcode != Opcode::kQuery && opcode != Opcode::kNotify && opcode != Opcode::kUpdate) {
        return false;
    }
    if (header.rcode() > kLastRcode) return false;
    if (header.questions() != 0) return true;
    return token != 0 && header.counts[1] == 0 &&
           (header.rcode() != 0 || opcode == Opcode::kUpdate);
}
[[nodiscard]] inline bool is_netbios(bytes::View message, const Message& parsed) noexcept {
    if (!parsed.subject) return false;
    const auto type = static_cast<Type>(parsed.subject->type);
    return (type == Type::kNetbiosName || type == Type::kNetbiosStatus) &&
           is_netbios_name(message, parsed.subject->name);
}

}  // namespace detail

[[nodiscard]] inline Verdict validate(const Exchange& exchange) noexcept {
    constexpr std::size_t kConvincing = 2048;  // bytes of legal records of a message that has more
    const detail::Framed framed = detail::first_message(exchange);
    if (!framed.is_legal) return {Match::kNo};
    if (framed.is_cut && framed.message.size() < kHeaderSize) return {Match::kNeedMore};
    const Message parsed = read_message(framed.message, ClassBit::kIllegal);
    const Header& header = parsed.header;
    if (parsed.walk != (framed.is_cut ? Walk::kCut : Walk::kWhole)) return {Match::kNo};
    if ((header.flags & 0x0040U) != 0) return {Match::kNo};  // Z
    const bool is_legal = header.is_response() ? detail::is_answer_legal(header, exchange.token)
                                               : detail::is_query_legal(parsed);
    if (!is_legal || !agrees(exchange.token, header)) return {Match::kNo};
    if (detail::is_netbios(framed.message, parsed)) return {Match::kNo};
    // Zone transfers outgrow what is kept of a stream.
    const bool is_convincing = parsed.records_read != 0 && framed.message.size() >= kConvincing;
    if (framed.is_cut && !is_convincing) return {Match::kNeedMore};
    return {Match::kYes, header.is_response() ? Role::kServer : Role::kClient, token_of(header)};
}

inline void extract(const Exchange& exchange, Facts& facts) noexcept {
    const bytes::View message = detail::first_message(exchange).message;
    note_subject(message, read_message(message, ClassBit::kIllegal), facts);
}

inline constexpr Protocol kProtocol{
    .name = "dns",
    .transports = kOverTcp | kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
    .extract = extract,
};

}  // namespace sensor::identify::dns
