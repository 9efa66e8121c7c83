#include "sensor/identify/protocols/gtp.h"

#include <algorithm>
#include <array>
#include <optional>

#include "sensor/identify/inner_packet.h"

namespace sensor::identify::gtp {
namespace {

enum class Type : std::uint8_t {  // shared by all versions, or of user data
    kEchoRequest = 1,
    kEchoResponse = 2,
    kVersionNotSupported = 3,
    kErrorIndication = 26,
    kExtensionsSupported = 31,
    kDataRecordRequest = 240,
    kDataRecordResponse = 241,
    kEndMarker = 254,
    kUserData = 255,
};

/// What one message proves.
struct Message {
    bool is_legal = false;
    bool is_certain = false;     ///< on its own
    std::uint32_t sequence = 0;  ///< if it has one
};

/// Bytes of an element of type and value, TS 29.060 §7.7, table 37; 0 for a type that has none.
constexpr std::size_t size_of(std::uint8_t element) noexcept {
    switch (element) {
        case 1:
        case 8:
        case 11:
        case 13:
        case 14:
        case 15:
        case 19:
        case 20:
        case 21:
        case 23:
        case 24:
        case 29:
        case 126: return 1;  // 126: packet transfer command, of charging
        case 25:
        case 26:
        case 27:
        case 28: return 2;
        case 12: return 3;
        case 4:
        case 5:
        case 16:
        case 17:
        case 127: return 4;
        case 18: return 5;
        case 3: return 6;
        case 2: return 8;
        case 22: return 9;
        case 9: return 28;
        default: return 0;
    }
}

/// Elements that fill `body`: below 128 a type has a fixed size, above it a length.
bool are_elements_legal(bytes::ByteCursor body) noexcept {
    constexpr std::uint8_t kExtensionTypes = 141;  // the one with a length of one byte
    while (!body.empty()) {
        const auto type = body.read<std::uint8_t>();
        std::size_t size = size_of(type);
        if (type == kExtensionTypes) {
            size = body.read<std::uint8_t>();
        } else if (type >= 128) {
            size = body.read<std::uint16_t>();
        } else if (size == 0) {
            return false;
        }
        body.skip(size);
        if (!body.ok()) return false;
    }
    return true;
}

/// TS 29.281 §5.2: each extension header counts itself in units of four bytes and names the next.
bool skip_extensions(bytes::ByteCursor& cursor, std::uint8_t type) noexcept {
    while (type != 0) {
        const std::size_t units = cursor.read<std::uint8_t>();
        if (units == 0) return false;
        cursor.skip(4 * units - 2);
        type = cursor.read<std::uint8_t>();
        if (!cursor.ok()) return false;
    }
    return true;
}

/// Requests and responses of version 1's control, TS 29.060 §7.1.
constexpr bool is_control(std::uint8_t type) noexcept {
    return (type >= 4 && type <= 7) || (type >= 16 && type <= 37) || (type >= 48 && type <= 62) ||
           (type >= 96 && type <= 105) || (type >= 112 && type <= 121) || type == 128;
}

Message read_version_1(bytes::View said) noexcept {
    constexpr unsigned kExtended = 4;
    constexpr unsigned kSequenced = 2;
    constexpr unsigned kSpare = 8;
    Message message;
    bytes::ByteCursor cursor{said};
    const unsigned flags = cursor.read<std::uint8_t>();
    const auto type = cursor.read<std::uint8_t>();
    const std::size_t length = cursor.read<std::uint16_t>();
    const auto endpoint = cursor.read<std::uint32_t>();
    if (!cursor.ok() || (flags & kSpare) != 0 || length != cursor.rest().size()) return message;
    if ((flags & 7U) != 0) {  // then all three fields are there
        message.sequence = cursor.read<std::uint16_t>();
        cursor.skip(1);  // N-PDU number
        const auto extension = cursor.read<std::uint8_t>();
        if (!cursor.ok()) return message;
        if ((flags & kExtended) != 0 && !skip_extensions(cursor, extension)) return message;
    }
    const bytes::View body = cursor.rest();
    const bool is_sequenced = (flags & kSequenced) != 0;
    switch (static_cast<Type>(type)) {
        case Type::kUserData:
            message.is_legal = message.is_certain = is_ip_packet(body, Ending::kExact);
            return message;
        case Type::kEndMarker: message.is_legal = endpoint != 0 && body.empty(); return message;
        case Type::kEchoRequest:
        case Type::kEchoResponse:
            message.is_legal = endpoint == 0 && is_sequenced && are_elements_legal(cursor);
            message.is_certain = message.is_legal;
            return message;
        case Type::kVersionNotSupported:
            message.is_legal = endpoint == 0 && is_sequenced && body.empty();
            return message;
        case Type::kErrorIndication:
        case Type::kExtensionsSupported:
            message.is_legal = are_elements_legal(cursor);
            message.is_certain = message.is_legal && endpoint == 0 && !body.empty();
            return message;
        default: break;
    }
    message.is_legal = is_control(type) && is_sequenced && are_elements_legal(cursor);
    message.is_certain = message.is_legal && !body.empty();
    return message;
}

/// TS 29.274 §8.2: type, length, four spare bits and an instance.
bool are_new_elements_legal(bytes::ByteCursor body) noexcept {
    while (!body.empty()) {
        const auto type = body.read<std::uint8_t>();
        const std::size_t size = body.read<std::uint16_t>();
        const auto instance = body.read<std::uint8_t>();
        body.skip(size);
        if (!body.ok() || type == 0 || instance > 0xf) return false;
    }
    return true;
}

/// TS 29.274 §6.1 and the other specifications of that protocol it lists.
constexpr bool is_new_type(std::uint8_t type) noexcept {
    constexpr std::array<std::array<std::uint8_t, 2>, 9> kRanges{{{1, 3},
                                                                  {25, 46},
                                                                  {64, 73},
                                                                  {95, 103},
                                                                  {128, 142},
                                                                  {149, 172},
                                                                  {176, 201},
                                                                  {211, 212},
                                                                  {231, 240}}};
    return std::ranges::any_of(
        kRanges, [&](const auto& range) { return type >= range[0] && type <= range[1]; });
}

/// A second message may ride on the first, TS 29.274 §5.5.1, but no third one.
Message read_version_2(bytes::View said, bool may_carry) noexcept {
    constexpr unsigned kCarries = 0x10;
    constexpr unsigned kHasEndpoint = 0x08;
    constexpr unsigned kHasPriority = 0x04;
    constexpr unsigned kSpare = 0x03;
    Message message;
    bytes::ByteCursor cursor{said};
    const unsigned flags = cursor.read<std::uint8_t>();
    const auto type = cursor.read<std::uint8_t>();
    const std::size_t length = cursor.read<std::uint16_t>();
    const bool carries = (flags & kCarries) != 0;
    bytes::ByteCursor body{cursor.take(length)};
    const bool has_endpoint = (flags & kHasEndpoint) != 0;
    if (has_endpoint) body.skip(4);
    message.sequence = body.read<std::uint32_t, 3>();
    const auto priority = body.read<std::uint8_t>();
    if (!cursor.ok() || !body.ok() || (flags & kSpare) != 0 || !is_new_type(type)) return message;
    if (((flags & kHasPriority) != 0 ? priority & 0xfU : priority) != 0) return message;
    // Only what keeps a path alive belongs to no tunnel.
    if (has_endpoint != (type > static_cast<std::uint8_t>(Type::kVersionNotSupported))) {
        return message;
    }
    if (carries != !cursor.empty() || (carries && !may_carry)) return message;
    if (carries && !read_version_2(cursor.rest(), false).is_legal) return message;
    message.is_legal = are_new_elements_legal(body);
    message.is_certain = message.is_legal && !body.empty();
    return message;
}

/// Charging: a header of six bytes, TS 32.295 §6.1.1.
Message read_charging(bytes::View said) noexcept {
    constexpr std::uint8_t kCause = 1;
    constexpr std::uint8_t kTransferCommand = 126;
    constexpr std::uint8_t kLastCommand = 4;
    Message message;
    bytes::ByteCursor cursor{said};
    cursor.skip(1);
    const auto type = static_cast<Type>(cursor.read<std::uint8_t>());
    const std::size_t length = cursor.read<std::uint16_t>();
    message.sequence = cursor.read<std::uint16_t>();
    if (!cursor.ok() || length != cursor.rest().size()) return message;
    if (!are_elements_legal(cursor)) return message;
    const std::uint8_t first = cursor.peek();
    const std::size_t size = cursor.rest().size();
    const bool is_request = type == Type::kDataRecordRequest;
    if (is_request || type == Type::kDataRecordResponse) {
        cursor.skip(1);
        const std::uint8_t command = cursor.peek();
        message.is_legal =
            is_request ? first == kTransferCommand && command >= 1 && command <= kLastCommand
                       : first == kCause && size >= 2 + 3 + 2;
        message.is_certain = message.is_legal && size > 2;
        return message;
    }
    message.is_legal = static_cast<std::uint8_t>(type) <= 7;
    return message;
}

Message read_message(bytes::View said) noexcept {
    if (said.empty()) return {};
    const unsigned first = said.front();
    if (first == 0x0f || first == 0x2e || first == 0x4e) return read_charging(said);
    if (first >> 4U == 3) return read_version_1(said);
    if (first >> 5U == 2) return read_version_2(said, true);
    return {};
}

constexpr std::uint32_t kSpoken = 1U << 31U;

}  // namespace

Verdict validate(const Exchange& exchange) noexcept {
    const Message message = read_message(exchange.said);
    if (!message.is_legal) return {Match::kNo};
    const std::uint32_t token = kSpoken | message.sequence;
    if (message.is_certain) return {Match::kYes, Role::kEither, token};
    if (exchange.token == 0) return {Match::kNeedMore};
    return {exchange.token == token ? Match::kYes : Match::kNo, Role::kEither, token};
}

}  // namespace sensor::identify::gtp
