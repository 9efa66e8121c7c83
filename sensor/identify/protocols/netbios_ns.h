// NetBIOS name service: DNS's format with its own names, types and opcodes (RFC 1002 §4.2).
//
// A name is 32 letters from A to P, which random bytes are with one in 2^128; answers have it too.
#pragma once

#include "sensor/identify/protocols/dns_message.h"

namespace sensor::identify::netbios_ns {

inline constexpr std::array kSignatures{
    Signature{
        R"(^..[\x00-\x07\x28-\x4f\x78-\x87\xa8-\xcf\xf8-\xff])"
        R"([\x00-\x07\x10-\x17\x80-\x87\x90-\x97]\x00[\x00\x01]\x00[\x00\x01]\x00.\x00.\x20[A-P])"},
};

enum class Opcode : std::uint8_t {  // RFC 1002 §4.2.1.1; 9 is what RFC 1002 §4.2.4 writes for 8
    kQuery = 0,
    kRegistration = 5,
    kRelease = 6,
    kWait = 7,
    kRefresh = 8,
    kRefreshToo = 9,
    kMultiHomed = 15,
};

[[nodiscard]] inline bool is_request(const dns::Header& header) noexcept {
    if (header.rcode() != 0 || header.counts[0] != 1) return false;
    if (header.counts[1] != 0 || header.counts[2] != 0) return false;
    switch (static_cast<Opcode>(header.opcode())) {
        case Opcode::kQuery: return header.counts[3] == 0;
        case Opcode::kRegistration:
        case Opcode::kRelease:
        case Opcode::kRefresh:
        case Opcode::kRefreshToo:
        case Opcode::kMultiHomed: return header.counts[3] == 1;  // the address
        case Opcode::kWait: break;
    }
    return false;
}
/// Positive and negative answers have one record; a redirection has two others, RFC 1002 §4.2.15.
[[nodiscard]] inline bool is_response(const dns::Header& header) noexcept {
    constexpr std::uint8_t kLastRcode = 7;  // CFT_ERR
    if (header.rcode() > kLastRcode || header.counts[0] != 0) return false;
    return header.counts[1] == 1 || (header.counts[2] == 1 && header.counts[3] == 1);
}

[[nodiscard]] inline Verdict validate(const Exchange& exchange) noexcept {
    const auto parsed = dns::read_message(exchange.said, dns::ClassBit::kIllegal);
    const dns::Header& header = parsed.header;
    if (parsed.walk != dns::Walk::kWhole || !parsed.subject) return {Match::kNo};
    if ((header.flags & 0x0060U) != 0) return {Match::kNo};  // reserved
    const bool is_legal = header.is_response() ? is_response(header) : is_request(header);
    if (!is_legal || !dns::is_netbios_name(exchange.said, parsed.subject->name)) {
        return {Match::kNo};
    }
    constexpr std::uint16_t kNull = 10;  // a negative answer, RFC 1002 §4.2.14
    const auto type = static_cast<dns::Type>(parsed.subject->type);
    const bool is_type =
        type == dns::Type::kNetbiosName || type == dns::Type::kNetbiosStatus ||
        (header.is_response() && (type == dns::Type::kNs || parsed.subject->type == kNull));
    // Both ask from port 137, so questions may cross; one that comes back is a mere echo.
    const bool crosses = !header.is_response() && exchange.token != 0;
    const bool is_answer =
        crosses ? exchange.token != dns::token_of(header) : dns::agrees(exchange.token, header);
    if (!is_type || !is_answer) return {Match::kNo};
    if (exchange.multicast || crosses) return {Match::kYes};
    return {Match::kYes, header.is_response() ? Role::kServer : Role::kClient,
            dns::token_of(header)};
}

inline constexpr Protocol kProtocol{
    .name = "netbios-ns",
    .transports = kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::netbios_ns
