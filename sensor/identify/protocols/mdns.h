// Multicast DNS: DNS messages to a multicast group with id 0 (RFC 6762 §18). A unicast query is
// plain DNS whatever its port; unicast answers differ from DNS in having neither id nor question.
#pragma once

#include "sensor/identify/protocols/dns_message.h"

namespace sensor::identify::mdns {

inline constexpr std::array kSignatures{
    Signature{dns::kHeaderPattern},
};

/// True for a name in the domain that only multicast DNS serves, RFC 6762 §3.
[[nodiscard]] inline bool is_local(bytes::View message, const dns::Message& parsed) noexcept {
    if (!parsed.subject) return false;
    const dns::NameText name{message, parsed.subject->name};
    return name.text() == "local" || name.text().ends_with(".local");
}

[[nodiscard]] inline Verdict validate(const Exchange& exchange) noexcept {
    // Most of DNS is told from it by the header alone.
    const dns::Header header = dns::read_header(exchange.said);
    if (header.is_response() ? header.id != 0 : !exchange.multicast) return {Match::kNo};
    const auto parsed = dns::read_message(exchange.said, dns::ClassBit::kFlag);
    if (parsed.walk != dns::Walk::kWhole) return {Match::kNo};
    // Opcode and rcode must be zero (RFC 6762 §18.3, §18.11), Z as well.
    if ((header.flags & 0x784fU) != 0) return {Match::kNo};
    if (!header.is_response()) {
        // A simple resolver asks with an id of its own, RFC 6762 §5.1.
        const bool is_asked = header.id == 0 || is_local(exchange.said, parsed);
        return {header.questions() != 0 && is_asked ? Match::kYes : Match::kNo};
    }
    if (header.counts[1] == 0) return {Match::kNo};
    // Who sends to a group is its client, whatever it says.
    if (exchange.multicast) return {Match::kYes};
    const bool is_unicast_answer = header.is_authoritative() && header.questions() == 0;
    return {is_unicast_answer ? Match::kYes : Match::kNo, Role::kServer};
}

inline void extract(const Exchange& exchange, Facts& facts) noexcept {
    const auto parsed = dns::read_message(exchange.said, dns::ClassBit::kFlag);
    dns::note_subject(exchange.said, parsed, facts);
}

inline constexpr Protocol kProtocol{
    .name = "mdns",
    .transports = kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
    .extract = extract,
    .refines = "dns",
};

}  // namespace sensor::identify::mdns
