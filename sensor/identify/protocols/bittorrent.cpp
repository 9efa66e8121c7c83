#include "sensor/identify/protocols/bittorrent.h"

#include <algorithm>

#include "sensor/identify/bencode.h"
#include "sensor/identify/header_block.h"

namespace sensor::identify::bittorrent {
namespace {

/// What a token is of; another kind's agrees with nothing.
enum class Kind : std::uint32_t { kPeer = 1, kDht, kTracker, kUtp };

constexpr std::uint32_t token_of(Kind kind, std::uint32_t value) noexcept {
    return (value * 0x9e3779b1U) << 3U | static_cast<std::uint32_t>(kind);
}
std::uint32_t token_of(Kind kind, bytes::View value) noexcept {
    std::uint32_t folded = 0;
    for (const std::uint8_t byte : value)
        folded = folded * 31 + byte + 1;
    return token_of(kind, folded);
}

/// BEP 3, "peer protocol": text, eight reserved bytes, the torrent's hash, which both sides name,
/// and a peer id, which may come later.
Verdict match_peer(bytes::View said, const Exchange& exchange) noexcept {
    constexpr std::string_view kStart =
        "\x13"
        "BitTorrent protocol";
    constexpr std::size_t kHash = 20;  // bytes
    const auto text = bytes::text_of(said);
    if (!text.starts_with(kStart.substr(0, text.size()))) return {Match::kNo};
    bytes::ByteCursor cursor{said};
    cursor.skip(kStart.size() + 8);
    const bytes::View hash = cursor.take(kHash);
    if (!cursor.ok()) {
        return {exchange.transport == Transport::kTcp ? Match::kNeedMore : Match::kNo};
    }
    const std::uint32_t token = token_of(Kind::kPeer, hash);
    const bool agrees = exchange.token == 0 || exchange.token == token;
    return {agrees ? Match::kYes : Match::kNo, Role::kEither, token};
}

/// The dictionary of arguments or of return values: the sender's id is 20 bytes, BEP 5.
bool take_arguments(bytes::ByteCursor& cursor) noexcept {
    constexpr std::size_t kId = 20;  // bytes
    if (cursor.read<std::uint8_t>() != 'd') return false;
    bool has_id = false;
    while (cursor.ok() && cursor.peek() != 'e') {
        const auto key = bencode::read_text(cursor);
        if (key == "id") {
            has_id = bencode::read_string(cursor).size() == kId;
        } else {
            bencode::skip_value(cursor);
        }
    }
    cursor.skip(1);
    return cursor.ok() && has_id;
}

struct Krpc {
    bytes::View transaction;
    char kind = 0;  ///< 'q', 'r' or 'e'
    bool has_method = false;
    bool has_arguments = false;
    bool has_values = false;
    bool has_error = false;

    constexpr bool is_legal() const noexcept {
        if (transaction.empty()) return false;
        if (kind == 'q') return has_method && has_arguments;
        return kind == 'r' ? has_values : kind == 'e' && has_error;
    }
};

/// One key and its value, BEP 5 "KRPC protocol"; keys of other BEPs are passed over.
void take_entry(bytes::ByteCursor& cursor, Krpc& message) noexcept {
    const auto key = bencode::read_text(cursor);
    if (key == "t") {
        message.transaction = bencode::read_string(cursor);
    } else if (key == "y") {
        const auto kind = bencode::read_text(cursor);
        message.kind = kind.size() == 1 ? kind[0] : '\0';
    } else if (key == "q") {
        const auto method = bencode::read_text(cursor);
        message.has_method = !method.empty() && text::is_made_of(method, "_");
    } else if (key == "a") {
        message.has_arguments = take_arguments(cursor);
    } else if (key == "r") {
        message.has_values = take_arguments(cursor);
    } else {
        message.has_error |= key == "e" && cursor.peek() == 'l';
        bencode::skip_value(cursor);
    }
}

Verdict match_dht(const Exchange& exchange) noexcept {
    bytes::ByteCursor cursor{exchange.said};
    cursor.skip(1);
    Krpc message;
    while (cursor.ok() && cursor.peek() != 'e')
        take_entry(cursor, message);
    cursor.skip(1);
    if (!cursor.ok() || !cursor.empty() || !message.is_legal()) return {Match::kNo};
    const std::uint32_t token = token_of(Kind::kDht, message.transaction);
    const bool is_answer = message.kind != 'q';
    const bool agrees = exchange.token == 0 || !is_answer || exchange.token == token;
    return {agrees ? Match::kYes : Match::kNo, Role::kEither, token};
}

enum class Action : std::uint32_t { kConnect = 0, kAnnounce = 1, kScrape = 2, kError = 3 };

/// BEP 15: connect and announce. A scrape alone says too little.
Verdict match_tracker_request(bytes::View said) noexcept {
    constexpr std::uint64_t kProtocolId = 0x41727101980;
    constexpr std::size_t kConnect = 16;   // bytes
    constexpr std::size_t kAnnounce = 98;  // bytes; options may follow, BEP 41
    constexpr std::size_t kEvent = 80;     // its offset
    bytes::ByteCursor cursor{said};
    const auto connection = cursor.read<std::uint64_t>();
    const auto action = static_cast<Action>(cursor.read<std::uint32_t>());
    const auto transaction = cursor.read<std::uint32_t>();
    if (!cursor.ok()) return {Match::kNo};
    const bool is_connect =
        connection == kProtocolId && action == Action::kConnect && said.size() == kConnect;
    cursor.skip(kEvent - kConnect);
    const bool is_event = cursor.read<std::uint32_t>() <= 3;
    const bool is_announce = action == Action::kAnnounce && said.size() >= kAnnounce && is_event;
    if (!is_connect && !is_announce) return {Match::kNo};
    return {Match::kYes, Role::kClient, token_of(Kind::kTracker, transaction)};
}

/// BEP 15: an action and the transaction that was asked for, then what the action has.
bool is_tracker_response(const Exchange& exchange) noexcept {
    constexpr std::size_t kAnnounced = 20;  // bytes, before the peers of 6 or, over IPv6, 18
    bytes::ByteCursor cursor{exchange.said};
    const auto action = static_cast<Action>(cursor.read<std::uint32_t>());
    const auto transaction = cursor.read<std::uint32_t>();
    if (!cursor.ok() || exchange.token != token_of(Kind::kTracker, transaction)) return false;
    const std::size_t size = exchange.said.size();
    switch (action) {
        case Action::kConnect: return size >= 16;
        case Action::kAnnounce: return size >= kAnnounced && (size - kAnnounced) % 6 == 0;
        case Action::kScrape: return false;  // its request is not recognised
        case Action::kError: return text::is_text(bytes::text_of(cursor.rest()));
    }
    return false;
}

/// "BT-SEARCH * HTTP/1.1", then the port and the hash of what is looked for, BEP 14.
Match match_discovery(bytes::View said) noexcept {
    constexpr std::array kRequired{text::HeaderName{"Port"}, text::HeaderName{"Infohash"}};
    text::LineReader lines{said};
    std::string_view start;
    if (!lines.next(start) || start != "BT-SEARCH * HTTP/1.1") return Match::kNo;
    return text::match_headers(lines, kRequired) == Match::kYes ? Match::kYes : Match::kNo;
}

enum class Utp : std::uint8_t { kData = 0, kFin = 1, kState = 2, kReset = 3, kSyn = 4 };

/// BEP 29: a SYN acknowledges nothing and has measured no delay; a STATE answers it with its
/// connection id and sequence number; what BitTorrent says follows the header and its extensions.
Verdict match_utp(const Exchange& exchange) noexcept {
    constexpr unsigned kVersion = 1;
    constexpr unsigned kMostExtensions = 4;
    bytes::ByteCursor cursor{exchange.said};
    const auto first = cursor.read<std::uint8_t>();
    auto extension = cursor.read<std::uint8_t>();
    const std::uint32_t connection = cursor.read<std::uint16_t>();
    cursor.skip(4);  // timestamp, microseconds
    const auto delay = cursor.read<std::uint32_t>();
    const auto window = cursor.read<std::uint32_t>();
    const std::uint32_t sequence = cursor.read<std::uint16_t>();
    const std::uint32_t acknowledged = cursor.read<std::uint16_t>();
    for (unsigned i = 0; extension != 0 && i < kMostExtensions; ++i) {
        extension = cursor.read<std::uint8_t>();
        cursor.skip(cursor.read<std::uint8_t>());
    }
    if (!cursor.ok() || extension != 0 || (first & 0x0fU) != kVersion) return {Match::kNo};
    switch (static_cast<Utp>(first >> 4U)) {
        case Utp::kSyn:
            if (!cursor.empty() || delay != 0 || acknowledged != 0 || window == 0) {
                return {Match::kNo};
            }
            return {Match::kYes, Role::kClient, token_of(Kind::kUtp, connection << 16U | sequence)};
        case Utp::kState: {
            const auto token = token_of(Kind::kUtp, connection << 16U | acknowledged);
            return {cursor.empty() && exchange.token == token ? Match::kYes : Match::kNo,
                    Role::kServer};
        }
        case Utp::kData: return match_peer(cursor.rest(), exchange);
        default: return {Match::kNo};
    }
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    const bytes::View said = exchange.said;
    if (said.empty()) return {Match::kNo};
    if (exchange.transport == Transport::kTcp) return match_peer(said, exchange);
    if (said[0] == 'd') return match_dht(exchange);
    if (said[0] == 'B') return {match_discovery(said)};
    const Verdict request = match_tracker_request(said);
    if (request.match == Match::kYes) return request;
    if (is_tracker_response(exchange)) return {Match::kYes, Role::kServer};
    return match_utp(exchange);
}

}  // namespace sensor::identify::bittorrent
