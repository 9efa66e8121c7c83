#include "sensor/identify/protocols/quic.h"

#include <algorithm>
#include <optional>

#include "lib/digest/quic_initial.h"
#include "sensor/identify/client_hello.h"
#include "sensor/identify/quic_hello.h"

namespace sensor::identify::quic {
namespace {

constexpr std::uint32_t kVersion1 = 0x00000001;
constexpr std::uint32_t kVersion2 = 0x6b3343cf;
constexpr std::uint32_t kDrafts = 0xff000000;      // plus the draft's number
constexpr std::size_t kMinInitialDatagram = 1200;  // bytes, RFC 9000 §14.1
constexpr std::size_t kMinFirstDestination = 8;    // bytes, RFC 9000 §7.2
constexpr std::size_t kMaxConnectionId = 20;       // bytes, RFC 9000 §17.2
constexpr std::size_t kMinProtected = 20;          // packet number and sample, RFC 9001 §5.4.2
constexpr std::size_t kMaxDatagram = 4096;         // bytes that a validator is shown

// RFC 9001 §5.2, RFC 9369 §3.3.1, and the same section of the drafts.
constexpr digest::QuicSalt kSalt1{{0x38, 0x76, 0x2c, 0xf7, 0xf5, 0x59, 0x34, 0xb3, 0x4d, 0x17,
                                   0x9a, 0xe6, 0xa4, 0xc8, 0x0c, 0xad, 0xcc, 0xbb, 0x7f, 0x0a}};
constexpr digest::QuicSalt kSalt2{{0x0d, 0xed, 0xe3, 0xde, 0xf7, 0x00, 0xa6, 0xdb, 0x81, 0x93,
                                   0x81, 0xbe, 0x6e, 0x26, 0x9d, 0xcb, 0xf9, 0xbd, 0x2e, 0xd9},
                                  "quicv2"};
constexpr digest::QuicSalt kSaltDraft29{{0xaf, 0xbf, 0xec, 0x28, 0x99, 0x93, 0xd2,
                                         0x4c, 0x9e, 0x97, 0x86, 0xf1, 0x9c, 0x61,
                                         0x11, 0xe0, 0x43, 0x90, 0xa8, 0x99}};
constexpr digest::QuicSalt kSaltDraft23{{0xc3, 0xee, 0xf7, 0x12, 0xc7, 0x2e, 0xbb,
                                         0x5a, 0x11, 0xa7, 0xd2, 0x43, 0x2b, 0xb4,
                                         0x63, 0x65, 0xbe, 0xf9, 0xf5, 0x02}};
constexpr digest::QuicSalt kSaltDraft22{{0x7f, 0xbc, 0xdb, 0x0e, 0x7c, 0x66, 0xbb,
                                         0xe9, 0x19, 0x3a, 0x96, 0xcd, 0x21, 0x51,
                                         0x9e, 0xbd, 0x7a, 0x02, 0x64, 0x4a}};

/// The draft that `version` names, or that an mvfst version follows; 0 if neither.
constexpr unsigned draft_of(std::uint32_t version) noexcept {
    if (version >= kDrafts + 22 && version <= kDrafts + 34) return version - kDrafts;
    if (version == 0xfaceb001) return 22;
    return version == 0xfaceb002 || version == 0xfaceb00e ? 27 : 0;
}

/// Null for versions that this file does not know.
const digest::QuicSalt* salt_of(std::uint32_t version) noexcept {
    if (version == kVersion1) return &kSalt1;
    if (version == kVersion2) return &kSalt2;
    const unsigned draft = draft_of(version);
    if (draft == 0) return nullptr;
    if (draft >= 33) return &kSalt1;
    if (draft >= 29) return &kSaltDraft29;
    return draft >= 23 ? &kSaltDraft23 : &kSaltDraft22;
}

/// Long packet types as version 1 numbers them, RFC 9000 table 5.
enum class PacketType : std::uint8_t { kInitial, kZeroRtt, kHandshake, kRetry };

/// A long header packet, borrowed from the datagram.
struct Packet {
    PacketType type{};
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
    if ((first & 0xc0U) != 0xc0) return std::nullopt;
    if (!read_invariant(cursor, packet) || salt_of(packet.version) == nullptr) return std::nullopt;
    // Version 2 numbers the types one higher, RFC 9369 §3.2.
    const unsigned shift = packet.version == kVersion2 ? 3 : 0;
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
    const auto keys = digest::quic_client_keys(*salt_of(first.version), first.destination);
    std::array<std::uint8_t, kMaxDatagram> plain;
    bool has_opened = false;
    while (const auto packet = parse_packet(datagram)) {
        if (packet->type != PacketType::kInitial) break;
        const auto frames = digest::open_quic_packet(keys, packet->bytes, packet->number_at, plain);
        if (!frames) break;
        if (!stream.add_frames(*frames)) return false;
        has_opened = true;
        datagram = datagram.subspan(packet->bytes.size());
    }
    return has_opened;
}

bool may_be_client(const Exchange& exchange, const Packet& packet) noexcept {
    return packet.type == PacketType::kInitial &&
           (exchange.direction == Direction::kToServer || !exchange.direction_known) &&
           exchange.said.size() >= kMinInitialDatagram &&
           packet.destination.size() >= kMinFirstDestination;
}

Verdict of_client(const Exchange& exchange, const Packet& packet) noexcept {
    CryptoStream stream;
    if (!open_client(exchange.said, packet, stream)) return {Match::kNo};
    ClientHello hello;
    if (parse_client_hello(stream.prefix(), hello) == Match::kNo) return {Match::kNo};
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

/// Without its client's word only a full-size Initial counts: nothing in it can be decrypted.
Verdict of_server(const Exchange& exchange, const Packet& packet) noexcept {
    const std::uint32_t token = token_of(packet.destination);
    if (exchange.token == 0) {
        const bool may_be_server = exchange.direction == Direction::kToClient &&
                                   packet.type == PacketType::kInitial &&
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

void note_version(std::uint32_t version, Facts& facts) noexcept {
    if (version == kVersion1) return facts.add(Fact::kQuicVersion, std::string_view{"v1"});
    if (version == kVersion2) return facts.add(Fact::kQuicVersion, std::string_view{"v2"});
    const unsigned draft = draft_of(version);
    if (version == kDrafts + draft) {
        const std::array<char, 8> text{'d',
                                       'r',
                                       'a',
                                       'f',
                                       't',
                                       '-',
                                       static_cast<char>('0' + draft / 10),
                                       static_cast<char>('0' + draft % 10)};
        return facts.add(Fact::kQuicVersion, std::string_view{text.data(), text.size()});
    }
    std::array<char, 8> text;
    for (std::size_t i = 0; i < text.size(); ++i)
        text[i] = "0123456789abcdef"[(version >> (28 - 4 * i)) & 0xfU];
    facts.add(Fact::kQuicVersion, std::string_view{text.data(), text.size()});
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    const auto packet = parse_packet(exchange.said);
    if (!packet) return of_negotiation(exchange);
    if (may_be_client(exchange, *packet)) {
        const Verdict verdict = of_client(exchange, *packet);
        if (verdict.match == Match::kYes) return verdict;
    }
    return of_server(exchange, *packet);
}

void extract(const Exchange& exchange, Facts& facts) noexcept {
    const auto packet = parse_packet(exchange.said);
    if (!packet) return;
    note_version(packet->version, facts);
    if (!may_be_client(exchange, *packet)) return;
    CryptoStream stream;
    if (!open_client(exchange.said, *packet, stream)) return;
    ClientHello hello;
    const auto prefix = stream.prefix();
    if (parse_client_hello(prefix, hello) == Match::kNo) return;
    if (hello.is_whole || hello.extension_count != 0) note_client_hello(hello, 'q', facts);
}

}  // namespace sensor::identify::quic
