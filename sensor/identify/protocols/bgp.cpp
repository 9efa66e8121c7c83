#include "sensor/identify/protocols/bgp.h"

#include <algorithm>

namespace sensor::identify::bgp {
namespace {

enum class Type : std::uint8_t {
    kOpen = 1,
    kUpdate = 2,
    kNotification = 3,
    kKeepalive = 4,
    kRouteRefresh = 5,
};

constexpr std::size_t kHeader = 19;  // bytes

/// Type, length, value up to the end; `wide` lengths have two bytes.
bool are_parameters_legal(bytes::ByteCursor cursor, bool wide) noexcept {
    constexpr std::uint8_t kAuthentication = 1;  // RFC 1771, deprecated
    constexpr std::uint8_t kCapabilities = 2;    // RFC 5492 §4
    while (!cursor.empty()) {
        const auto type = cursor.read<std::uint8_t>();
        const std::size_t length =
            wide ? cursor.read<std::uint16_t>() : cursor.read<std::uint8_t>();
        bytes::ByteCursor value{cursor.take(length)};
        if (!cursor.ok() || (type != kAuthentication && type != kCapabilities)) return false;
        while (type == kCapabilities && !value.empty()) {
            const auto capability = value.read<std::uint8_t>();
            value.skip(value.read<std::uint8_t>());
            if (!value.ok() || capability == 0) return false;
        }
    }
    return cursor.ok();
}

/// §4.2: version 4, an AS, a hold time of 0 or at least 3 seconds, an identifier.
bool is_open(bytes::View body) noexcept {
    constexpr std::uint8_t kVersion = 4;
    constexpr std::uint8_t kExtended = 255;  // RFC 9072 §2
    bytes::ByteCursor cursor{body};
    const auto version = cursor.read<std::uint8_t>();
    const auto system = cursor.read<std::uint16_t>();
    const auto hold_time = cursor.read<std::uint16_t>();
    const auto identifier = cursor.read<std::uint32_t>();
    std::size_t length = cursor.read<std::uint8_t>();
    const bool is_legal =
        version == kVersion && system != 0 && hold_time != 1 && hold_time != 2 && identifier != 0;
    if (!cursor.ok() || !is_legal) return false;
    const bool is_extended = length == kExtended && cursor.peek() == kExtended;
    if (is_extended) {
        cursor.skip(1);
        length = cursor.read<std::uint16_t>();
    }
    return cursor.ok() && cursor.rest().size() == length &&
           are_parameters_legal(cursor, is_extended);
}

/// Flags, type and length of each path attribute, §4.3.
bool are_attributes_legal(bytes::ByteCursor cursor) noexcept {
    constexpr std::uint8_t kExtendedLength = 0x10;
    constexpr std::uint8_t kUnused = 0x0f;
    while (!cursor.empty()) {
        const auto flags = cursor.read<std::uint8_t>();
        const auto type = cursor.read<std::uint8_t>();
        const bool is_long = (flags & kExtendedLength) != 0;
        cursor.skip(is_long ? cursor.read<std::uint16_t>() : cursor.read<std::uint8_t>());
        if (type == 0 || (flags & kUnused) != 0) return false;
    }
    return cursor.ok();
}

/// Withdrawn routes, path attributes, routes. The routes themselves are not looked at: with path
/// identifiers (RFC 7911) and without they look alike.
bool is_update(bytes::View body) noexcept {
    bytes::ByteCursor cursor{body};
    cursor.skip(cursor.read<std::uint16_t>());
    const bytes::ByteCursor attributes{cursor.take(cursor.read<std::uint16_t>())};
    const bool has_routes = !cursor.empty();
    // Routes need an origin at least.
    return cursor.ok() && are_attributes_legal(attributes) && !(has_routes && attributes.empty());
}

bool is_body_legal(Type type, bytes::View body) noexcept {
    bytes::ByteCursor cursor{body};
    switch (type) {
        case Type::kOpen: return is_open(body);
        case Type::kUpdate: return is_update(body);
        case Type::kNotification: {
            constexpr std::uint8_t kLastCode = 8;  // IANA BGP error codes
            const auto code = cursor.read<std::uint8_t>();
            cursor.skip(1);
            return cursor.ok() && code >= 1 && code <= kLastCode;
        }
        case Type::kKeepalive: return body.empty();
        case Type::kRouteRefresh: {  // a family, a subtype, a family; RFC 7313, RFC 5291 behind it
            const auto family = cursor.read<std::uint16_t>();
            const auto subtype = cursor.read<std::uint8_t>();
            cursor.skip(1);
            return cursor.ok() && family != 0 && subtype <= 2;
        }
    }
    return false;
}

/// What a length may be, §4.1; only OPEN and KEEPALIVE stay below 4096 with RFC 8654.
bool is_length_legal(Type type, std::size_t length) noexcept {
    constexpr std::size_t kLongest = 4096;
    switch (type) {
        case Type::kOpen: return length >= 29 && length <= kLongest;
        case Type::kUpdate: return length >= 23;
        case Type::kNotification: return length >= 21;
        case Type::kKeepalive: return length == kHeader;
        case Type::kRouteRefresh: return length >= 23;
    }
    return false;
}

struct Message {
    Match match = Match::kNo;
    std::uint32_t token = 0;  ///< of an OPEN
};

Message read_message(bytes::ByteCursor& cursor) noexcept {
    constexpr std::size_t kMarker = 16;
    Message message;
    const auto is_one = [](std::uint8_t byte) { return byte == 0xff; };
    const auto start = cursor.rest().first(std::min(cursor.rest().size(), kMarker));
    if (!std::ranges::all_of(start, is_one)) return message;
    cursor.skip(kMarker);
    const std::size_t length = cursor.read<std::uint16_t>();
    const auto type = static_cast<Type>(cursor.read<std::uint8_t>());
    message.match = Match::kNeedMore;
    if (!cursor.ok()) return message;
    message.match = Match::kNo;
    if (!is_length_legal(type, length)) return message;
    const std::size_t size = length - kHeader;
    const bytes::View here = cursor.rest();
    cursor.skip(size);
    if (cursor.ok()) {
        if (is_body_legal(type, here.first(size))) message.match = Match::kYes;
    } else {  // large updates outgrow what is kept of a stream
        message.match = type == Type::kOpen ? Match::kNeedMore : Match::kYes;
    }
    if (message.match != Match::kYes || type != Type::kOpen) return message;
    bytes::ByteCursor open{here};
    open.skip(1);
    const auto system = open.read<std::uint16_t>();
    open.skip(2);
    message.token = std::max<std::uint32_t>(open.read<std::uint32_t>() ^ unsigned{system} << 8U, 1);
    return message;
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    constexpr unsigned kMostMessages = 8;
    bytes::ByteCursor cursor{exchange.said};
    const Message first = read_message(cursor);
    for (unsigned i = 1; i < kMostMessages && !cursor.empty(); ++i) {
        if (read_message(cursor).match == Match::kNo) return {Match::kNo};
    }
    if (first.match != Match::kYes) return {first.match};
    // Two speakers differ in AS or identifier, RFC 6286 §2.1: the same OPEN is an echo.
    if (exchange.token != 0 && first.token == exchange.token) return {Match::kNo};
    return {Match::kYes, Role::kEither, first.token};
}

}  // namespace sensor::identify::bgp
