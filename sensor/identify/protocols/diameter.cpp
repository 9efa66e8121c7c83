#include "sensor/identify/protocols/diameter.h"

#include <algorithm>

namespace sensor::identify::diameter {
namespace {

constexpr std::uint8_t kRequest = 0x80;
constexpr std::uint8_t kError = 0x20;
constexpr std::uint8_t kRetransmitted = 0x10;

enum class Code : std::uint32_t {  // RFC 6733 §4.5
    kSessionId = 263,
    kOriginHost = 264,
    kResultCode = 268,
    kProductName = 269,
    kOriginRealm = 296,
    kExperimentalResult = 297,
};

/// RFC 6733 §3.
struct Header {
    std::uint8_t version = 0;
    std::uint32_t length = 0;  ///< bytes, this header included
    std::uint8_t flags = 0;
    std::uint32_t command = 0;
    std::uint32_t hop_by_hop = 0;

    [[nodiscard]] constexpr bool is_request() const noexcept { return (flags & kRequest) != 0; }
    [[nodiscard]] bool is_legal() const noexcept {
        constexpr std::uint32_t kShortest = 20 + 8;  // an AVP at least
        constexpr std::uint8_t kReserved = 0x0f;
        // Only answers tell of errors, only requests are sent again.
        const std::uint8_t unfit = is_request() ? kError : kRetransmitted;
        return version == 1 && length >= kShortest && length % 4 == 0 &&
               (flags & (kReserved | unfit)) == 0 && command != 0;
    }
};

Header read_header(bytes::ByteCursor& cursor) noexcept {
    Header header{.version = cursor.read<std::uint8_t>(),
                  .length = cursor.read<std::uint32_t, 3>(),
                  .flags = cursor.read<std::uint8_t>(),
                  .command = cursor.read<std::uint32_t, 3>()};
    cursor.skip(4);  // application
    header.hop_by_hop = cursor.read<std::uint32_t>();
    cursor.skip(4);  // end to end
    return header;
}

/// RFC 6733 §4.1. `value` may be cut.
struct Avp {
    bool is_legal = false;
    bool is_whole = false;
    Code code{};
    bytes::View value;
};

Avp read_avp(bytes::ByteCursor& cursor, bool is_cut) noexcept {
    constexpr std::uint8_t kVendor = 0x80;
    constexpr std::uint8_t kReserved = 0x1f;
    Avp avp;
    avp.code = static_cast<Code>(cursor.read<std::uint32_t>());
    const auto flags = cursor.read<std::uint8_t>();
    const std::size_t length = cursor.read<std::uint32_t, 3>();
    const std::size_t header = (flags & kVendor) != 0 ? 12 : 8;
    const std::uint32_t vendor = header == 12 ? cursor.read<std::uint32_t>() : 0;
    avp.is_legal = !cursor.ok() || ((flags & kReserved) == 0 && length >= header);
    if (!cursor.ok() || !avp.is_legal) return avp;
    const std::size_t size = length - header;
    avp.is_whole = size <= cursor.rest().size();
    avp.value = cursor.take(std::min(size, cursor.rest().size()));
    avp.is_legal = avp.is_whole || is_cut;
    cursor.skip((4 - length % 4) % 4);
    if (vendor != 0) avp.code = Code{};  // the vendor's own
    return avp;
}

/// A host's or realm's name, RFC 6733 §4.3.1: text without blanks.
bool is_name(bytes::View value) noexcept {
    return !value.empty() &&
           std::ranges::all_of(value, [](std::uint8_t c) { return c > ' ' && c != 0x7f; });
}
/// RFC 6733 §7.1: the thousands are its class.
bool is_result(bytes::View value) noexcept {
    bytes::ByteCursor cursor{value};
    const auto result = cursor.read<std::uint32_t>();
    return cursor.ok() && cursor.empty() && result >= 1000 && result < 6000;
}

struct Message {
    Match match = Match::kNo;
    Header header;
    bytes::View product;  ///< Product-Name, told in capabilities exchanges
};

/// Walks the AVPs. A cut message counts once its origin is named.
Match read_avps(bytes::ByteCursor cursor, bool is_cut, Message& message) noexcept {
    bool has_origin = false;
    bool has_result = false;
    while (!cursor.empty()) {
        const Avp avp = read_avp(cursor, is_cut);
        if (!avp.is_legal) return Match::kNo;
        if (!avp.is_whole) break;
        switch (avp.code) {
            case Code::kOriginHost:
            case Code::kOriginRealm:
                if (!is_name(avp.value)) return Match::kNo;
                has_origin = true;
                break;
            case Code::kSessionId:
                if (!is_name(avp.value)) return Match::kNo;
                break;
            case Code::kResultCode:
                if (!is_result(avp.value)) return Match::kNo;
                has_result = true;
                break;
            case Code::kExperimentalResult: has_result = true; break;
            case Code::kProductName: message.product = avp.value; break;
            default: break;
        }
    }
    if (is_cut) return has_origin ? Match::kYes : Match::kNeedMore;
    const bool is_whole = cursor.ok() && has_origin;
    const bool is_complete = message.header.is_request() || has_result;
    return is_whole && is_complete ? Match::kYes : Match::kNo;
}

Message read_message(bytes::View said) noexcept {
    constexpr std::size_t kHeader = 20;  // bytes
    Message message;
    bytes::ByteCursor cursor{said};
    message.header = read_header(cursor);
    if (!cursor.ok()) {
        const bool is_start = said.empty() || message.header.version == 1;
        if (is_start) message.match = Match::kNeedMore;
        return message;
    }
    if (!message.header.is_legal()) return message;
    const std::size_t size = message.header.length - kHeader;
    const bool is_cut = cursor.rest().size() < size;
    const bytes::ByteCursor avps{is_cut ? cursor.rest() : cursor.take(size)};
    if (!is_cut && !cursor.empty() && cursor.peek() != message.header.version) return message;
    message.match = read_avps(avps, is_cut, message);
    return message;
}

/// Bit 31 is set, 30 in requests; the rest folds command and hop-by-hop identifier.
constexpr std::uint32_t token_of(const Header& header) noexcept {
    constexpr std::uint32_t kFold = 0x3fffffffU;
    const std::uint32_t side = header.is_request() ? 1U << 30U : 0;
    const std::uint32_t folded =
        header.hop_by_hop ^ header.hop_by_hop >> 30U ^ header.command << 6U;
    return 1U << 31U | side | (folded & kFold);
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    const Message message = read_message(exchange.said);
    if (message.match != Match::kYes) return {message.match};
    const std::uint32_t token = token_of(message.header);
    if (exchange.token != 0) {
        const bool is_theirs_request = (exchange.token & 1U << 30U) != 0;
        const bool is_answer = (exchange.token ^ token) == 1U << 30U;
        // Both ends may ask, but not the same, and an answer before any request has none to fit.
        const bool is_crossing = message.header.is_request() && exchange.token != token;
        const bool is_unseen = !exchange.direction_known && exchange.token != token;
        const bool fits = is_theirs_request ? is_answer || is_crossing : is_crossing;
        if (!fits && !is_unseen) return {Match::kNo};
    }
    // A client asks first, but both ask later.
    const Role first = message.header.is_request() ? Role::kClient : Role::kServer;
    constexpr std::uint32_t kCapabilitiesExchange = 257;
    const bool is_first = message.header.command == kCapabilitiesExchange;
    return {Match::kYes, is_first ? first : Role::kEither, token};
}

void extract(const Exchange& exchange, Facts& facts) noexcept {
    const Message message = read_message(exchange.said);
    if (!message.product.empty()) facts.add(Fact::kSoftware, message.product);
}

}  // namespace sensor::identify::diameter
