#include "sensor/identify/protocols/dcerpc.h"

namespace sensor::identify::dcerpc {
namespace {

using detail::Fields;

enum class Type : std::uint8_t {  // C706 §12.5.2
    kRequest = 0,
    kPing = 1,
    kResponse = 2,
    kFault = 3,
    kWorking = 4,
    kNoCall = 5,
    kReject = 6,
    kAck = 7,
    kCancel = 8,
    kFragmentAck = 9,
    kCancelAck = 10,
};

/// C706 §12.5.1.
struct Header {
    Type type{};
    std::uint8_t flags = 0;
    std::uint16_t length = 0;    ///< bytes of the body
    std::uint16_t fragment = 0;  ///< number, from 0
    std::uint8_t authentication = 0;
    bytes::View activity;  ///< UUID of the client's thread

    bool is_from_server() const noexcept {
        switch (type) {
            case Type::kResponse:
            case Type::kFault:
            case Type::kWorking:
            case Type::kNoCall:
            case Type::kReject:
            case Type::kCancelAck: return true;
            default: return false;
        }
    }
    /// What acknowledges fragments is sent by who receives them.
    Role role() const noexcept {
        if (type == Type::kFragmentAck) return Role::kEither;
        return is_from_server() ? Role::kServer : Role::kClient;
    }
};

/// False if a field is not legal.
bool read_header(Fields& fields, Header& header) noexcept {
    constexpr std::uint8_t kLastType = 10;
    constexpr std::uint8_t kFlagsToo = 0x02;  // a cancel is pending; the rest is reserved
    const auto version = fields.byte();
    const auto type = fields.byte();
    header.type = static_cast<Type>(type);
    header.flags = fields.byte();
    const auto flags_too = fields.byte();
    const auto representation = fields.byte();
    const auto floats = fields.byte();
    const auto reserved = fields.byte();
    fields.is_little = detail::is_little_endian(representation);
    fields.cursor.skip(1 + 16 + 16);  // serial number, object, interface
    header.activity = fields.cursor.take(16);
    fields.cursor.skip(4 + 4 + 4 + 2 + 2 + 2);  // boot time up to the hints
    header.length = fields.half();
    header.fragment = fields.half();
    header.authentication = fields.byte();
    fields.cursor.skip(1);  // serial number
    return fields.cursor.ok() && version == 4 && type <= kLastType &&
           (flags_too & ~kFlagsToo) == 0 && reserved == 0 &&
           detail::is_representation(representation, floats);
}

/// The lengths that a body can have, C706 §12.5.3.
bool is_length_legal(const Header& header) noexcept {
    constexpr std::uint16_t kStatus = 4;      // bytes
    constexpr std::uint16_t kCancelBody = 8;  // bytes
    switch (header.type) {
        case Type::kPing:
        case Type::kWorking:
        case Type::kAck: return header.length == 0;
        case Type::kFault:
        case Type::kReject: return header.length >= kStatus;
        case Type::kCancel: return header.length == kCancelBody;
        case Type::kCancelAck: return header.length == 0 || header.length >= kCancelBody;
        default: return true;
    }
}

/// What an answer must agree with: its activity, and that it comes from the other side.
std::uint32_t token_of(const Header& header) noexcept {
    std::uint32_t hash = 2166136261U;  // FNV-1a
    for (const std::uint8_t byte : header.activity)
        hash = (hash ^ byte) * 16777619U;
    return (hash & ~3U) | 2U | (header.is_from_server() ? 1U : 0U);
}

}  // namespace

Verdict validate_datagram(const Exchange& exchange) noexcept {
    constexpr std::uint8_t kIsFragment = 0x04;
    Fields fields{bytes::ByteCursor{exchange.said}};
    Header header;
    if (!read_header(fields, header)) return {Match::kNo};
    const std::size_t body = fields.cursor.rest().size();
    const bool is_authenticated = header.authentication != 0;
    const bool fits = is_authenticated ? header.length <= body : header.length == body;
    const bool is_whole = (header.flags & kIsFragment) == 0;
    if (!fits || !is_length_legal(header) || (is_whole && header.fragment != 0)) {
        return {Match::kNo};
    }
    const std::uint32_t token = token_of(header);
    const bool answers = exchange.token == 0 || (exchange.token ^ token) == 1 ||
                         (header.role() == Role::kEither && (exchange.token | 1U) == (token | 1U));
    return {answers ? Match::kYes : Match::kNo, header.role(), token};
}

}  // namespace sensor::identify::dcerpc
