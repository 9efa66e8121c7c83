#include "sensor/identify/protocols/coap.h"

#include <algorithm>
#include <array>

namespace sensor::identify::coap {
namespace {

enum class Type : std::uint8_t { kConfirmable, kNonConfirmable, kAcknowledgement, kReset };

/// One row of the option registry, RFC 7252 §12.2.
struct Option {
    std::uint16_t number;
    std::uint16_t shortest;  ///< bytes
    std::uint16_t longest;   ///< bytes
    bool is_text = false;
};
constexpr std::array kOptions{
    Option{1, 0, 8},            // If-Match
    Option{3, 1, 255, true},    // Uri-Host
    Option{4, 1, 8},            // ETag
    Option{5, 0, 0},            // If-None-Match
    Option{6, 0, 3},            // Observe, RFC 7641
    Option{7, 0, 2},            // Uri-Port
    Option{8, 0, 255, true},    // Location-Path
    Option{9, 0, 255},          // OSCORE, RFC 8613
    Option{11, 0, 255, true},   // Uri-Path
    Option{12, 0, 2},           // Content-Format
    Option{14, 0, 4},           // Max-Age
    Option{15, 0, 255, true},   // Uri-Query
    Option{16, 1, 1},           // Hop-Limit, RFC 8768
    Option{17, 0, 2},           // Accept
    Option{19, 0, 3},           // Q-Block1, RFC 9177
    Option{20, 0, 255, true},   // Location-Query
    Option{23, 0, 3},           // Block2
    Option{27, 0, 3},           // Block1
    Option{28, 0, 4},           // Size2
    Option{31, 0, 3},           // Q-Block2
    Option{35, 1, 1034, true},  // Proxy-Uri
    Option{39, 1, 255, true},   // Proxy-Scheme
    Option{60, 0, 4},           // Size1
    Option{252, 1, 40},         // Echo, RFC 9175
    Option{258, 0, 1},          // No-Response, RFC 7967
    Option{292, 0, 8},          // Request-Tag
    Option{2049, 0, 2},         // OCF versions
    Option{2053, 0, 2},
};

struct Header {
    Type type{};
    std::uint8_t code = 0;  ///< three bits of class, five of detail
    std::uint16_t id = 0;
    bytes::View token;

    bool is_empty() const noexcept { return code == 0; }
    bool is_request() const noexcept { return code >= 1 && code <= 7; }
    bool is_response() const noexcept {
        constexpr std::array<std::uint8_t, 25> kCodes{
            0x41, 0x42, 0x43, 0x44, 0x45, 0x5f,                    // 2.01-2.05, 2.31
            0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x88, 0x89,  // 4.00-4.06, 4.08, 4.09
            0x8c, 0x8d, 0x8f, 0x96, 0x9d,                          // 4.12, 4.13, 4.15, 4.22, 4.29
            0xa0, 0xa1, 0xa2, 0xa3, 0xa4};                         // 5.00-5.04
        return std::ranges::find(kCodes, code) != kCodes.end() || code == 0xa5 || code == 0xa8;
    }
};

struct Message {
    bool is_legal = false;
    Header header;
    std::size_t text_bytes = 0;  ///< of the options that are text
    bool has_format = false;     ///< Content-Format
    bool has_payload = false;
};

/// RFC 7252 §3.1: a nibble of 13 or 14 is continued in one or two more bytes; 15 is reserved.
std::size_t read_extended(unsigned nibble, bytes::ByteCursor& cursor) noexcept {
    if (nibble == 13) return cursor.read<std::uint8_t>() + 13U;
    if (nibble == 14) return cursor.read<std::uint16_t>() + 269U;
    return nibble;
}

bool read_option(std::size_t number, bytes::View value, Message& message) noexcept {
    constexpr std::size_t kFirstExperiment = 65000;
    if (number >= kFirstExperiment) return number <= 0xffff;
    const auto* const option = std::ranges::find(kOptions, number, &Option::number);
    if (option == kOptions.end()) return false;
    if (value.size() < option->shortest || value.size() > option->longest) return false;
    if (number == 12) message.has_format = true;
    if (!option->is_text) return true;
    message.text_bytes += value.size();
    return std::ranges::all_of(value, [](std::uint8_t c) { return c >= ' ' && c <= '~'; });
}

Message read_message(bytes::View said) noexcept {
    constexpr std::uint8_t kPayloadMarker = 0xff;
    Message message;
    bytes::ByteCursor cursor{said};
    const auto first = cursor.read<std::uint8_t>();
    message.header.type = static_cast<Type>((first >> 4U) & 3U);
    message.header.code = cursor.read<std::uint8_t>();
    message.header.id = cursor.read<std::uint16_t>();
    const unsigned token_length = first & 0xfU;
    if (first >> 6U != 1 || token_length > 8) return message;
    message.header.token = cursor.take(token_length);
    std::size_t number = 0;
    while (!cursor.empty()) {
        const auto option = cursor.read<std::uint8_t>();
        if (option == kPayloadMarker) {
            message.has_payload = true;
            message.is_legal = !cursor.empty();  // a marker with nothing behind it is an error
            return message;
        }
        if (option >> 4U == 15 || (option & 0xfU) == 15) return message;
        number += read_extended(option >> 4U, cursor);
        const bytes::View value = cursor.take(read_extended(option & 0xfU, cursor));
        if (!cursor.ok() || !read_option(number, value, message)) return message;
    }
    message.is_legal = cursor.ok();
    return message;
}

/// Bit 31 is set, then 15 bits of the token, then the message id.
std::uint32_t token_of(const Header& header) noexcept {
    std::uint32_t folded = 0;
    for (const std::uint8_t byte : header.token)
        folded = folded * 31 + byte + 1;
    return 1U << 31U | (folded & 0x7fffU) << 16U | header.id;
}

bool is_request_legal(const Message& message) noexcept {
    constexpr std::uint8_t kGet = 1;
    constexpr std::uint8_t kDelete = 4;
    constexpr std::size_t kReadable = 3;  // bytes of text without which nothing is certain
    const Header& header = message.header;
    if (header.type != Type::kConfirmable && header.type != Type::kNonConfirmable) return false;
    const bool may_have_payload = header.code != kGet && header.code != kDelete;
    if (message.has_payload && !may_have_payload) return false;
    return message.text_bytes >=
           (message.has_payload && !message.has_format ? 2 * kReadable : kReadable);
}

/// What `requested` (a request's token_of) is answered by, RFC 7252 §5.3.2: in the acknowledgement
/// both match, in a response sent later the token does.
bool answers(const Message& message, std::uint32_t requested) noexcept {
    const Header& header = message.header;
    const std::uint32_t differing = token_of(header) ^ requested;
    if (header.is_empty()) {
        const bool is_bare = header.token.empty() && !message.has_payload;
        const bool is_type = header.type == Type::kAcknowledgement || header.type == Type::kReset;
        return is_bare && is_type && (differing & 0xffffU) == 0;
    }
    if (!header.is_response() || header.type == Type::kReset) return false;
    if (header.type == Type::kAcknowledgement) return differing == 0;
    return (differing >> 16U) == 0 && !header.token.empty();
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    const Message message = read_message(exchange.said);
    if (!message.is_legal) return {Match::kNo};
    if (exchange.token != 0) {
        return {answers(message, exchange.token) ? Match::kYes : Match::kNo, Role::kServer};
    }
    if (!message.header.is_request() || !is_request_legal(message)) return {Match::kNo};
    return {Match::kYes, exchange.multicast ? Role::kEither : Role::kClient,
            token_of(message.header)};
}

}  // namespace sensor::identify::coap
