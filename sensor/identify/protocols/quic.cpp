#include "sensor/identify/protocols/quic.h"

#include <algorithm>
#include <optional>
#include <span>

#include "lib/digest/quic_initial.h"
#include "sensor/identify/client_hello.h"
#include "sensor/identify/google_quic.h"
#include "sensor/identify/quic_hello.h"
#include "sensor/identify/quic_packet.h"
#include "sensor/identify/quic_version.h"

namespace sensor::identify::quic {
namespace {

constexpr std::size_t kMinInitialDatagram = 1200;  // bytes, RFC 9000 §14.1
constexpr std::size_t kMinFirstDestination = 8;    // bytes, RFC 9000 §7.2
constexpr std::size_t kMaxDatagram = 4096;         // bytes that a validator is shown

std::uint32_t token_of(bytes::View connection_id) noexcept {
    std::uint32_t hash = 0x811c9dc5;  // FNV-1a
    for (const std::uint8_t byte : connection_id)
        hash = (hash ^ byte) * 0x01000193;
    return hash == 0 ? 1 : hash;
}

/// What a client's Initial packets hold together.
struct Opened {
    CryptoStream stream;
    digest::QuicKeys keys{};    ///< of the first that was authentic
    std::uint32_t version = 0;  ///< its version; 0 until there is one
};

/// The frames of an Initial packet, borrowed from `plain`. Its keys come from the connection id
/// that the client chose first: its own destination, or what an earlier packet had there.
std::optional<bytes::View> open_packet(const QuicPacket& packet, Opened& opened,
                                       std::span<std::uint8_t> plain) noexcept {
    if (opened.version == packet.version) {
        const auto frames =
            digest::open_quic_packet(opened.keys, packet.bytes, packet.number_at, plain);
        if (frames) return frames;
    }
    if (packet.destination.size() < kMinFirstDestination) return std::nullopt;
    const auto keys = digest::quic_client_keys(*quic_salt_of(packet.version), packet.destination);
    const auto frames = digest::open_quic_packet(keys, packet.bytes, packet.number_at, plain);
    if (frames && opened.version == 0) {
        opened.keys = keys;
        opened.version = packet.version;
    }
    return frames;
}

/// Decrypts the Initial packets in a client's datagram; false if none is authentic or one holds
/// frames that it may not.
bool open_datagram(bytes::View datagram, Opened& opened) noexcept {
    std::array<std::uint8_t, kMaxDatagram> plain;
    bool has_opened = false;
    while (const auto packet = parse_quic_packet(datagram)) {
        datagram = datagram.subspan(packet->bytes.size());
        if (packet->type != QuicPacketType::kInitial) continue;
        const auto frames = open_packet(*packet, opened, plain);
        if (!frames) break;
        const Framing framing =
            is_google_quic(packet->version) ? Framing::kGoogle : Framing::kStandard;
        if (!opened.stream.add_frames(*frames, framing)) return false;
        has_opened = true;
    }
    return has_opened;
}

bool open_client(const Exchange& exchange, Opened& opened) noexcept {
    each_before(exchange.before,
                [&](bytes::View datagram) { static_cast<void>(open_datagram(datagram, opened)); });
    return open_datagram(exchange.said, opened);
}

bool may_be_client(const Exchange& exchange, const QuicPacket& packet) noexcept {
    return (packet.type == QuicPacketType::kInitial || packet.type == QuicPacketType::kZeroRtt) &&
           packet.has_fixed_bit &&
           (exchange.direction == Direction::kToServer || !exchange.direction_known) &&
           exchange.said.size() >= kMinInitialDatagram;
}

Verdict of_client(const Exchange& exchange, const QuicPacket& packet) noexcept {
    Opened opened;
    if (!open_client(exchange, opened)) return {Match::kNo};
    ClientHello hello;
    Match match = Match::kYes;
    if (packet.version != kGoogleQuic50) match = parse_client_hello(opened.stream.prefix(), hello);
    const std::uint32_t token = token_of(packet.source);
    if (match == Match::kNo || (exchange.token != 0 && exchange.token != token)) {
        return {Match::kNo};
    }
    return {Match::kYes, Role::kClient, token, match == Match::kNeedMore};
}

/// Of a connection that began unseen nothing can be decrypted: one datagram with a long header may
/// be chance, a second that belongs to the same connection is not.
Verdict of_run(const Exchange& exchange, const QuicPacket& packet) noexcept {
    if (packet.type == QuicPacketType::kRetry || !packet.has_fixed_bit) return {Match::kNo};
    const QuicRest rest = walk_coalesced(exchange.said.subspan(packet.bytes.size()), packet);
    if (rest != QuicRest::kNothing && rest != QuicRest::kShortHeader) return {Match::kNo};
    constexpr std::uint32_t kEarlierBits = 0xffffff;
    const std::uint32_t connection =
        (token_of(packet.destination) * 31 + token_of(packet.source) + packet.version) &
        kEarlierBits;
    if (exchange.earlier == 0 || exchange.earlier != connection) {
        return {Match::kNeedMore, Role::kEither, connection};
    }
    const bool is_client = packet.type == QuicPacketType::kZeroRtt || !packet.token.empty();
    return {Match::kYes, is_client ? Role::kClient : Role::kEither, token_of(packet.source), true};
}

/// Without its client's word only a full-size Initial counts: nothing in it can be decrypted. An
/// answer may clear the fixed bit, RFC 9287.
Verdict of_server(const Exchange& exchange, const QuicPacket& packet) noexcept {
    const std::uint32_t token = token_of(packet.destination);
    if (exchange.token == 0) {
        const bool may_be_server =
            exchange.direction == Direction::kToClient && packet.type == QuicPacketType::kInitial &&
            packet.has_fixed_bit && exchange.said.size() >= kMinInitialDatagram;
        if (!may_be_server) return of_run(exchange, packet);
    } else if (exchange.token != token) {
        return {Match::kNo};
    }
    const bool is_legal =
        packet.type != QuicPacketType::kZeroRtt && packet.token.empty() &&
        walk_coalesced(exchange.said.subspan(packet.bytes.size()), packet) != QuicRest::kIllegal;
    return {is_legal ? Match::kYes : Match::kNo, Role::kServer, token};
}

/// RFC 9000 §17.2.1: a list of versions, in answer to a client that was heard. Of one that was not,
/// every version must be known or reserved, and the id it chose as long as it must be.
Verdict of_negotiation(const Exchange& exchange) noexcept {
    bytes::ByteCursor cursor{exchange.said};
    QuicPacket packet;
    const bool is_long = (cursor.read<std::uint8_t>() & 0x80U) != 0;
    if (!is_long || !read_quic_invariant(cursor, packet) || packet.version != 0)
        return {Match::kNo};
    if (cursor.empty() || cursor.rest().size() % 4 != 0) return {Match::kNo};
    const std::uint32_t token = token_of(packet.destination);
    if (exchange.token != 0) {
        return {exchange.token == token ? Match::kYes : Match::kNo, Role::kServer, token};
    }
    bool has_known = false;
    while (!cursor.empty()) {
        const auto version = cursor.read<std::uint32_t>();
        const bool is_known = quic_salt_of(version) != nullptr || is_clear_google_quic(version);
        if (!is_known && !is_reserved_quic(version)) return {Match::kNo};
        has_known = has_known || is_known;
    }
    const bool is_legal = has_known && packet.source.size() >= kMinFirstDestination;
    return {is_legal ? Match::kYes : Match::kNo, Role::kServer, token};
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
    const auto packet = parse_quic_packet(exchange.said);
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
    const auto packet = parse_quic_packet(exchange.said);
    if (!packet) return;
    note_quic_version(packet->version, facts);
    if (!may_be_client(exchange, *packet)) return;
    Opened opened;
    if (!open_client(exchange, opened)) return;
    ClientHello hello;
    if (parse_client_hello(opened.stream.prefix(), hello) == Match::kNo) return;
    if (hello.is_whole || hello.extension_count != 0) note_client_hello(hello, 'q', facts);
}

}  // namespace sensor::identify::quic
