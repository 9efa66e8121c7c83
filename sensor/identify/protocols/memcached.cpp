#include "sensor/identify/protocols/memcached.h"

#include <algorithm>

#include "sensor/identify/protocols/memcached_text.h"

namespace sensor::identify::memcached {
namespace {

constexpr std::uint32_t kSpoken = 1;  // the token of a side whose messages have no identifier
constexpr std::uint8_t kRequestMagic = 0x80;
constexpr std::uint8_t kResponseMagic = 0x81;
constexpr std::size_t kFrame = 8;  // bytes before each datagram's content

/// What a request of an operation holds beside its header.
struct Shape {
    std::int8_t extras = -1;  ///< bytes; -1: no such operation
    bool has_key = false;
    bool has_value = false;
    bool is_quiet = false;  ///< may stay without an answer
};

/// The operations of "Command Opcodes" and the sizes of their sections.
constexpr Shape shape_of(std::uint8_t operation) noexcept {
    switch (operation) {
        case 0x00:                                  // get
        case 0x0c:                                  // get with key
        case 0x04: return {0, true, false, false};  // delete
        case 0x09:                                  // get, quietly
        case 0x0d:                                  // get with key, quietly
        case 0x14: return {0, true, false, true};   // delete, quietly
        case 0x01:                                  // set
        case 0x02:                                  // add
        case 0x03: return {8, true, true, false};   // replace
        case 0x11:                                  // the same quietly
        case 0x12:
        case 0x13: return {8, true, true, true};
        case 0x05:                                   // increment
        case 0x06: return {20, true, false, false};  // decrement
        case 0x15:
        case 0x16: return {20, true, false, true};
        case 0x07:                                   // quit
        case 0x0a:                                   // no operation
        case 0x0b:                                   // version
        case 0x20: return {0, false, false, false};  // SASL mechanisms
        case 0x17: return {0, false, false, true};
        case 0x08: return {4, false, false, false};  // flush, its time may be left out
        case 0x18: return {4, false, false, true};
        case 0x0e:  // append
        case 0x0f:  // prepend
        case 0x21:  // SASL
        case 0x22: return {0, true, true, false};
        case 0x19:
        case 0x1a: return {0, true, true, true};
        case 0x10: return {0, false, false, false};  // statistics, its key may be left out
        case 0x1b: return {4, false, false, false};  // verbosity
        case 0x1c:                                   // touch
        case 0x1d:                                   // get and touch
        case 0x23: return {4, true, false, false};
        case 0x1e:
        case 0x24: return {4, true, false, true};
        default: return {};
    }
}

struct Header {
    std::uint8_t magic = 0;
    std::uint8_t operation = 0;
    std::uint16_t key = 0;     // bytes
    std::uint8_t extras = 0;   // bytes
    std::uint8_t type = 0;     // of data; only 0 is in use
    std::uint16_t status = 0;  // a request's virtual bucket
    std::uint32_t body = 0;    // bytes: extras, key and value
    std::uint32_t opaque = 0;
    bool is_whole = false;
};

Header read_header(bytes::View said) noexcept {
    bytes::ByteCursor cursor{said};
    Header header{.magic = cursor.read<std::uint8_t>(),
                  .operation = cursor.read<std::uint8_t>(),
                  .key = cursor.read<std::uint16_t>(),
                  .extras = cursor.read<std::uint8_t>(),
                  .type = cursor.read<std::uint8_t>(),
                  .status = cursor.read<std::uint16_t>(),
                  .body = cursor.read<std::uint32_t>(),
                  .opaque = cursor.read<std::uint32_t>()};
    cursor.skip(8);  // version of the item
    header.is_whole = cursor.ok();
    return header;
}

constexpr bool is_request(const Header& header, const Shape& shape) noexcept {
    const bool may_lack_extras = header.operation == 0x08 || header.operation == 0x18;
    const bool may_have_key = header.operation == 0x10;
    const bool has_extras = header.extras == shape.extras || (may_lack_extras && !header.extras);
    const bool has_key = shape.has_key ? header.key != 0 : header.key == 0 || may_have_key;
    const std::uint32_t least = std::uint32_t{header.extras} + header.key;
    const bool fills = shape.has_value ? header.body >= least : header.body == least;
    return shape.extras >= 0 && has_extras && has_key && fills && header.type == 0 &&
           header.key <= kLongestKey && header.body <= kLongestItem;
}

/// "Response Status"; extras are an item's flags, a key is only returned on request.
constexpr bool is_response(const Header& header) noexcept {
    const auto status = header.status;
    const bool is_status =
        status <= 0x09 || status == 0x20 || status == 0x21 || (status >= 0x81 && status <= 0x86);
    const bool has_flags = header.extras == 4 && status == 0;
    return is_status && shape_of(header.operation).extras >= 0 && header.type == 0 &&
           (header.extras == 0 || has_flags) && header.key <= kLongestKey &&
           header.body >= std::uint32_t{header.extras} + header.key && header.body <= kLongestItem;
}

std::uint32_t token_of(const Header& header) noexcept {
    return (header.opaque ^ std::uint32_t{header.operation} << 24U) | 0x02U;
}

Verdict match_binary(bytes::View said, std::uint32_t token) noexcept {
    const Header header = read_header(said);
    const Role role = header.magic == kRequestMagic ? Role::kClient : Role::kServer;
    if (!header.is_whole) return {Match::kNeedMore, role};
    const Shape shape = shape_of(header.operation);
    if (role == Role::kClient) {
        const bool is_legal = is_request(header, shape);
        return {is_legal ? Match::kYes : Match::kNo, role,
                shape.is_quiet ? kSpoken : token_of(header)};
    }
    const bool answers = token <= kSpoken || token == token_of(header);
    return {answers && is_response(header) ? Match::kYes : Match::kNo, role, kSpoken};
}

Verdict match_stream(const Exchange& exchange) noexcept {
    const auto said = exchange.said;
    const auto first = said.front();
    if (first == kRequestMagic || first == kResponseMagic) {
        return match_binary(said, exchange.token);
    }
    const bool spoken = exchange.token != 0;
    const bool is_small = text::is_letter(static_cast<char>(first)) && first >= 'a';
    if (is_small) return {match_text(said, spoken, weigh_command), Role::kClient, kSpoken};
    return {match_text(said, spoken, weigh_reply), Role::kServer, kSpoken};
}

/// A datagram: request, number, count, zero, then a whole request, or a piece of the answer.
Verdict match_datagram(const Exchange& exchange) noexcept {
    bytes::ByteCursor cursor{exchange.said};
    const auto request = cursor.read<std::uint16_t>();
    const auto number = cursor.read<std::uint16_t>();
    const auto count = cursor.read<std::uint16_t>();
    const auto reserved = cursor.read<std::uint16_t>();
    if (!cursor.ok() || cursor.empty() || reserved != 0 || number >= count) return {Match::kNo};
    const std::uint32_t token = 0x10000U | request;
    const bool answers = exchange.token == token;
    if (exchange.token != 0 && !answers) return {Match::kNo};
    if (number != 0) return {answers ? Match::kYes : Match::kNo, Role::kServer, token};
    const auto first = cursor.peek();
    if (first == kRequestMagic || first == kResponseMagic) {
        Verdict verdict = match_binary(cursor.rest(), kSpoken);
        const Header header = read_header(cursor.rest());
        const bool fits = exchange.said.size() - kFrame - 24 == header.body || count > 1;
        if (verdict.match != Match::kYes || !fits) return {Match::kNo};
        verdict.token = token;
        return verdict;
    }
    if (text::is_letter(static_cast<char>(first)) && first >= 'a') {
        const bool is_whole = count == 1 && cursor.rest().back() == '\n';
        const Match match = match_text(cursor.rest(), is_whole, weigh_command);
        return {is_whole && match == Match::kYes ? match : Match::kNo, Role::kClient, token};
    }
    const Match match = match_text(cursor.rest(), answers, weigh_reply);
    return {match == Match::kYes ? match : Match::kNo, Role::kServer, token};
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    if (exchange.said.empty()) return {Match::kNeedMore};
    return exchange.transport == Transport::kUdp ? match_datagram(exchange)
                                                 : match_stream(exchange);
}

void extract(const Exchange& exchange, Facts& facts) noexcept {
    constexpr std::string_view kVersion = "VERSION ";
    const bool is_framed = exchange.transport == Transport::kUdp && exchange.said.size() >= kFrame;
    const auto line = text::first_line(is_framed ? exchange.said.subspan(kFrame) : exchange.said);
    if (line.starts_with(kVersion)) facts.add(Fact::kSoftware, line.substr(kVersion.size()));
}

}  // namespace sensor::identify::memcached
