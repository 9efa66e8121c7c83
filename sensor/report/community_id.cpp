#include "sensor/report/community_id.h"

#include <vector>

#include "lib/digest/digest.h"

namespace sensor::report {
namespace {

void append(std::vector<std::uint8_t>& message, std::uint16_t value) {
    message.push_back(static_cast<std::uint8_t>(value >> 8U));
    message.push_back(static_cast<std::uint8_t>(value & 0xffU));
}

void append(std::vector<std::uint8_t>& message, const Address& address) {
    const auto start = address.bytes.begin() + (address.is_ipv4() ? 12 : 0);
    message.insert(message.end(), start, address.bytes.end());
}

}  // namespace

std::string community_id(const Endpoint& a, const Endpoint& b, Transport transport,
                         std::uint16_t seed) {
    const Endpoint& first = a <= b ? a : b;  // smaller address first, then smaller port
    const Endpoint& second = a <= b ? b : a;
    std::vector<std::uint8_t> message;
    append(message, seed);
    append(message, first.address);
    append(message, second.address);
    message.push_back(static_cast<std::uint8_t>(transport));
    message.push_back(0);
    if (transport != Transport::kNone) {  // protocols without ports have none in the hash
        append(message, static_cast<std::uint16_t>(first.port));
        append(message, static_cast<std::uint16_t>(second.port));
    }
    return "1:" + digest::base64(digest::sha1(message));
}

}  // namespace sensor::report
