#include "sensor/model/address.h"

#include <charconv>

#include <arpa/inet.h>

namespace sensor {

namespace {

constexpr std::size_t kWords = 8;

char* put_ipv4(char* at, const std::uint8_t* octets) noexcept {
    for (std::size_t i = 0; i < 4; ++i) {
        if (i > 0) *at++ = '.';
        const unsigned octet = octets[i];
        if (octet >= 100) *at++ = static_cast<char>('0' + octet / 100);
        if (octet >= 10) *at++ = static_cast<char>('0' + octet / 10 % 10);
        *at++ = static_cast<char>('0' + octet % 10);
    }
    return at;
}

/// Without leading zeros.
char* put_hexadecimal(char* at, unsigned word) noexcept {
    for (int shift = word > 0xfffU  ? 12
                     : word > 0xffU ? 8
                     : word > 0xfU  ? 4
                                    : 0;
         shift >= 0; shift -= 4) {
        *at++ = "0123456789abcdef"[(word >> static_cast<unsigned>(shift)) & 0xfU];
    }
    return at;
}

struct Run {
    std::size_t start = kWords;
    std::size_t length = 0;  ///< words
};

/// What "::" stands for: the first of the longest runs of zeros, two words at least.
Run longest_zeros(const std::array<unsigned, kWords>& words) noexcept {
    Run longest;
    for (std::size_t start = 0; start < kWords;) {
        std::size_t end = start;
        while (end < kWords && words[end] == 0)
            ++end;
        const std::size_t length = end - start;
        if (length >= 2 && length > longest.length) longest = {start, length};
        start = end + 1;
    }
    return longest;
}

char* put_ipv6(char* at, const Address& address) noexcept {
    std::array<unsigned, kWords> words{};
    for (std::size_t i = 0; i < kWords; ++i) {
        words[i] = static_cast<unsigned>(address.bytes[2 * i] << 8U) | address.bytes[2 * i + 1];
    }
    const Run zeros = longest_zeros(words);
    for (std::size_t i = 0; i < kWords; ++i) {
        if (i == zeros.start) {
            *at++ = ':';
            i += zeros.length;
            if (i == kWords) *at++ = ':';
        }
        if (i == kWords) break;
        if (i > 0) *at++ = ':';
        // As inet_ntop does: ::a.b.c.d, RFC 4291 §2.5.5.1.
        if (i == 6 && zeros.length == 6) return put_ipv4(at, address.bytes.data() + 12);
        at = put_hexadecimal(at, words[i]);
    }
    return at;
}

}  // namespace

AddressText text_of(const Address& address) noexcept {
    return AddressText{[&](char* at) noexcept {
        return address.is_ipv4() ? put_ipv4(at, address.bytes.data() + 12) : put_ipv6(at, address);
    }};
}

std::string to_string(const Address& address) {
    return std::string{text_of(address).view()};
}

std::optional<Address> parse_address(std::string_view text) {
    if (text.find('\0') != std::string_view::npos) return std::nullopt;
    const std::string terminated{text};
    Address address;
    if (::inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
    address = ipv4_address(0);
    if (::inet_pton(AF_INET, terminated.c_str(), address.bytes.data() + 12) == 1) return address;
    return std::nullopt;
}

std::optional<Prefix> parse_prefix(std::string_view text) {
    const auto slash = text.find('/');
    const auto base = parse_address(text.substr(0, slash));
    if (!base) return std::nullopt;
    const unsigned offset = base->is_ipv4() ? 96 : 0;
    unsigned length = 128 - offset;
    if (slash != std::string_view::npos) {
        const auto digits = text.substr(slash + 1);
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), length);
        if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
        if (length > 128 - offset) return std::nullopt;
    }
    return Prefix{.base = *base, .length = static_cast<std::uint8_t>(length + offset)};
}

std::string to_string(const Prefix& prefix) {
    const unsigned offset = prefix.base.is_ipv4() && prefix.length >= 96 ? 96 : 0;
    return to_string(prefix.base) + "/" + std::to_string(prefix.length - offset);
}

}  // namespace sensor
