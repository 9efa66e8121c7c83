#include "sensor/identify/protocols/quic.h"

#include <algorithm>
#include <optional>

#include "lib/digest/quic_initial.h"
#include "sensor/identify/client_hello.h"
#include "sensor/identify/google_quic.h"
#include "sensor/identify/quic_hello.h"
#include "sensor/identify/quic_version.h"

namespace sensor::identify::quic {
namespace {

constexpr std::size_t kMinInitialDatagram = 1200;  // bytes, RFC 9000 §14.1
constexpr std::size_t kMinFirstDestination = 8;    // bytes, RFC 9000 §7.2
constexpr std::size_t kMaxConnectionId = 20;       // bytes, RFC 9000 §17.2
constexpr std::size_t kMinProtected = 20;          // packet number and sample, RFC 9001 §5.4.2
constexpr std::size_t kMaxDatagram = 4096;         // bytes that a validator is shown

/// Long packet types as version 1 numbers them, RFC 9000 table 5.
enum class PacketType : std::uint8_t { kInitial, kZeroRtt, kHandshake, kRetry };

/// A long header packet, borrowed from the datagram.
struct Packet {
    PacketType type{};
    bool has_fixed_bit = false;
    std::uint32_t version = 0;
    bytes::View destination;
    bytes::View source;
    bytes::View token;          ///< of an Initial
    std::size_t number_at = 0;  ///< where its packet number is
    bytes::View bytes;          ///< from the first byte to what Length says; a Retry takes all
};

/// Version-independent part of a long header, RFC 8999 §5.1.
bool read_invariant(bytes::ByteCursor& cursor, Packet& packet) noexcept {
    packet.version = cursor.read<std::uint32_t>();
    const auto destination_length = cursor.read<std::uint8_t>();
    packet.destination = cursor.take(destination_length);
    const auto source_length = cursor.read<std::uint8_t>();
    packet.source = cursor.take(source_length);
    return cursor.ok() && destination_length <= kMaxConnectionId &&
           source_length <= kMaxConnectionId;
}

/// The packet at the start of `datagram`; nothing unless all its lengths fit.
std::optional<Packet> parse_packet(bytes::View datagram) noexcept {
    bytes::ByteCursor cursor{datagram};
    Packet packet;
    const auto first = cursor.read<std::uint8_t>();
    if ((first & 0x80U) == 0) return std::nullopt;
    packet.has_fixed_bit = (first & 0x40U) != 0;
    if (!read_invariant(cursor, packet) || quic_salt_of(packet.version) == nullptr)
        return std::nullopt;
    // Version 2 numbers the types one higher, RFC 9369 §3.2.
    const unsigned shift = packet.version == kQuicVersion2 ? 3 : 0;
    packet.type = static_cast<PacketType>(((first >> 4U) + shift) & 3U);
    if (packet.type == PacketType::kRetry) {
        packet.bytes = datagram;
        constexpr std::size_t kIntegrityTag = 16;  // bytes, RFC 9001 §5.8
        if (cursor.rest().size() <= kIntegrityTag) return std::nullopt;
        return packet;
    }
    if (packet.type == PacketType::kInitial) packet.token = cursor.take(read_varint(cursor));
    const std::uint64_t length = read_varint(cursor);
    packet.number_at = datagram.size() - cursor.rest().size();
    cursor.skip(length);
    if (!cursor.ok() || length < kMinProtected) return std::nullopt;
    packet.bytes = datagram.first(datagram.size() - cursor.rest().size());
    return packet;
}

std::uint32_t token_of(bytes::View connection_id) noexcept {
    std::uint32_t hash = 0x811c9dc5;  // FNV-1a
    for (const std::uint8_t byte : connection_id)
        hash = (hash ^ byte) * 0x01000193;
    return hash == 0 ? 1 : hash;
}

/// Decrypts the Initial packets at the start of a client's first datagram; false if the first is
/// not authentic or one holds frames that it may not.
bool open_client(bytes::View datagram, const Packet& first, CryptoStream& stream) noexcept {
    const auto keys = digest::quic_client_keys(*quic_salt_of(first.version), first.destination);
    const Framing framing = is_google_quic(first.version) ? Framing::kGoogle : Framing::kStandard;
    std::array<std::uint8_t, kMaxDatagram> plain;
    bool has_opened = false;
    while (const auto packet = parse_packet(datagram)) {
        if (packet->type != PacketType::kInitial) break;
        const auto frames = digest::open_quic_packet(keys, packet->bytes, packet->number_at, plain);
        if (!frames) break;
        if (!stream.add_frames(*frames, framing)) return false;
        has_opened = true;
        datagram = datagram.subspan(packet->bytes.size());
    }
    return has_opened;
}

bool may_be_client(const Exchange& exchange, const Packet& packet) noexcept {
    return packet.type == PacketType::kInitial && packet.has_fixed_bit &&
           (exchange.direction == Direction::kToServer || !exchange.direction_known) &&
           exchange.said.size() >= kMinInitialDatagram &&
           packet.destination.size() >= kMinFirstDestination;
}

Verdict of_client(const Exchange& exchange, const Packet& packet) noexcept {
    CryptoStream stream;
    if (!open_client(exchange.said, packet, stream)) return {Match::kNo};
    ClientHello hello;
    if (packet.version != kGoogleQuic50 &&
        parse_client_hello(stream.prefix(), hello) == Match::kNo) {
        return {Match::kNo};
    }
    const std::uint32_t token = token_of(packet.source);
    if (exchange.token != 0 && exchange.token != token) return {Match::kNo};
    return {Match::kYes, Role::kClient, token};
}

/// The packets after the first go the same way, RFC 9000 §12.2; a short header or padding ends
/// what can be told apart.
bool is_coalesced(bytes::View rest, const Packet& first) noexcept {
    while (!rest.empty() && (rest.front() & 0x80U) != 0) {
        const auto packet = parse_packet(rest);
        if (!packet || packet->version != first.version || packet->type == PacketType::kRetry ||
            !std::ranges::equal(packet->destination, first.destination) ||
            !std::ranges::equal(packet->source, first.source)) {
            return false;
        }
        rest = rest.subspan(packet->bytes.size());
    }
    return true;
}

/// Without its client's word only a full-size Initial counts: nothing in it can be decrypted. An
/// answer may clear the fixed bit, RFC 9287.
Verdict of_server(const Exchange& exchange, const Packet& packet) noexcept {
    const std::uint32_t token = token_of(packet.destination);
    if (exchange.token == 0) {
        const bool may_be_server = exchange.direction == Direction::kToClient &&
                                   packet.type == PacketType::kInitial && packet.has_fixed_bit &&
                                   exchange.said.size() >= kMinInitialDatagram;
        if (!may_be_server) return {Match::kNo};
    } else if (exchange.token != token) {
        return {Match::kNo};
    }
    const bool is_legal = packet.type != PacketType::kZeroRtt && packet.token.empty() &&
                          is_coalesced(exchange.said.subspan(packet.bytes.size()), packet);
    return {is_legal ? Match::kYes : Match::kNo, Role::kServer, token};
}

/// RFC 9000 §17.2.1: a list of versions, in answer to a client that was heard.
Verdict of_negotiation(const Exchange& exchange) noexcept {
    bytes::ByteCursor cursor{exchange.said};
    Packet packet;
    const bool is_long = (cursor.read<std::uint8_t>() & 0x80U) != 0;
    if (!is_long || !read_invariant(cursor, packet) || packet.version != 0) return {Match::kNo};
    const bool is_legal = exchange.token == token_of(packet.destination) && !cursor.empty() &&
                          cursor.rest().size() % 4 == 0;
    return {is_legal ? Match::kYes : Match::kNo, Role::kServer, exchange.token};
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    GoogleHello google;
    if (parse_google_hello(exchange.said, google)) {
        return {Match::kYes, Role::kClient, token_of(google.connection_id)};
    }
    const auto answering = parse_google_answer(exchange.said);
    if (!answering.empty()) {
        return {exchange.token == token_of(answering) ? Match::kYes : Match::kNo, Role::kServer,
                exchange.token};
    }
    const auto packet = parse_packet(exchange.said);
    if (!packet) return of_negotiation(exchange);
    if (may_be_client(exchange, *packet)) {
        const Verdict verdict = of_client(exchange, *packet);
        if (verdict.match == Match::kYes) return verdict;
    }
    return of_server(exchange, *packet);
}

void extract(const Exchange& exchange, Facts& facts) noexcept {
    GoogleHello google;
    if (parse_google_hello(exchange.said, google)) {
        note_quic_version(google.version, facts);
        if (is_host_name(google.server_name)) facts.add(Fact::kTlsSni, google.server_name);
        return;
    }
    const auto packet = parse_packet(exchange.said);
    if (!packet) return;
    note_quic_version(packet->version, facts);
    if (!may_be_client(exchange, *packet)) return;
    CryptoStream stream;
    if (!open_client(exchange.said, *packet, stream)) return;
    ClientHello hello;
    const auto prefix = stream.prefix();
    if (parse_client_hello(prefix, hello) == Match::kNo) return;
    if (hello.is_whole || hello.extension_count != 0) note_client_hello(hello, 'q', facts);
}

}  // namespace sensor::identify::quic
