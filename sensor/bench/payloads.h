// What the sessions of the benchmark say first: whole messages as real peers send them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lib/bytes/byte_cursor.h"

namespace sensor::bench {

namespace detail {
consteval std::uint8_t nibble(char digit) {
    return static_cast<std::uint8_t>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}
template <std::size_t kDigits>
consteval auto from_hex(const char (&digits)[kDigits]) {
    static_assert(kDigits % 2 == 1, "two digits a byte, and the final zero");
    std::array<std::uint8_t, kDigits / 2> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] =
            static_cast<std::uint8_t>(nibble(digits[2 * i]) << 4U | nibble(digits[2 * i + 1]));
    }
    return bytes;
}
}  // namespace detail

/// TLS 1.3 for www.example.org with h2 and http/1.1, as an app's HTTP library sends it, RFC 8446
/// §4.1.2; the random parts are random.
inline constexpr auto kClientHello = detail::from_hex(
    "16030100f3010000ef030363cbe1e459320dd7044c3cd7f43c661ce6984080bab12a02953aeb70673e29cb20808475"
    "f02ee373636434ff62b4e8edd1540d6c3702d41b8c395142ca8efaf0030012130113021303c02bc02fc02cc030cca9"
    "cca80100009400000014001200000f7777772e6578616d706c652e6f72670010000e000c02683208687474702f312e"
    "3100170000ff01000100000b00020100000a00080006001d00170018000d0012001004030804040105030805050108"
    "060601003300260024001d0020c7ab56057c8da907b667b9039ae8a58aba36738f8eecd7be078696ea90f30571002d"
    "00020101002b00050403040303");
/// The answer to it, §4.1.3.
inline constexpr auto kServerHello = detail::from_hex(
    "160303007a020000760303974e35325981068aabf8064ca5c7fe0a193deacf1c9a88f3a849c7bd5e6d40e220808475"
    "f02ee373636434ff62b4e8edd1540d6c3702d41b8c395142ca8efaf003130100002e00330024001d0020eb01cfaf16"
    "b47eb001ded1ddfeec586e144a222e7b3d521b389e0e7622c02595002b00020304");
/// The IPv4 address of www.example.org, RFC 1035 §4.
inline constexpr auto kDnsQuery =
    detail::from_hex("00070100000100000000000003777777076578616d706c65036f72670000010001");
inline constexpr auto kDnsAnswer = detail::from_hex(
    "00078180000100010000000003777777076578616d706c65036f72670000010001c00c000100010000012c0004c612"
    "0001");
inline constexpr std::string_view kHttpRequest =
    "GET / HTTP/1.1\r\nHost: www.example.org\r\nUser-Agent: okhttp/4.12.0\r\nAccept: */*\r\n\r\n";
inline constexpr std::string_view kHttpResponse =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok";

}  // namespace sensor::bench
