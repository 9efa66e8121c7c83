#include "sensor/identify/protocols/ike.h"

#include <algorithm>

#include "sensor/identify/ciphertext.h"

namespace sensor::identify::ike {
namespace {

constexpr std::size_t kHeaderSize = 28;    // bytes
constexpr std::size_t kGenericHeader = 4;  // bytes in front of every payload

struct Header {
    bytes::View initiator;  ///< SPI, or cookie in version 1
    bytes::View responder;  ///< zero until it has answered
    std::uint8_t next = 0;
    std::uint8_t version = 0;  ///< major
    std::uint8_t exchange = 0;
    std::uint8_t flags = 0;
    std::uint32_t message_id = 0;
    std::uint32_t length = 0;  ///< of the whole message

    bool is_answered() const noexcept { return is_chosen(responder); }
    static bool is_chosen(bytes::View spi) noexcept {
        return std::ranges::any_of(spi, [](std::uint8_t byte) { return byte != 0; });
    }
};

Header read_header(bytes::ByteCursor& cursor) noexcept {
    Header header;
    header.initiator = cursor.take(8);
    header.responder = cursor.take(8);
    header.next = cursor.read<std::uint8_t>();
    header.version = cursor.read<std::uint8_t>() >> 4U;
    header.exchange = cursor.read<std::uint8_t>();
    header.flags = cursor.read<std::uint8_t>();
    header.message_id = cursor.read<std::uint32_t>();
    header.length = cursor.read<std::uint32_t>();
    return header;
}

/// Version 2, RFC 7296 §3.1 and the IANA registry.
namespace v2 {

constexpr std::uint8_t kInitiator = 0x08;
constexpr std::uint8_t kResponse = 0x20;
constexpr std::uint8_t kSaInit = 34;
constexpr std::uint8_t kSessionResume = 38;  // RFC 5723
constexpr std::uint8_t kEncrypted = 46;
constexpr std::uint8_t kEncryptedFragment = 53;  // RFC 7383

constexpr bool is_exchange(std::uint8_t exchange) noexcept {
    return exchange >= kSaInit && exchange <= 44;  // IKE_SA_INIT to IKE_FOLLOWUP_KE
}
constexpr bool is_payload(std::uint8_t type) noexcept {
    return type >= 33 && type <= 54;  // SA to Puzzle Solution
}
constexpr bool is_opaque(std::uint8_t type) noexcept {
    return type == kEncrypted || type == kEncryptedFragment;
}
/// The exchanges that a security association begins with; they alone are in the clear.
constexpr bool is_opening(std::uint8_t exchange) noexcept {
    return exchange == kSaInit || exchange == kSessionResume;
}
bool is_header_legal(const Header& header) noexcept {
    if ((header.flags & ~(kInitiator | kResponse)) != 0 || !is_exchange(header.exchange)) {
        return false;
    }
    if (!is_opening(header.exchange)) {
        return header.is_answered() && is_opaque(header.next) && header.message_id < 1U << 24U;
    }
    const bool is_request = (header.flags & kResponse) == 0;
    const bool is_initiator = (header.flags & kInitiator) != 0;
    if (header.message_id != 0 || is_opaque(header.next)) return false;
    return is_request == is_initiator && !(is_request && header.is_answered());
}

}  // namespace v2

/// Version 1, RFC 2408 §3.1 and the IANA registry.
namespace v1 {

constexpr std::uint8_t kEncrypted = 0x01;
constexpr std::uint8_t kKnownFlags = 0x07;  // Encryption, Commit, Authentication only
constexpr std::uint8_t kQuickMode = 32;

constexpr bool is_exchange(std::uint8_t exchange) noexcept {
    return (exchange >= 1 && exchange <= 6) || exchange == kQuickMode || exchange == 33;
}
/// SA to GAP, NAT traversal (RFC 3947 and its drafts), and fragments of Cisco's making.
constexpr bool is_payload(std::uint8_t type) noexcept {
    return (type >= 1 && type <= 22) || (type >= 130 && type <= 132);
}
bool is_header_legal(const Header& header) noexcept {
    if ((header.flags & ~kKnownFlags) != 0 || !is_exchange(header.exchange)) return false;
    const bool is_encrypted = (header.flags & kEncrypted) != 0;
    // Main and Aggressive Mode are message 0, whatever follows them is not.
    const bool is_first_phase = header.exchange <= 4;
    const bool is_informational = header.exchange == 5;
    if (!is_informational && is_first_phase != (header.message_id == 0)) return false;
    return !is_encrypted || header.is_answered();
}

}  // namespace v1

/// A chain of payloads that ends where the message does. In version 2 the encrypted one is the
/// last, and what it says comes next is inside it.
bool is_chain_legal(bytes::ByteCursor body, const Header& header) noexcept {
    const bool is_new = header.version == 2;
    std::uint8_t type = header.next;
    if (type == 0) return false;
    while (type != 0) {
        if (!(is_new ? v2::is_payload(type) : v1::is_payload(type))) return false;
        const auto next = body.read<std::uint8_t>();
        const auto reserved = body.read<std::uint8_t>();
        const std::size_t length = body.read<std::uint16_t>();
        if (!body.ok() || length < kGenericHeader) return false;
        if ((reserved & (is_new ? 0x7fU : 0xffU)) != 0) return false;  // version 2: critical bit
        const bytes::View value = body.take(length - kGenericHeader);
        if (!body.ok()) return false;
        if (is_new && v2::is_opaque(type)) return body.empty() && is_like_ciphertext(value);
        type = next;
    }
    return body.empty();
}

/// Version 1 encrypts everything behind the header, in blocks of 8 or 16 bytes.
bool is_body_legal(bytes::ByteCursor body, const Header& header) noexcept {
    if (header.version == 1 && (header.flags & v1::kEncrypted) != 0) {
        const bytes::View sealed = body.rest();
        return !sealed.empty() && sealed.size() % 8 == 0 && is_like_ciphertext(sealed) &&
               v1::is_payload(header.next);
    }
    return is_chain_legal(body, header);
}

/// Who began the security association. Later on either side may send what looks like a request.
Role sender_of(const Header& header) noexcept {
    if (!header.is_answered()) return Role::kClient;
    if (header.version == 2 && v2::is_opening(header.exchange)) return Role::kServer;
    return Role::kEither;
}

std::uint32_t token_of(bytes::View initiator) noexcept {
    bytes::ByteCursor cursor{initiator};
    const auto high = cursor.read<std::uint32_t>();
    return 1U << 31U | (high ^ cursor.read<std::uint32_t>());
}

Verdict judge(bytes::View message, std::uint32_t expected) noexcept {
    bytes::ByteCursor cursor{message};
    const Header header = read_header(cursor);
    if (!cursor.ok() || header.length != message.size()) return {Match::kNo};
    if (!Header::is_chosen(header.initiator)) return {Match::kNo};
    bool is_legal = false;
    if (header.version == 1) is_legal = v1::is_header_legal(header);
    if (header.version == 2) is_legal = v2::is_header_legal(header);
    if (!is_legal || !is_body_legal(cursor, header)) return {Match::kNo};
    const std::uint32_t token = token_of(header.initiator);
    if (expected != 0 && expected != token) return {Match::kNo};
    // An answer may refuse with a notification before it has an SPI.
    const bool is_refusal = header.version == 2 && (header.flags & v2::kResponse) != 0;
    return {Match::kYes, is_refusal && !header.is_answered() ? Role::kServer : sender_of(header),
            token};
}

/// Behind the marker, which is four zero bytes where ESP has its SPI.
bytes::View without_marker(bytes::View said) noexcept {
    bytes::ByteCursor cursor{said};
    return cursor.read<std::uint32_t>() == 0 ? cursor.rest() : said;
}

Verdict of_stream(const Exchange& exchange) noexcept {
    constexpr std::string_view kPrefix = "IKETCP";
    bytes::ByteCursor cursor{exchange.said};
    const auto text = bytes::text_of(exchange.said);
    const bool is_client = text.starts_with(kPrefix.substr(0, text.size()));
    if (is_client) cursor.skip(kPrefix.size());
    const std::size_t length = cursor.read<std::uint16_t>();  // counts itself
    const auto marker = cursor.read<std::uint32_t>();
    if (!cursor.ok()) return {Match::kNeedMore};
    if (length < 2 + 4 + kHeaderSize || marker != 0) return {Match::kNo};
    const std::size_t size = length - 2 - 4;
    if (cursor.rest().size() < size) return {Match::kNeedMore};
    return judge(cursor.take(size), exchange.token);
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    if (exchange.transport == Transport::kTcp) return of_stream(exchange);
    return judge(without_marker(exchange.said), exchange.token);
}

}  // namespace sensor::identify::ike
