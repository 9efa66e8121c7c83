#include "sensor/report/community_id.h"

#include <algorithm>
#include <array>

#include "lib/digest/digest.h"

namespace sensor::report {
namespace {

std::uint8_t* put(std::uint8_t* at, std::uint16_t value) noexcept {
    *at++ = static_cast<std::uint8_t>(value >> 8U);
    *at++ = static_cast<std::uint8_t>(value & 0xffU);
    return at;
}

std::uint8_t* put(std::uint8_t* at, const Address& address) noexcept {
    const auto start = address.bytes.begin() + (address.is_ipv4() ? 12 : 0);
    return std::copy(start, address.bytes.end(), at);
}

}  // namespace

CommunityId community_id(const Endpoint& a, const Endpoint& b, Transport transport,
                         std::uint16_t seed) noexcept {
    const Endpoint& first = a <= b ? a : b;  // smaller address first, then smaller port
    const Endpoint& second = a <= b ? b : a;
    std::array<std::uint8_t, 40> message;  // two IPv6 addresses and 8 bytes besides
    std::uint8_t* at = put(message.data(), seed);
    at = put(put(at, first.address), second.address);
    *at++ = static_cast<std::uint8_t>(transport);
    *at++ = 0;
    if (transport != Transport::kNone) {  // protocols without ports have none in the hash
        at = put(put(at, static_cast<std::uint16_t>(first.port)),
                 static_cast<std::uint16_t>(second.port));
    }
    const auto hash = digest::sha1(bytes::View{message.data(), at});
    return CommunityId{[&](char* to) noexcept {
        *to++ = '1';  // the version
        *to++ = ':';
        return digest::put_base64(to, hash);
    }};
}

}  // namespace sensor::report
