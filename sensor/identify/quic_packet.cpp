#include "sensor/identify/quic_packet.h"

#include <algorithm>

#include "sensor/identify/quic_hello.h"
#include "sensor/identify/quic_version.h"

namespace sensor::identify {
namespace {

constexpr std::size_t kMaxConnectionId = 20;  // bytes, RFC 9000 §17.2
constexpr std::size_t kMinProtected = 20;     // packet number and sample, RFC 9001 §5.4.2

}  // namespace

bool read_quic_invariant(bytes::ByteCursor& cursor, QuicPacket& packet) noexcept {
    packet.version = cursor.read<std::uint32_t>();
    const auto destination_length = cursor.read<std::uint8_t>();
    packet.destination = cursor.take(destination_length);
    const auto source_length = cursor.read<std::uint8_t>();
    packet.source = cursor.take(source_length);
    return cursor.ok() && destination_length <= kMaxConnectionId &&
           source_length <= kMaxConnectionId;
}

std::optional<QuicPacket> parse_quic_packet(bytes::View datagram) noexcept {
    bytes::ByteCursor cursor{datagram};
    QuicPacket packet;
    const auto first = cursor.read<std::uint8_t>();
    if ((first & 0x80U) == 0) return std::nullopt;
    packet.has_fixed_bit = (first & 0x40U) != 0;
    if (!read_quic_invariant(cursor, packet) || quic_salt_of(packet.version) == nullptr)
        return std::nullopt;
    // Version 2 numbers the types one higher, RFC 9369 §3.2.
    const unsigned shift = packet.version == kQuicVersion2 ? 3 : 0;
    packet.type = static_cast<QuicPacketType>(((first >> 4U) + shift) & 3U);
    if (packet.type == QuicPacketType::kRetry) {
        packet.bytes = datagram;
        constexpr std::size_t kIntegrityTag = 16;  // bytes, RFC 9001 §5.8
        if (cursor.rest().size() <= kIntegrityTag) return std::nullopt;
        return packet;
    }
    if (packet.type == QuicPacketType::kInitial) packet.token = cursor.take(read_varint(cursor));
    const std::uint64_t length = read_varint(cursor);
    packet.number_at = datagram.size() - cursor.rest().size();
    cursor.skip(length);
    if (!cursor.ok() || length < kMinProtected) return std::nullopt;
    packet.bytes = datagram.first(datagram.size() - cursor.rest().size());
    return packet;
}

QuicRest walk_coalesced(bytes::View rest, const QuicPacket& first) noexcept {
    while (!rest.empty() && (rest.front() & 0x80U) != 0) {
        const auto packet = parse_quic_packet(rest);
        if (!packet || packet->version != first.version || packet->type == QuicPacketType::kRetry ||
            !std::ranges::equal(packet->destination, first.destination) ||
            !std::ranges::equal(packet->source, first.source)) {
            return QuicRest::kIllegal;
        }
        rest = rest.subspan(packet->bytes.size());
    }
    if (rest.empty()) return QuicRest::kNothing;
    const auto to = first.destination;
    const bool is_short_header = (rest.front() & 0x40U) != 0 &&
                                 rest.size() > 1 + to.size() + kMinProtected &&
                                 std::ranges::equal(rest.subspan(1, to.size()), to);
    return is_short_header ? QuicRest::kShortHeader : QuicRest::kOther;
}

}  // namespace sensor::identify
