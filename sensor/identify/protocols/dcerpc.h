// DCE RPC by itself on TCP and UDP (C706 chapter 12, MS-RPCE §2.2): the connection-oriented
// protocol, version 5, and the connectionless one, version 4, in both byte orders.
//
// Every PDU tells its version, type, data representation and length, about 60 bits that are fixed.
// RPC in the pipes of SMB is SMB.
#pragma once

#include <array>

#include "sensor/identify/protocol.h"

namespace sensor::identify::dcerpc {

inline constexpr std::array kSignatures{
    Signature{R"(^\x05[\x00\x01][\x00-\x13].[\x00\x01\x10\x11][\x00-\x03]\x00\x00)", Role::kEither,
              kOverTcp},
    Signature{R"(^\x04[\x00-\x0a].[\x00-\x03][\x00\x01\x10\x11][\x00-\x03]\x00)", Role::kEither,
              kOverUdp},
    Signature{R"(^ncacn_http/1\.0)", Role::kServer, kOverTcp},
};

[[nodiscard]] Verdict validate(const Exchange& exchange) noexcept;

inline constexpr Protocol kProtocol{
    .name = "dcerpc",
    .transports = kOverTcp | kOverUdp,
    .signatures = kSignatures,
    .validate = validate,
};

/// What either validator reads and leaves; shared by the two files only.
namespace detail {

/// Integers of a PDU, in the order that its data representation tells.
struct Fields {
    bytes::ByteCursor cursor;
    bool is_little = true;

    [[nodiscard]] std::uint8_t byte() noexcept { return cursor.read<std::uint8_t>(); }
    [[nodiscard]] std::uint16_t half() noexcept;
    [[nodiscard]] std::uint32_t word() noexcept;
};

/// The first bytes of a data representation, C706 §14.1: integers and characters, then floats.
[[nodiscard]] constexpr bool is_representation(std::uint8_t first, std::uint8_t second) noexcept {
    return (first & 0xeeU) == 0 && second <= 3;
}
[[nodiscard]] constexpr bool is_little_endian(std::uint8_t first) noexcept {
    return (first & 0x10U) != 0;
}

}  // namespace detail

/// The connectionless protocol, C706 §12.5: one PDU to a datagram.
[[nodiscard]] Verdict validate_datagram(const Exchange& exchange) noexcept;

}  // namespace sensor::identify::dcerpc
