#include "sensor/model/address.h"

#include <charconv>

#include <arpa/inet.h>

namespace sensor {

std::string to_string(const Address& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const bool v4 = address.is_ipv4();
    const auto* start = address.bytes.data() + (v4 ? 12 : 0);
    ::inet_ntop(v4 ? AF_INET : AF_INET6, start, text.data(), text.size());
    return text.data();
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
