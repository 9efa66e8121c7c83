#include "sensor/identify/protocols/stun.h"

#include <algorithm>
#include <array>

namespace sensor::identify::stun {
namespace {

constexpr std::uint32_t kMagicCookie = 0x2112a442;
constexpr std::size_t kHeaderSize = 20;  // bytes

enum class Class : std::uint8_t { kRequest = 0, kIndication = 1, kSuccess = 2, kError = 3 };

struct Header {
    std::uint16_t type = 0;
    std::uint16_t length = 0;  ///< bytes after the header
    bool has_cookie = false;
    std::uint32_t folded_id = 0;  ///< the transaction id, 96 or 128 bits, folded

    /// RFC 8489 §5, figure 3: the class bits lie between the method's.
    constexpr Class message_class() const noexcept {
        return static_cast<Class>(((type >> 7U) & 2U) | ((type >> 4U) & 1U));
    }
    constexpr unsigned method() const noexcept {
        return ((type & 0x3e00U) >> 2U) | ((type & 0x00e0U) >> 1U) | (type & 0x000fU);
    }
    constexpr bool is_answer() const noexcept { return message_class() >= Class::kSuccess; }
};

Header read_header(bytes::ByteCursor& cursor) noexcept {
    Header header{.type = cursor.read<std::uint16_t>(), .length = cursor.read<std::uint16_t>()};
    const auto first = cursor.read<std::uint32_t>();
    header.has_cookie = first == kMagicCookie;
    header.folded_id = header.has_cookie ? 0 : first;
    for (unsigned word = 0; word < 3; ++word)
        header.folded_id ^= cursor.read<std::uint32_t>();
    return header;
}

/// Methods of the IANA registry, and in which classes they come.
bool is_type_legal(const Header& header) noexcept {
    constexpr unsigned kFirstUnassigned = 0x100;
    if ((header.type & 0xc000U) != 0) return false;
    const bool is_indication = header.message_class() == Class::kIndication;
    switch (header.method()) {
        case 0x001: return header.has_cookie || !is_indication;   // Binding
        case 0x002: return !header.has_cookie && !is_indication;  // SharedSecret, RFC 3489
        case 0x003:                                               // Allocate
        case 0x004:                                               // Refresh
        case 0x008:                                               // CreatePermission
        case 0x009:                                               // ChannelBind
        case 0x00a:                                               // Connect
        case 0x00b:                                               // ConnectionBind
        case 0x080: return header.has_cookie && !is_indication;   // GOOG-PING
        case 0x006:                                               // Send
        case 0x007:                                               // Data
        case 0x00c:
            return header.has_cookie && is_indication;  // ConnectionAttempt
        // What vendors have taken: with a cookie and lengths that fit it is STUN all the same.
        default: return header.has_cookie && header.method() >= kFirstUnassigned;
    }
}

/// The attributes of RFC 3489 §11.2, and those that its servers added.
bool is_classic(std::uint16_t attribute) noexcept {
    constexpr std::uint16_t kLast = 0x000b;
    return (attribute != 0 && attribute <= kLast) ||
           (attribute >= 0x8020 && attribute <= 0x8022);  // XOR-MAPPED-ADDRESS, XOR-ONLY, SERVER
}

/// Lengths that RFC 8489 §14 fixes.
bool is_attribute_legal(std::uint16_t type, bytes::View value, bool has_cookie) noexcept {
    if (!has_cookie && !is_classic(type)) return false;
    switch (type) {
        case 0x0001:  // MAPPED-ADDRESS
        case 0x0012:  // XOR-PEER-ADDRESS
        case 0x0016:  // XOR-RELAYED-ADDRESS
        case 0x0020:  // XOR-MAPPED-ADDRESS
            return (value.size() == 8 && value[1] == 1) || (value.size() == 20 && value[1] == 2);
        case 0x0002:  // RESPONSE-ADDRESS
        case 0x0004:  // SOURCE-ADDRESS
        case 0x0005:  // CHANGED-ADDRESS
        case 0x000b:  // REFLECTED-FROM
            return has_cookie || (value.size() == 8 && value[1] == 1);
        case 0x0003: return has_cookie || value.size() == 4;  // CHANGE-REQUEST
        case 0x0006: return value.size() < 514;               // USERNAME
        case 0x0008: return value.size() == 20;               // MESSAGE-INTEGRITY
        case 0x0009: {                                        // ERROR-CODE
            bytes::ByteCursor cursor{value};
            cursor.skip(2);
            const unsigned hundreds = cursor.read<std::uint8_t>() & 7U;
            return cursor.read<std::uint8_t>() < 100 && cursor.ok() && hundreds >= 3 &&
                   hundreds <= 6;
        }
        case 0x0024:                            // PRIORITY
        case 0x8028: return value.size() == 4;  // FINGERPRINT
        case 0x0025: return value.empty();      // USE-CANDIDATE
        case 0x8029:                            // ICE-CONTROLLED
        case 0x802a: return value.size() == 8;  // ICE-CONTROLLING
        default: return true;
    }
}

constexpr std::uint16_t kFingerprint = 0x8028;

/// CRC-32 as in ISO 3309, one byte's worth of steps for every value.
constexpr std::array<std::uint32_t, 256> kCrcTable = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
        std::uint32_t crc = byte;
        for (unsigned bit = 0; bit < 8; ++bit)
            crc = crc >> 1U ^ ((crc & 1U) != 0 ? 0xedb88320U : 0U);
        table[byte] = crc;
    }
    return table;
}();

/// What FINGERPRINT holds if `covered` is all that comes before it, RFC 8489 §14.7.
std::uint32_t fingerprint_of(bytes::View covered) noexcept {
    std::uint32_t crc = 0xffffffffU;
    for (const std::uint8_t byte : covered)
        crc = crc >> 8U ^ kCrcTable[(crc ^ byte) & 0xffU];
    return ~crc ^ 0x5354554eU;
}

enum class Attributes : std::uint8_t { kIllegal, kLegal, kFingerprinted };

/// Attributes fill `message` after its header, each padded to four bytes (RFC 8489 §14), but for
/// the last, which some leave as RFC 3489 knew it, without; a FINGERPRINT is the last. A wrong one
/// proves nothing: some conferencing clients send such.
Attributes read_attributes(bytes::View message, bool has_cookie) noexcept {
    bytes::ByteCursor cursor{message.subspan(kHeaderSize)};
    while (!cursor.empty()) {
        const std::size_t at = message.size() - cursor.rest().size();
        const auto type = cursor.read<std::uint16_t>();
        const auto length = cursor.read<std::uint16_t>();
        const bytes::View value = cursor.take(length);
        if (!cursor.empty()) cursor.skip((4U - length % 4U) % 4U);
        if (!cursor.ok() || !is_attribute_legal(type, value, has_cookie)) {
            return Attributes::kIllegal;
        }
        if (type != kFingerprint) continue;
        const auto told = bytes::ByteCursor{value}.read<std::uint32_t>();
        if (!cursor.empty()) return Attributes::kIllegal;
        if (told == fingerprint_of(message.first(at))) return Attributes::kFingerprinted;
    }
    return Attributes::kLegal;
}

/// A message of RFC 3489 says something: an answer has attributes, and a question without any has
/// at least an id that looks drawn by lot.
bool is_classic_plausible(const Header& header, bytes::View id) noexcept {
    constexpr std::size_t kFewRepeats = 8;  // of 16 random bytes nearly all differ
    if (header.length != 0) return true;
    if (header.is_answer()) return false;
    std::array<bool, 256> seen{};
    std::size_t distinct = 0;
    for (const std::uint8_t byte : id) {
        if (!seen[byte]) ++distinct;
        seen[byte] = true;
    }
    return distinct >= kFewRepeats;
}

/// The message at the start of `said`: without the length that ICE over TCP puts in front.
bytes::View unframed(const Exchange& exchange) noexcept {
    if (exchange.transport == Transport::kUdp) return exchange.said;
    bytes::ByteCursor cursor{exchange.said};
    const auto length = cursor.read<std::uint16_t>();
    bytes::ByteCursor framed{cursor.rest()};
    framed.skip(2);
    const auto inner_length = framed.read<std::uint16_t>();
    const bool is_framed = framed.read<std::uint32_t>() == kMagicCookie &&
                           length == inner_length + kHeaderSize && framed.ok();
    return is_framed ? cursor.rest() : exchange.said;
}

/// The lowest bit of a token tells an answer from a question, the next one keeps it from being 0.
constexpr std::uint32_t token_of(const Header& header) noexcept {
    return (header.folded_id & ~1U) | 2U | (header.is_answer() ? 1U : 0U);
}
/// An answer repeats the transaction id of the question before it. With ICE both sides ask, but
/// nobody is sent his own question.
constexpr bool agrees(std::uint32_t token, const Header& header) noexcept {
    if (token == 0) return true;
    const bool follows_question = (token & 1U) == 0;
    if (header.is_answer()) return follows_question && (token | 1U) == token_of(header);
    return token != token_of(header);
}

/// TURN's ChannelData, RFC 8656 §12.4: a channel and a length, over UDP with or without padding.
/// It holds anything, so it counts only after the other side's STUN.
bool is_channel_data(const Exchange& exchange) noexcept {
    constexpr std::uint8_t kChannels = 0x4;  // the highest four bits of 0x4000-0x4fff
    bytes::ByteCursor cursor{exchange.said};
    const auto channel = cursor.read<std::uint16_t>();
    cursor.skip(cursor.read<std::uint16_t>());
    return exchange.token != 0 && exchange.transport == Transport::kUdp && cursor.ok() &&
           channel >> 12U == kChannels && cursor.rest().size() < 4;
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    if (is_channel_data(exchange)) return {Match::kYes};
    const bytes::View message = unframed(exchange);
    const bool is_tcp = exchange.transport == Transport::kTcp;
    // What ChannelData may begin with is text over TCP, and never the start of a message.
    if (!message.empty() && (message[0] & 0xc0U) != 0) return {Match::kNo};
    bytes::ByteCursor cursor{message};
    const Header header = read_header(cursor);
    if (!cursor.ok()) return {is_tcp ? Match::kNeedMore : Match::kNo};
    const bool must_be_padded = is_tcp || !header.has_cookie;
    if (!is_type_legal(header) || (must_be_padded && header.length % 4 != 0)) return {Match::kNo};
    if (is_tcp && !header.has_cookie) return {Match::kNo};
    const bool is_cut = cursor.rest().size() < header.length;
    if (is_cut) return {is_tcp ? Match::kNeedMore : Match::kNo};
    if (!is_tcp && cursor.rest().size() != header.length) return {Match::kNo};
    const Attributes attributes =
        read_attributes(message.first(kHeaderSize + header.length), header.has_cookie);
    if (attributes == Attributes::kIllegal) return {Match::kNo};
    if (!header.has_cookie && !is_classic_plausible(header, message.subspan(4, 16))) {
        return {Match::kNo};
    }
    // ICE asks again and again, each time with a new id, and any of them may be answered: those
    // messages have a checksum to be known by.
    const bool answers_another = header.is_answer() && (exchange.token & 1U) == 0 &&
                                 attributes == Attributes::kFingerprinted;
    if (!answers_another && !agrees(exchange.token, header)) return {Match::kNo};
    if (header.message_class() == Class::kIndication) return {Match::kYes};
    // Once one side has asked, a question of the other's turns nothing round.
    if (exchange.token != 0) return {Match::kYes};
    return {Match::kYes, header.is_answer() ? Role::kServer : Role::kClient, token_of(header)};
}

void extract(const Exchange& exchange, Facts& facts) noexcept {
    constexpr std::uint16_t kSoftware = 0x8022;
    bytes::ByteCursor cursor{unframed(exchange)};
    const Header header = read_header(cursor);
    bytes::ByteCursor attributes{cursor.take(header.length)};
    while (!attributes.empty()) {
        const auto type = attributes.read<std::uint16_t>();
        const auto length = attributes.read<std::uint16_t>();
        const bytes::View value = attributes.take(length);
        attributes.skip((4U - length % 4U) % 4U);
        if (type == kSoftware) return facts.add(Fact::kSoftware, value);
    }
}

}  // namespace sensor::identify::stun
