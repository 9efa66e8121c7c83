// Telnet: the option negotiation that opens a session (RFC 854, RFC 855). Both sides speak it.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::telnet {

inline constexpr std::uint8_t kSe = 240;   // ends a subnegotiation; RFC 854, page 14
inline constexpr std::uint8_t kNop = 241;  // NOP to GA have no argument
inline constexpr std::uint8_t kGa = 249;
inline constexpr std::uint8_t kSb = 250;    // begins a subnegotiation
inline constexpr std::uint8_t kWill = 251;  // WILL, WONT, DO, DONT: an option's number follows
inline constexpr std::uint8_t kIac = 255;   // "interpret as command"

/// One negotiation is three bytes that chance may bring; two in a row are none of its doing.
inline constexpr unsigned kEnough = 2;

inline constexpr std::array kSignatures{
    Signature{R"(^\xff[\xfa-\xfe][\x00-\x31\x8a-\x8c\xff])"},
};

/// IANA's registry of Telnet options.
[[nodiscard]] constexpr bool is_option(std::uint8_t option) noexcept {
    return option <= 49 || (option >= 138 && option <= 140) || option == 255;
}

/// Skips the parameters of a subnegotiation, in which IAC is doubled, RFC 855.
[[nodiscard]] constexpr Match skip_parameters(bytes::ByteCursor& cursor) noexcept {
    while (!cursor.empty()) {
        if (cursor.read<std::uint8_t>() != kIac) continue;
        if (cursor.empty()) break;
        const auto next = cursor.read<std::uint8_t>();
        if (next == kSe) return Match::kYes;
        if (next != kIac) return Match::kNo;
    }
    return Match::kNeedMore;
}

/// Reads one command after its IAC and counts it if it negotiates.
[[nodiscard]] constexpr Match take_command(bytes::ByteCursor& cursor, unsigned& count) noexcept {
    if (cursor.empty()) return Match::kNeedMore;
    const auto command = cursor.read<std::uint8_t>();
    if (command >= kNop && command <= kGa) return Match::kYes;
    if (command < kSb || command == kIac) return Match::kNo;
    if (cursor.empty()) return Match::kNeedMore;
    if (!is_option(cursor.read<std::uint8_t>())) return Match::kNo;
    const Match match = command == kSb ? skip_parameters(cursor) : Match::kYes;
    if (match == Match::kYes) ++count;
    return match;
}

[[nodiscard]] inline Verdict validate(const Exchange& exchange) noexcept {
    bytes::ByteCursor cursor{exchange.said};
    const unsigned enough = exchange.token != 0 ? 1 : kEnough;
    for (unsigned count = 0; count < enough;) {
        if (cursor.empty()) return {Match::kNeedMore};
        if (cursor.read<std::uint8_t>() != kIac) return {Match::kNo};
        const Match match = take_command(cursor, count);
        if (match != Match::kYes) return {match};
    }
    return {Match::kYes, Role::kEither, 1};
}

inline constexpr Protocol kProtocol{
    .name = "telnet",
    .transports = kOverTcp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::telnet
