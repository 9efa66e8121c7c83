#include "sensor/identify/protocols/teredo.h"

#include <algorithm>
#include <array>

namespace sensor::identify::teredo {
namespace {

/// RFC 8200 §3, as much of it as Teredo shows.
struct Ipv6Packet {
    bytes::View source;
    bytes::View destination;
    std::uint8_t next_header = 0;
    bytes::View payload;
};

/// RFC 4380 §5.1.1: authentication, then origin, either of which may be missing.
bool skip_indications(bytes::ByteCursor& cursor, bool& has_origin) noexcept {
    constexpr std::uint16_t kAuthentication = 0x0001;
    constexpr std::uint16_t kOrigin = 0x0000;
    if (bytes::ByteCursor{cursor}.read<std::uint16_t>() == kAuthentication) {
        cursor.skip(2);
        const std::size_t id_length = cursor.read<std::uint8_t>();
        const std::size_t value_length = cursor.read<std::uint8_t>();
        cursor.skip(id_length + value_length + 8 + 1);  // nonce, confirmation
    }
    has_origin = bytes::ByteCursor{cursor}.read<std::uint16_t>() == kOrigin;
    if (has_origin) cursor.skip(2 + 2 + 4);  // port and address, obfuscated
    return cursor.ok() && !cursor.empty();
}

/// RFC 6081 §4: type, length and value, until the datagram ends.
bool are_trailers_legal(bytes::ByteCursor trailers) noexcept {
    constexpr std::uint8_t kLastType = 5;  // Random Port
    while (!trailers.empty()) {
        const auto type = trailers.read<std::uint8_t>();
        trailers.skip(trailers.read<std::uint8_t>());
        if (!trailers.ok() || type == 0 || (type & 0x3fU) > kLastType) return false;
    }
    return true;
}

bool read_packet(bytes::ByteCursor& cursor, Ipv6Packet& packet) noexcept {
    const auto version = cursor.read<std::uint32_t>() >> 28U;
    const std::size_t length = cursor.read<std::uint16_t>();
    packet.next_header = cursor.read<std::uint8_t>();
    cursor.skip(1);  // hop limit; bubbles have 0
    packet.source = cursor.take(16);
    packet.destination = cursor.take(16);
    packet.payload = cursor.take(length);
    return cursor.ok() && version == 6 && are_trailers_legal(cursor);
}

template <std::size_t N>
bool starts_with(bytes::View address, const std::array<std::uint8_t, N>& prefix) noexcept {
    return std::ranges::equal(address.first(N), prefix);
}
bool is_teredo(bytes::View address) noexcept {
    constexpr std::array<std::uint8_t, 4> kPrefix{0x20, 0x01, 0, 0};  // RFC 4380 §2.6
    return starts_with(address, kPrefix);
}
bool is_link_local(bytes::View address) noexcept {
    constexpr std::array<std::uint8_t, 8> kPrefix{0xfe, 0x80};
    return starts_with(address, kPrefix);
}
bool is_all_routers(bytes::View address) noexcept {
    constexpr std::array<std::uint8_t, 16> kAddress{0xff, 2, 0, 0, 0, 0, 0, 0,
                                                    0,    0, 0, 0, 0, 0, 0, 2};
    return starts_with(address, kAddress);
}

constexpr std::uint8_t kSolicitation = 133;  // RFC 4861 §4.1-4.2
constexpr std::uint8_t kAdvertisement = 134;

/// The type of a message between a client and its server; 0 for every other packet.
std::uint8_t router_message(const Ipv6Packet& packet) noexcept {
    constexpr std::uint8_t kIcmp = 58;
    bytes::ByteCursor icmp{packet.payload};
    const auto type = icmp.read<std::uint8_t>();
    const auto code = icmp.read<std::uint8_t>();
    const bool is_local = packet.next_header == kIcmp && is_link_local(packet.source);
    if (!icmp.ok() || !is_local || code != 0) return 0;
    if (type == kSolicitation && is_all_routers(packet.destination)) return type;
    return type == kAdvertisement && is_link_local(packet.destination) ? type : std::uint8_t{0};
}

/// A bubble is a header with nothing behind it, RFC 4380 §2.8.
bool is_payload_legal(const Ipv6Packet& packet) noexcept {
    constexpr std::uint8_t kNothing = 59;
    return packet.payload.empty() == (packet.next_header == kNothing);
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    bytes::ByteCursor cursor{exchange.said};
    bool has_origin = false;
    Ipv6Packet packet;
    if (!skip_indications(cursor, has_origin) || !read_packet(cursor, packet)) return {Match::kNo};
    switch (router_message(packet)) {
        case kSolicitation: return {Match::kYes, Role::kClient};
        case kAdvertisement: return {has_origin ? Match::kYes : Match::kNo, Role::kServer};
        default: break;
    }
    const bool is_legal =
        is_payload_legal(packet) && (is_teredo(packet.source) || is_teredo(packet.destination));
    return {is_legal ? Match::kYes : Match::kNo};
}

}  // namespace sensor::identify::teredo
