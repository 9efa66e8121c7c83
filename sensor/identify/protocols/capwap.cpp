#include "sensor/identify/protocols/capwap.h"

#include "sensor/identify/inner_packet.h"

namespace sensor::identify::capwap {
namespace {

enum class Binding : std::uint8_t { kReserved = 0, kIeee80211 = 1, kEpcGlobal = 3 };

/// RFC 5415 §4.3, the fields that a receiver looks at.
struct Header {
    Binding binding{};
    bool is_native = false;    ///< T: a frame of the binding's, not an Ethernet one
    bool is_fragment = false;  ///< F
    bool keeps_alive = false;  ///< K
};

/// M or W: a length and so many bytes, padded to a multiple of four.
bool skip_optional(bytes::ByteCursor& cursor, bytes::View& value) noexcept {
    const std::size_t length = cursor.read<std::uint8_t>();
    value = cursor.take(length);
    cursor.skip((4 - (length + 1) % 4) % 4);
    return cursor.ok() && length != 0;
}

/// The header takes as many words as it says, all of them accounted for.
bool read_header(bytes::ByteCursor& cursor, Header& header) noexcept {
    constexpr std::uint32_t kReserved = 0x000007;
    const auto preamble = cursor.read<std::uint8_t>();
    const auto word = cursor.read<std::uint32_t, 3>();
    const auto fragment_id = cursor.read<std::uint16_t>();
    const auto offset = cursor.read<std::uint16_t>();
    const std::size_t length = 4U * (word >> 19U);
    constexpr std::size_t kFixed = 8;  // bytes
    if (!cursor.ok() || preamble != 0 || length < kFixed || (word & kReserved) != 0) return false;
    header.binding = static_cast<Binding>((word >> 9U) & 0x1fU);
    header.is_native = (word & 0x100U) != 0;
    header.is_fragment = (word & 0x80U) != 0;
    header.keeps_alive = (word & 0x08U) != 0;
    const bool has_binding = header.binding == Binding::kIeee80211 ||
                             header.binding == Binding::kEpcGlobal ||
                             header.binding == Binding::kReserved;
    if (!has_binding || (offset & 7U) != 0) return false;
    if (!header.is_fragment && (fragment_id != 0 || offset != 0)) return false;
    bytes::ByteCursor optional{cursor.take(length - kFixed)};
    bytes::View value;
    if ((word & 0x10U) != 0) {  // M: the radio's MAC, of 48 or 64 bits
        if (!skip_optional(optional, value) || (value.size() != 6 && value.size() != 8)) {
            return false;
        }
    }
    if ((word & 0x20U) != 0 && !skip_optional(optional, value)) return false;  // W
    return cursor.ok() && optional.empty();
}

/// Message elements that fill `body`, §4.6.
bool are_elements_legal(bytes::ByteCursor body) noexcept {
    constexpr std::uint16_t kLastOfBindings = 3071;  // EPCglobal's, §4.4.1
    while (!body.empty()) {
        const auto type = body.read<std::uint16_t>();
        body.skip(body.read<std::uint16_t>());
        if (!body.ok() || type == 0 || type > kLastOfBindings) return false;
    }
    return true;
}

/// A control message, §4.5.1. Some count the length's own field and the flags into it.
bool read_control(bytes::ByteCursor cursor, std::uint32_t& type, std::uint8_t& sequence) noexcept {
    constexpr std::uint32_t kLastType = 26;           // Station Configuration Response
    constexpr std::uint32_t kOf80211 = 13277U << 8U;  // RFC 5416 §3: WLAN configuration
    type = cursor.read<std::uint32_t>();
    sequence = cursor.read<std::uint8_t>();
    const std::size_t length = cursor.read<std::uint16_t>();
    const auto flags = cursor.read<std::uint8_t>();
    const bool is_type =
        (type >= 1 && type <= kLastType) || (type >= (kOf80211 | 1U) && type <= (kOf80211 | 2U));
    const std::size_t size = cursor.rest().size();
    if (!cursor.ok() || !is_type || flags != 0 || cursor.empty()) return false;
    return (length == size || length == size + 3) && are_elements_legal(cursor);
}

/// What keeps the data channel open: the length of the elements, a session id, §4.4.1.
bool is_keep_alive(bytes::ByteCursor cursor) noexcept {
    constexpr std::uint16_t kSessionId = 35;
    const std::size_t length = cursor.read<std::uint16_t>();
    const std::size_t size = cursor.rest().size();
    const auto type = cursor.read<std::uint16_t>();
    const auto id_length = cursor.read<std::uint16_t>();
    return cursor.ok() && (length == size || length == size + 2) && type == kSessionId &&
           id_length == 16 && cursor.rest().size() == 16;
}

/// An IEEE 802.11 data frame in the clear with an IP or ARP packet in it, IEEE 802.11 §9.3.2.
bool is_wireless_frame(bytes::ByteCursor cursor) noexcept {
    constexpr unsigned kData = 0x08;
    constexpr unsigned kQosData = 0x88;
    constexpr unsigned kBothSystems = 0x03;  // from one access point to another: four addresses
    constexpr unsigned kProtectedOrOrdered = 0xc0;
    constexpr std::uint64_t kSnap = 0xaaaa03000000;  // IEEE 802.2, RFC 1042
    const unsigned kind = cursor.read<std::uint8_t>();
    const unsigned flags = cursor.read<std::uint8_t>();
    cursor.skip(22);  // duration, three addresses, sequence
    if ((kind != kData && kind != kQosData) || (flags & kProtectedOrOrdered) != 0) return false;
    if ((flags & kBothSystems) == kBothSystems) cursor.skip(6);
    if (kind == kQosData) cursor.skip(2);
    const auto snap = cursor.read<std::uint64_t, 6>();
    const auto ether_type = cursor.read<std::uint16_t>();
    return cursor.ok() && snap == kSnap && is_packet_of(ether_type, cursor.rest());
}

/// DTLS records that fill the datagram, RFC 6347 §4.1, behind a preamble of four bytes.
bool is_encrypted(bytes::ByteCursor cursor) noexcept {
    constexpr std::uint32_t kPreamble = 0x01000000;
    if (cursor.read<std::uint32_t>() != kPreamble || cursor.empty()) return false;
    while (!cursor.empty()) {
        const auto type = cursor.read<std::uint8_t>();
        const auto version = cursor.read<std::uint16_t>();
        cursor.skip(2 + 6);  // epoch, sequence number
        const std::size_t length = cursor.read<std::uint16_t>();
        cursor.skip(length);
        const bool is_version = version == 0xfeff || version == 0xfefd;
        if (!cursor.ok() || type < 20 || type > 23 || !is_version || length == 0) return false;
    }
    return true;
}

constexpr std::uint32_t kSpoken = 1U << 31U;

/// Discovery and the like: a request has an odd number, its response the next one.
Verdict of_control(std::uint32_t type, std::uint8_t sequence, std::uint32_t token) noexcept {
    const bool is_response = type % 2 == 0;
    const std::uint32_t mine = kSpoken | (is_response ? type - 1 : type) << 8U | sequence;
    constexpr std::uint32_t kDiscovery = 1;
    constexpr std::uint32_t kJoin = 3;
    const std::uint32_t request = is_response ? type - 1 : type;
    // The exchanges that a termination point begins; the others may come from either end.
    const bool is_opening = request == kDiscovery || request == kJoin;
    const bool is_same_exchange = ((token ^ mine) & ~0xffU) == 0;
    if (token != 0 && is_response && is_same_exchange && token != mine) return {Match::kNo};
    const Role sender = is_response ? Role::kServer : Role::kClient;
    return {Match::kYes, is_opening ? sender : Role::kEither, mine};
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    bytes::ByteCursor cursor{exchange.said};
    if (is_encrypted(cursor)) return {Match::kYes};
    Header header;
    if (!read_header(cursor, header)) return {Match::kNo};
    if (header.keeps_alive) return {is_keep_alive(cursor) ? Match::kYes : Match::kNo};
    if (header.is_fragment) return {Match::kNo};  // the rest is in another datagram
    std::uint32_t type = 0;
    std::uint8_t sequence = 0;
    if (!header.is_native && read_control(cursor, type, sequence)) {
        return of_control(type, sequence, exchange.token);
    }
    const bool is_data = header.is_native
                             ? header.binding == Binding::kIeee80211 && is_wireless_frame(cursor)
                             : is_ethernet_frame(cursor.rest());
    return {is_data ? Match::kYes : Match::kNo};
}

}  // namespace sensor::identify::capwap
