// NetBIOS datagram service over UDP (RFC 1002 §4.4): datagrams, their errors, and questions to
// the server that distributes them.
//
// All but errors have a name of 32 letters from A to P. An error is eleven bytes, so it counts only
// as the answer to the datagram whose id it has.
#pragma once

#include <array>

#include "sensor/identify/netbios_name.h"
#include "sensor/identify/protocol.h"

namespace sensor::identify::netbios_dgm {

inline constexpr std::array kSignatures{
    Signature{R"(^[\x10-\x12].............\x20[A-P])"},  // datagrams
    Signature{R"(^\x13.........[\x82-\x84])"},           // errors
    Signature{R"(^[\x14-\x16].........\x20[A-P])"},      // questions and answers
};

enum class Type : std::uint8_t {  // §4.4.1
    kDirectUnique = 0x10,
    kDirectGroup = 0x11,
    kBroadcast = 0x12,
    kError = 0x13,
    kQuery = 0x14,
    kPositive = 0x15,
    kNegative = 0x16,
};

/// What follows the header of ten bytes.
[[nodiscard]] inline bool is_body_of(Type type, bytes::ByteCursor& cursor) noexcept {
    constexpr std::uint8_t kFirstError = 0x82;  // §4.4.3
    constexpr std::uint8_t kLastError = 0x84;
    switch (type) {
        case Type::kDirectUnique:
        case Type::kDirectGroup:
        case Type::kBroadcast: {
            const auto length = cursor.read<std::uint16_t>();  // of what follows the offset
            cursor.skip(2);                                    // offset of a fragment
            const std::size_t left = cursor.rest().size();
            return left == length && netbios::read_name(cursor) && netbios::read_name(cursor);
        }
        case Type::kError: {
            const auto code = cursor.read<std::uint8_t>();
            return code >= kFirstError && code <= kLastError && cursor.empty();
        }
        case Type::kQuery:
        case Type::kPositive:
        case Type::kNegative: return netbios::read_name(cursor) && cursor.empty();
    }
    return false;
}

[[nodiscard]] inline Verdict validate(const Exchange& exchange) noexcept {
    constexpr std::uint8_t kReservedFlags = 0xf0;
    constexpr std::uint32_t kHasId = 0x10000;
    bytes::ByteCursor cursor{exchange.said};
    const auto type = static_cast<Type>(cursor.read<std::uint8_t>());
    const auto flags = cursor.read<std::uint8_t>();
    const std::uint32_t id = kHasId | cursor.read<std::uint16_t>();
    cursor.skip(4 + 2);  // whom it comes from
    if (!is_body_of(type, cursor) || !cursor.ok()) return {Match::kNo};
    // Names leave no doubt, whatever a newer sender put there.
    if (type == Type::kError && (flags & kReservedFlags) != 0) return {Match::kNo};
    const bool is_answer =
        type == Type::kError || type == Type::kPositive || type == Type::kNegative;
    if (!is_answer) return {Match::kYes, Role::kEither, id};
    if (exchange.token != 0 && exchange.token != id) return {Match::kNo};
    if (type == Type::kError && exchange.token == 0) return {Match::kNeedMore};
    return {Match::kYes, Role::kServer, id};
}

inline constexpr Protocol kProtocol{
    .name = "netbios-dgm",
    .transports = kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
};

}  // namespace sensor::identify::netbios_dgm
