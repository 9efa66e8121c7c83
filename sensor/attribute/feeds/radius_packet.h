// RADIUS accounting packets, RFC 2866: what stands in one, whether it is genuine, and the answer to
// it. Cold path.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "lib/bytes/byte_cursor.h"

namespace sensor::attribute::feeds::radius {

enum class Code : std::uint8_t { kAccountingRequest = 4, kAccountingResponse = 5 };

struct Packet {
    Code code{};
    std::uint8_t identifier = 0;
    bytes::View authenticator;  ///< 16 bytes
    bytes::View attributes;     ///< well-formed: see next_attribute()
};

/// A packet of whatever code, borrowed from `datagram`. Bytes beyond its length are padding (RFC
/// 2865 §3). Nothing if it is none: too short or too long, or its attributes do not add up.
[[nodiscard]] std::optional<Packet> parse_packet(bytes::View datagram) noexcept;

struct Attribute {
    std::uint8_t type = 0;
    bytes::View value;  ///< at most 253 bytes
};
/// Takes the next attribute; the cursor fails if there is none, or it runs beyond the end.
[[nodiscard]] Attribute next_attribute(bytes::ByteCursor& cursor) noexcept;

/// An Accounting-Request whose Request Authenticator, and Message-Authenticator if it has one, was
/// made with `secret` (RFC 2866 §3, RFC 5176 §3.3 as servers apply it to accounting).
[[nodiscard]] bool is_genuine(const Packet& request, std::string_view secret) noexcept;

/// The Accounting-Response (RFC 2866 §4.2), with the request's Proxy-State attributes.
[[nodiscard]] std::vector<std::uint8_t> response_to(const Packet& request, std::string_view secret);

}  // namespace sensor::attribute::feeds::radius
