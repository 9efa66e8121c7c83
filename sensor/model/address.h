// IP addresses and ports as every stage sees them: one 16-byte form for both IP versions.
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "lib/bytes/short_text.h"

namespace sensor {

enum class PortNumber : std::uint16_t {};                                // host byte order
enum class Transport : std::uint8_t { kNone = 0, kTcp = 6, kUdp = 17 };  // IANA protocol numbers

/// IPv4 is held as ::ffff:a.b.c.d (RFC 4291 §2.5.5.2), in network byte order.
struct Address {
    std::array<std::uint8_t, 16> bytes{};

    [[nodiscard]] constexpr bool is_ipv4() const noexcept {
        return std::all_of(bytes.begin(), bytes.begin() + 10, [](auto b) { return b == 0; }) &&
               bytes[10] == 0xff && bytes[11] == 0xff;
    }
    /// RFC 5771 (224.0.0.0/4, and 255.255.255.255) and RFC 4291 §2.7 (ff00::/8).
    [[nodiscard]] constexpr bool is_multicast() const noexcept {
        if (!is_ipv4()) return bytes[0] == 0xff;
        const bool broadcast =
            std::all_of(bytes.begin() + 12, bytes.end(), [](auto b) { return b == 0xff; });
        return (bytes[12] >> 4U) == 0xe || broadcast;
    }
    friend constexpr auto operator<=>(const Address&, const Address&) = default;
};
static_assert(sizeof(Address) == 16);

[[nodiscard]] constexpr Address ipv4_address(std::uint32_t host_order) noexcept {
    Address address;
    address.bytes[10] = address.bytes[11] = 0xff;
    for (std::size_t i = 0; i < 4; ++i) {
        address.bytes[12 + i] = static_cast<std::uint8_t>(host_order >> (24 - 8 * i));
    }
    return address;
}

/// "10.1.2.3" or RFC 5952 text.
using AddressText = bytes::ShortText<39>;
[[nodiscard]] AddressText text_of(const Address& address) noexcept;
/// The same. Cold path.
[[nodiscard]] std::string to_string(const Address& address);
/// Reads either form; nothing if `text` is not an address. Cold path.
[[nodiscard]] std::optional<Address> parse_address(std::string_view text);

/// A CIDR block; `length` counts bits of the 16-byte form, so an IPv4 /24 has length 120.
struct Prefix {
    Address base;
    std::uint8_t length = 0;

    [[nodiscard]] constexpr bool contains(const Address& address) const noexcept {
        const std::size_t whole = length / 8U;
        for (std::size_t i = 0; i < whole; ++i) {
            if (base.bytes[i] != address.bytes[i]) return false;
        }
        const unsigned rest = length % 8U;
        if (rest == 0) return true;
        const auto mask = static_cast<std::uint8_t>(0xffU << (8U - rest));
        return ((base.bytes[whole] ^ address.bytes[whole]) & mask) == 0;
    }
    friend constexpr auto operator<=>(const Prefix&, const Prefix&) = default;
};
/// "10.0.0.0/8", "2001:db8::/32", or an address alone; nothing if malformed. Cold path.
[[nodiscard]] std::optional<Prefix> parse_prefix(std::string_view text);
[[nodiscard]] std::string to_string(const Prefix& prefix);

struct Endpoint {
    Address address;
    PortNumber port{};

    friend constexpr auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

}  // namespace sensor
