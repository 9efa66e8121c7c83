#include "sensor/identify/protocols/mqtt.h"

#include <algorithm>
#include <array>
#include <optional>

namespace sensor::identify::mqtt {
namespace {

enum class Level : std::uint8_t { k31 = 3, k311 = 4, k50 = 5 };

/// A variable byte integer, 3.1.1 §2.2.3: seven bits a byte, lowest first, at most four bytes.
/// Nothing if a fifth would follow; a cut one fails the cursor.
std::optional<std::uint32_t> read_variable(bytes::ByteCursor& cursor) noexcept {
    std::uint32_t value = 0;
    for (unsigned shift = 0; shift < 28; shift += 7) {
        const auto byte = cursor.read<std::uint8_t>();
        value |= (byte & 0x7fU) << shift;
        if (byte < 0x80) return value;
    }
    return std::nullopt;
}

/// Two bytes of length, then text or binary data.
bytes::View read_field(bytes::ByteCursor& cursor) noexcept {
    return cursor.take(cursor.read<std::uint16_t>());
}

/// One property's value, 5.0 §2.2.2.2; false if no packet with properties has such an identifier.
bool skip_property(bytes::ByteCursor& cursor) noexcept {
    switch (cursor.read<std::uint8_t>()) {
        case 0x01:
        case 0x17:
        case 0x19:
        case 0x24:
        case 0x25:
        case 0x28:
        case 0x29:
        case 0x2a: cursor.skip(1); return true;
        case 0x13:
        case 0x21:
        case 0x22:
        case 0x23: cursor.skip(2); return true;
        case 0x02:
        case 0x11:
        case 0x18:
        case 0x27: cursor.skip(4); return true;
        case 0x26: cursor.skip(cursor.read<std::uint16_t>()); [[fallthrough]];  // a pair
        case 0x03:
        case 0x08:
        case 0x09:
        case 0x12:
        case 0x15:
        case 0x16:
        case 0x1a:
        case 0x1c:
        case 0x1f: cursor.skip(cursor.read<std::uint16_t>()); return true;
        default: return false;
    }
}

/// The properties' length, then properties that fill it. A cut list fails the cursor.
bool skip_properties(bytes::ByteCursor& cursor) noexcept {
    const auto length = read_variable(cursor);
    if (!length) return false;
    bytes::ByteCursor properties{cursor.take(*length)};
    while (!properties.empty()) {
        if (!skip_property(properties) || !properties.ok()) return false;
    }
    return true;
}

struct Connect {
    Match match = Match::kNo;
    Level level{};
    bytes::View client_id;
};

/// CONNECT's name and level; a bridge sets the level's top bit.
std::optional<Level> read_level(bytes::ByteCursor& cursor) noexcept {
    const auto name = bytes::text_of(read_field(cursor));
    const auto level = static_cast<Level>(cursor.read<std::uint8_t>() & 0x7fU);
    if (name == "MQIsdp" && level == Level::k31) return level;
    if (name == "MQTT" && (level == Level::k311 || level == Level::k50)) return level;
    return std::nullopt;
}

/// 3.1.1 §3.1.2.3: bit 0 is reserved, a will's bits need the will, a password needs a user
/// before 5.
constexpr bool are_flags_legal(unsigned flags, Level level) noexcept {
    const bool has_will = (flags & 0x04U) != 0;
    const unsigned will_qos = (flags >> 3U) & 3U;
    if ((flags & 0x01U) != 0 || will_qos == 3) return false;
    if (!has_will && (flags & 0x38U) != 0) return false;
    return level == Level::k50 || (flags & 0xc0U) != 0x40U;
}

/// What follows the level, 3.1.1 §3.1.2-3.1.3.
bool read_payload(bytes::ByteCursor& cursor, Connect& connect) noexcept {
    const auto flags = cursor.read<std::uint8_t>();
    cursor.skip(2);  // keep alive
    if (!are_flags_legal(flags, connect.level)) return false;
    if (connect.level == Level::k50 && !skip_properties(cursor)) return false;
    connect.client_id = read_field(cursor);
    const auto is_control = [](std::uint8_t c) { return c < ' ' || c == 0x7f; };
    if (std::ranges::any_of(connect.client_id, is_control)) return false;
    if ((flags & 0x04U) != 0) {  // will: topic and message
        if (connect.level == Level::k50 && !skip_properties(cursor)) return false;
        cursor.skip(cursor.read<std::uint16_t>());
        cursor.skip(cursor.read<std::uint16_t>());
    }
    if ((flags & 0x80U) != 0) cursor.skip(cursor.read<std::uint16_t>());  // user
    if ((flags & 0x40U) != 0) cursor.skip(cursor.read<std::uint16_t>());  // password
    return true;
}

Connect read_connect(bytes::View said) noexcept {
    constexpr std::uint8_t kConnect = 0x10;
    constexpr std::size_t kConvincing = 1024;  // bytes of a CONNECT with an outsized password
    Connect connect;
    bytes::ByteCursor cursor{said};
    const auto type = cursor.read<std::uint8_t>();
    const auto length = read_variable(cursor);
    if (type != kConnect || !length) return connect;
    const bool is_cut = !cursor.ok() || cursor.rest().size() < *length;
    bytes::ByteCursor body{is_cut ? cursor.rest() : cursor.take(*length)};
    const auto level = read_level(body);
    if (!level) {
        if (is_cut && !body.ok()) connect.match = Match::kNeedMore;
        return connect;
    }
    connect.level = *level;
    const bool is_legal = read_payload(body, connect);
    if (!body.ok()) {
        if (!is_cut) return connect;
        const bool is_convincing = said.size() >= kConvincing && !connect.client_id.empty();
        connect.match = is_convincing ? Match::kYes : Match::kNeedMore;
        return connect;
    }
    if (is_legal && !is_cut && body.empty()) connect.match = Match::kYes;
    return connect;
}

/// The token: the CONNECT's level, or that the server or a later packet spoke.
constexpr std::uint32_t kFromConnect = 0x100;
constexpr std::uint32_t kFromOther = 0x200;

/// True if `properties`, a whole list without its length, holds some, and only such as a CONNACK
/// may have, 5.0 §3.2.2.3.
bool are_of_connack(bytes::View properties) noexcept {
    constexpr std::array<std::uint8_t, 17> kOfConnack{0x11, 0x12, 0x13, 0x15, 0x16, 0x1a,
                                                      0x1c, 0x1f, 0x21, 0x22, 0x24, 0x25,
                                                      0x26, 0x27, 0x28, 0x29, 0x2a};
    bytes::ByteCursor cursor{properties};
    while (!cursor.empty()) {
        if (!std::ranges::binary_search(kOfConnack, cursor.peek())) return false;
        if (!skip_property(cursor)) return false;
    }
    return cursor.ok() && !properties.empty();
}

/// A CONNACK with properties is exact enough to count alone.
Match read_answer(bytes::View said, std::uint32_t token) noexcept {
    constexpr std::uint8_t kConnack = 0x20;
    constexpr std::uint8_t kLastCode = 5;    // 3.1.1 §3.2.2.3
    constexpr std::uint8_t kFailure = 0x80;  // first reason of a failure, 5.0 §3.2.2.2
    constexpr std::uint8_t kLastFailure = 0x9f;
    bytes::ByteCursor cursor{said};
    const auto type = cursor.read<std::uint8_t>();
    const auto length = read_variable(cursor);
    if (type != kConnack || !length || (cursor.ok() && *length < 2)) return Match::kNo;
    if (!cursor.ok() || cursor.rest().size() < *length) return Match::kNeedMore;
    bytes::ByteCursor body{cursor.take(*length)};
    const auto flags = body.read<std::uint8_t>();
    const auto code = body.read<std::uint8_t>();
    if (flags > 1) return Match::kNo;
    const bool is_short = body.empty();  // a server that knows no version 5 refuses in the old way
    const bool is_old = is_short && code <= kLastCode;
    const bool is_reason = code == 0 || (code >= kFailure && code <= kLastFailure);
    const auto properties = is_short ? std::nullopt : read_variable(body);
    const bool is_exact = properties && body.ok() && body.rest().size() == *properties;
    const bool is_new = is_reason && is_exact && (body.empty() || are_of_connack(body.rest()));
    if (!is_old && !is_new) return Match::kNo;
    if ((token & kFromConnect) == 0) {
        const bool is_own = is_new && !body.empty();
        return is_own || token != 0 ? Match::kYes : Match::kNeedMore;
    }
    const bool is_five = static_cast<Level>(token & 0xffU) == Level::k50;
    const bool fits = is_five ? is_new || code != 0 : is_old;
    return fits ? Match::kYes : Match::kNo;
}

/// A topic's name or filter: text without NUL, not empty.
bool is_topic(bytes::View topic) noexcept {
    const auto is_control = [](std::uint8_t c) { return c < ' ' || c == 0x7f; };
    return !topic.empty() && std::ranges::none_of(topic, is_control);
}

/// SUBSCRIBE's and UNSUBSCRIBE's filters fill the packet, 3.1.1 §3.8, §3.10; version 5 has
/// properties before them, of which none is the common case.
bool are_filters(bytes::ByteCursor cursor, bool has_options, bool has_properties) noexcept {
    if (cursor.read<std::uint16_t>() == 0) return false;  // packet identifier
    if (has_properties && !skip_properties(cursor)) return false;
    unsigned count = 0;
    while (cursor.ok() && !cursor.empty()) {
        if (!is_topic(read_field(cursor))) return false;
        const auto options = has_options ? cursor.read<std::uint8_t>() : std::uint8_t{0};
        if (options > 0x2e || (options & 3U) == 3) return false;
        ++count;
    }
    return cursor.ok() && count != 0;
}

/// Any packet but CONNECT and CONNACK: fixed header, 3.1.1 §2.2, and of some what it holds.
Match read_other(bytes::View said, bool spoken) noexcept {
    bytes::ByteCursor cursor{said};
    const auto first = cursor.read<std::uint8_t>();
    const auto length = read_variable(cursor);
    if (!length) return Match::kNo;
    if (!cursor.ok()) return Match::kNeedMore;
    const unsigned flags = first & 0x0fU;
    const auto if_spoken = spoken ? Match::kYes : Match::kNeedMore;
    const bool is_cut = cursor.rest().size() < *length;
    switch (first >> 4U) {
        case 3: {  // PUBLISH: topic, then an identifier if its QoS is not 0
            const auto topic = read_field(cursor);
            const bool fits = topic.size() + 2 <= *length && (flags & 6U) != 6;
            if (!cursor.ok()) return is_cut ? Match::kNeedMore : Match::kNo;
            return fits && is_topic(topic) ? if_spoken : Match::kNo;
        }
        case 4:  // acknowledgements
        case 5:
        case 7:
        case 11: return flags == 0 && *length >= 2 ? if_spoken : Match::kNo;
        case 6: return flags == 2 && *length >= 2 ? if_spoken : Match::kNo;
        case 8:     // SUBSCRIBE
        case 10: {  // UNSUBSCRIBE
            if (flags != 2 || *length < 5) return Match::kNo;
            if (is_cut) return Match::kNeedMore;
            const bytes::ByteCursor body{cursor.take(*length)};
            const bool has_options = first >> 4U == 8;
            const bool is_legal =
                are_filters(body, has_options, false) || are_filters(body, has_options, true);
            return is_legal ? Match::kYes : Match::kNo;
        }
        case 9: return flags == 0 && *length >= 3 ? if_spoken : Match::kNo;
        case 12:
        case 13: return flags == 0 && *length == 0 ? if_spoken : Match::kNo;
        case 14: return flags == 0 ? if_spoken : Match::kNo;
        default: return Match::kNo;
    }
}

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    constexpr std::uint8_t kConnect = 0x10;
    constexpr std::uint8_t kConnack = 0x20;
    if (exchange.said.empty()) return {Match::kNeedMore};
    const auto type = exchange.said.front();
    if (type == kConnack) {
        return {read_answer(exchange.said, exchange.token), Role::kServer, kFromOther};
    }
    // Nobody is sent his own CONNECT.
    if (type == kConnect && (exchange.token & kFromConnect) != 0) return {Match::kNo};
    if (type == kConnect) {
        const Connect connect = read_connect(exchange.said);
        return {connect.match, Role::kClient,
                kFromConnect | static_cast<std::uint32_t>(connect.level)};
    }
    // A client that connects does so first, and so the server first accepts it.
    if ((exchange.token & kFromConnect) != 0) return {Match::kNo};
    const unsigned kind = type >> 4U;
    const bool is_asked = kind == 8 || kind == 10 || kind == 12 || kind == 14;
    const bool is_answered = kind == 9 || kind == 11 || kind == 13;
    const Role role = is_asked ? Role::kClient : is_answered ? Role::kServer : Role::kEither;
    return {read_other(exchange.said, exchange.token != 0), role, kFromOther};
}

void extract(const Exchange& exchange, Facts& facts) noexcept {
    const Connect connect = read_connect(exchange.said);
    if (connect.match == Match::kYes) facts.add(Fact::kMqttClientId, connect.client_id);
}

}  // namespace sensor::identify::mqtt
