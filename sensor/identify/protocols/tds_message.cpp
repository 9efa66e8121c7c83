#include "sensor/identify/protocols/tds_message.h"

#include <algorithm>

#include "sensor/identify/little_endian.h"

namespace sensor::identify::tds {
namespace {

constexpr std::size_t kHeader = 8;      // bytes
constexpr std::uint8_t kIsLast = 0x01;  // status: the message ends with this packet

/// The size that an option of a pre-login has, MS-TDS §2.2.6.5.
constexpr bool is_option(std::uint8_t token, std::uint16_t size) noexcept {
    switch (token) {
        case 0: return size == 6;                              // version, always first
        case 1: return size == 1;                              // encryption
        case 2: return size >= 1;                              // instance, with its NUL
        case 3: return size == 0 || size == 4;                 // thread
        case 4: return size == 1;                              // more than one result at a time
        case 5: return size == 36 || size == 0 || size == 20;  // trace
        case 6: return size == 1;                              // federated authentication
        case 7: return size == 32;                             // nonce
        default: return false;
    }
}

constexpr Match missing_of(const Packet& packet) noexcept {
    return packet.body.size() < packet.length ? Match::kNeedMore : Match::kNo;
}

/// MS-TDS §2.2.6.4: its length, version, and where its texts are.
Match read_login(const Packet& packet) noexcept {
    constexpr std::size_t kFixed = 36;  // bytes up to the first offset
    constexpr std::uint32_t kSmallest = 86;
    bytes::ByteCursor cursor{packet.body};
    const auto length = read_little<std::uint32_t>(cursor);
    const auto version = read_little<std::uint32_t>(cursor);
    const auto packet_size = read_little<std::uint32_t>(cursor);
    cursor.skip(kFixed - 12);
    const auto host = read_little<std::uint16_t>(cursor);
    if (!cursor.ok()) return missing_of(packet);
    const bool is_version = (version >> 24U) >= 0x70 && (version >> 24U) <= 0x74;
    const bool fits = packet.is_last ? length == packet.length : length > packet.length;
    const bool is_legal = is_version && fits && length >= kSmallest && packet_size <= 0x7fff &&
                          host >= kSmallest && host <= length;
    return is_legal ? Match::kYes : Match::kNo;
}

/// ALL_HEADERS of TDS 7.2 and later, MS-TDS §2.2.5.3. True if they are there; they are passed over.
bool skip_headers(bytes::ByteCursor& cursor) noexcept {
    constexpr std::uint32_t kLongest = 0xffff;
    constexpr std::uint32_t kTransaction = 18;  // bytes
    const std::size_t here = cursor.rest().size();
    const auto total = read_little<std::uint32_t>(cursor);
    if (total < 4 + kTransaction || total > kLongest || total > here) return false;
    std::uint32_t used = 4;
    bool has_transaction = false;
    while (used + 6 <= total) {
        const auto size = read_little<std::uint32_t>(cursor);
        const auto type = read_little<std::uint16_t>(cursor);
        if (!cursor.ok() || type < 1 || type > 3 || size < 6 || size > total - used) return false;
        if (type == 2 && size != kTransaction) return false;
        has_transaction |= type == 2;
        cursor.skip(size - 6);
        used += size;
    }
    return cursor.ok() && has_transaction && used == total;
}

/// At least `least` characters of text in UTF-16 that have an ASCII form.
bool is_text(bytes::View body, std::size_t least, std::size_t most) noexcept {
    if (body.size() < least * 2) return false;
    const std::size_t count = std::min(body.size() / 2, most);
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint8_t c = body[2 * i];
        const bool is_legal = (c >= ' ' && c <= '~') || c == '\t' || c == '\r' || c == '\n';
        if (body[2 * i + 1] != 0 || !is_legal) return false;
    }
    return true;
}

/// MS-TDS §2.2.6.7: text of SQL, before TDS 7.2 all there is.
Match read_batch(const Packet& packet) noexcept {
    constexpr std::size_t kWord = 4;  // characters
    bytes::ByteCursor cursor{packet.body};
    if (skip_headers(cursor)) return Match::kYes;
    const bool is_whole = packet.length % 2 == 0 && is_framed(packet);
    return is_whole && is_text(packet.body, kWord, 2 * kWord) ? Match::kYes : Match::kNo;
}

/// MS-TDS §2.2.6.6: a number or a name, then flags.
Match read_procedure(const Packet& packet) noexcept {
    constexpr std::uint16_t kByNumber = 0xffff;
    constexpr std::uint16_t kLastNumber = 15;     // sp_unprepare
    constexpr std::uint16_t kLongestName = 1046;  // characters
    constexpr std::size_t kEnough = 4;            // characters of a name without headers before it
    bytes::ByteCursor cursor{packet.body};
    const bool has_headers = skip_headers(cursor);
    if (!has_headers) cursor = bytes::ByteCursor{packet.body};
    const auto length = read_little<std::uint16_t>(cursor);
    if (length == kByNumber) {
        const auto number = read_little<std::uint16_t>(cursor);
        const auto flags = read_little<std::uint16_t>(cursor);
        if (!cursor.ok()) return Match::kNo;
        const bool is_legal = number >= 1 && number <= kLastNumber && flags <= 7;
        if (!is_legal) return Match::kNo;
        return has_headers ? Match::kYes : Match::kNeedMore;  // four bytes of it are fixed
    }
    if (length == 0 || length > kLongestName) return Match::kNo;
    const auto name = cursor.take(length * std::size_t{2});
    const auto flags = read_little<std::uint16_t>(cursor);
    if (!cursor.ok() || flags > 7) return Match::kNo;
    const bool is_legal = is_text(name, has_headers ? 1 : kEnough, length) && is_framed(packet);
    return is_legal ? Match::kYes : Match::kNo;
}

/// MS-TDS §2.2.6.9: headers, then what to do with a transaction.
Match read_transaction(const Packet& packet) noexcept {
    bytes::ByteCursor cursor{packet.body};
    if (!skip_headers(cursor)) return Match::kNo;
    const auto request = read_little<std::uint16_t>(cursor);
    const bool is_known = request <= 1 || (request >= 5 && request <= 9);
    return cursor.ok() && is_known ? Match::kYes : Match::kNo;
}

}  // namespace

Packet read_packet(bytes::View said) noexcept {
    constexpr std::uint16_t kLongest = 32767;  // §2.2.6.4, PacketSize
    constexpr std::uint8_t kStatus = 0x1b;     // last, ignore, and two ways to reset
    Packet packet;
    bytes::ByteCursor cursor{said};
    packet.type = static_cast<Type>(cursor.read<std::uint8_t>());
    const auto status = cursor.read<std::uint8_t>();
    const auto length = cursor.read<std::uint16_t>();
    cursor.skip(2 + 1);  // process, number
    const auto window = cursor.read<std::uint8_t>();
    if (!cursor.ok()) {
        packet.match = Match::kNeedMore;
        return packet;
    }
    const bool is_reset_twice = (status & 0x18U) == 0x18;
    if ((status & ~kStatus) != 0 || is_reset_twice || window != 0) return packet;
    if (length <= kHeader || length > kLongest) return packet;
    packet.match = Match::kYes;
    packet.is_last = (status & kIsLast) != 0;
    packet.length = length - kHeader;
    const bool is_cut = cursor.rest().size() < packet.length;
    packet.body = is_cut ? cursor.rest() : cursor.take(packet.length);
    if (!is_cut) packet.rest = cursor.rest();
    return packet;
}

bool is_framed(const Packet& packet) noexcept {
    return packet.rest.empty() || read_packet(packet.rest).match != Match::kNo;
}

Match read_pre_login(const Packet& packet) noexcept {
    constexpr std::uint8_t kEnd = 0xff;
    bytes::ByteCursor cursor{packet.body};
    std::size_t table = 1;                        // bytes, its end included
    std::size_t first_value = packet.length + 1;  // where the values begin
    for (auto token = cursor.read<std::uint8_t>(); token != kEnd;
         token = cursor.read<std::uint8_t>()) {
        const std::size_t offset = cursor.read<std::uint16_t>();
        const auto size = cursor.read<std::uint16_t>();
        if (!cursor.ok()) return missing_of(packet);
        const bool is_first = table == 1;
        const bool is_legal = is_option(token, size) && is_first == (token == 0);
        if (!is_legal || offset + size > packet.length) return Match::kNo;
        if (size != 0) first_value = std::min(first_value, offset);
        table += 5;
    }
    if (!cursor.ok()) return missing_of(packet);
    const bool is_behind = first_value >= table;
    return table > 1 && is_behind ? Match::kYes : Match::kNo;
}

Match read_client(const Packet& packet) noexcept {
    switch (packet.type) {
        case Type::kBatch: return read_batch(packet);
        case Type::kProcedure: return read_procedure(packet);
        case Type::kTransaction: return read_transaction(packet);
        case Type::kLogin: return read_login(packet);
        case Type::kPreLogin: return read_pre_login(packet);
        case Type::kResult: break;
    }
    return Match::kNo;
}

}  // namespace sensor::identify::tds
