// LLMNR, the name service of Windows on the local link (RFC 4795 §2.1). The answer comes from
// another address than the one asked, so it is a session of its own.
#pragma once

#include "sensor/identify/protocols/mdns.h"

namespace sensor::identify::llmnr {

inline constexpr std::array kSignatures{
    Signature{dns::kHeaderPattern},
};

/// One question, opcode, rcode and the reserved bits zero (RFC 4795 §2.1.1). What tells the answer
/// from one of DNS: it has neither asked for nor offers recursion, sets no authority bit, and is
/// about a name of one label.
[[nodiscard]] inline Verdict validate(const Exchange& exchange) noexcept {
    constexpr std::uint16_t kConflict = 0x0400;  // the C bit
    const dns::Header header = dns::read_header(exchange.said);
    if (header.is_response() == exchange.multicast) return {Match::kNo};
    if (header.id == 0 || header.questions() != 1) return {Match::kNo};
    const auto parsed = dns::read_message(exchange.said, dns::ClassBit::kIllegal);
    if (parsed.walk != dns::Walk::kWhole) return {Match::kNo};
    if (!header.is_response()) {
        const bool is_query = (header.flags & ~kConflict) == 0 && header.counts[1] == 0 &&
                              header.counts[2] == 0 && !mdns::is_local(exchange.said, parsed);
        return {is_query ? Match::kYes : Match::kNo, Role::kClient, dns::token_of(header)};
    }
    // A name that has no record of that type is answered with an authority's SOA at most.
    const bool has_records = header.counts[2] == 0 ? header.counts[1] != 0
                                                   : header.counts[1] == 0 && header.counts[2] == 1;
    const bool is_answer = header.flags == 0x8000 && has_records &&
                           dns::NameText{exchange.said, parsed.subject->name}.labels() == 1;
    if (!is_answer || !dns::agrees(exchange.token, header)) return {Match::kNo};
    return {Match::kYes, Role::kServer, dns::token_of(header)};
}

inline void extract(const Exchange& exchange, Facts& facts) noexcept {
    const auto parsed = dns::read_message(exchange.said, dns::ClassBit::kIllegal);
    dns::note_subject(exchange.said, parsed, facts);
}

inline constexpr Protocol kProtocol{
    .name = "llmnr",
    .transports = kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
    .extract = extract,
    .refines = "dns",
};

}  // namespace sensor::identify::llmnr
