// IP addresses and ports as every stage sees them: one 16-byte form for both IP versions.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
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
        const auto [high, low] = words();
        return high == 0 && low >> 32U == 0xffff;
    }
    /// RFC 5771 (224.0.0.0/4, and 255.255.255.255) and RFC 4291 §2.7 (ff00::/8).
    [[nodiscard]] constexpr bool is_multicast() const noexcept {
        if (!is_ipv4()) return bytes[0] == 0xff;
        const auto address = static_cast<std::uint32_t>(words()[1]);
        return address >> 28U == 0xe || address == 0xffff'ffff;
    }
    /// Both halves as numbers, the upper first: two registers instead of sixteen bytes to compare.
    [[nodiscard]] constexpr std::array<std::uint64_t, 2> words() const noexcept {
        auto halves = std::bit_cast<std::array<std::uint64_t, 2>>(bytes);
        if constexpr (std::endian::native == std::endian::little) {
            halves = {__builtin_bswap64(halves[0]), __builtin_bswap64(halves[1])};
        }
        return halves;
    }
    friend constexpr bool operator==(const Address& a, const Address& b) noexcept {
        using Halves = std::array<std::uint64_t, 2>;
        const auto [a_high, a_low] = std::bit_cast<Halves>(a.bytes);
        const auto [b_high, b_low] = std::bit_cast<Halves>(b.bytes);
        return a_high == b_high && a_low == b_low;
    }
    friend constexpr std::strong_ordering operator<=>(const Address& a, const Address& b) noexcept {
        const auto [a_high, a_low] = a.words();
        const auto [b_high, b_low] = b.words();
        return a_high != b_high ? a_high <=> b_high : a_low <=> b_low;
    }
};
static_assert(sizeof(Address) == 16);

[[nodiscard]] constexpr Address ipv4_address(std::uint32_t host_order) noexcept {
    std::array<std::uint64_t, 2> halves{0, 0xffff'0000'0000U | host_order};
    if constexpr (std::endian::native == std::endian::little) {
        halves[1] = __builtin_bswap64(halves[1]);
    }
    return {std::bit_cast<std::array<std::uint8_t, 16>>(halves)};
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
    /// Like a <= b; the hot path asks it of every packet, and this is three comparisons.
    [[nodiscard]] constexpr bool is_not_after(const Endpoint& other) const noexcept {
        const auto [high, low] = address.words();
        const auto [other_high, other_low] = other.address.words();
        if (high != other_high) return high < other_high;
        if (low != other_low) return low < other_low;
        return port <= other.port;
    }
};

}  // namespace sensor
