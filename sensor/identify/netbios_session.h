// The packets of the NetBIOS session service (RFC 1002 §4.3). SMB without NetBIOS keeps the frame
// of its messages, with a length of 24 bits (MS-SMB2 §2.1). Hot path.
#pragma once

#include <cstdint>

#include "sensor/identify/netbios_name.h"
#include "sensor/identify/protocol.h"

namespace sensor::identify::netbios {

enum class PacketType : std::uint8_t {  // RFC 1002 §4.3.1
    kMessage = 0x00,
    kRequest = 0x81,
    kPositive = 0x82,
    kNegative = 0x83,
    kRetarget = 0x84,
    kKeepAlive = 0x85,
};

struct Packet {
    Match match = Match::kNo;  ///< kYes: a whole packet or, of a message, its header
    PacketType type{};
    std::size_t length = 0;  ///< bytes after the header
    bytes::View body;        ///< as much of them as is here
    bytes::View rest;        ///< what follows the packet
};

inline constexpr std::size_t kPacketHeader = 4;  // bytes

namespace detail {
/// The body of a whole packet that is no message.
[[nodiscard]] inline bool is_legal(PacketType type, bytes::View body) noexcept {
    bytes::ByteCursor cursor{body};
    switch (type) {
        case PacketType::kRequest:
            return read_name(cursor) && read_name(cursor) && cursor.ok() && cursor.empty();
        case PacketType::kPositive:
        case PacketType::kKeepAlive: return body.empty();
        case PacketType::kNegative: {
            constexpr std::uint8_t kFirst = 0x80;  // §4.3.4
            constexpr std::uint8_t kLast = 0x83;
            constexpr std::uint8_t kUnspecified = 0x8f;
            const auto code = cursor.read<std::uint8_t>();
            return body.size() == 1 && ((code >= kFirst && code <= kLast) || code == kUnspecified);
        }
        case PacketType::kRetarget: return body.size() == 6;  // address and port
        case PacketType::kMessage: break;
    }
    return false;
}
/// The lengths that a packet of `type` can have.
[[nodiscard]] constexpr bool is_length_of(PacketType type, std::uint32_t length) noexcept {
    constexpr std::uint32_t kTwoNames = 68;
    constexpr std::uint32_t kTwoLongest = 510;  // RFC 883 ends a name at 255 bytes
    switch (type) {
        case PacketType::kMessage: return length != 0;
        case PacketType::kRequest: return length >= kTwoNames && length <= kTwoLongest;
        case PacketType::kPositive:
        case PacketType::kKeepAlive: return length == 0;
        case PacketType::kNegative: return length == 1;
        case PacketType::kRetarget: return length == 6;
    }
    return false;
}
}  // namespace detail

/// Reads the packet that `said` begins with.
[[nodiscard]] inline Packet read_packet(bytes::View said) noexcept {
    Packet packet;
    bytes::ByteCursor cursor{said};
    packet.type = static_cast<PacketType>(cursor.read<std::uint8_t>());
    const auto length = cursor.read<std::uint32_t, 3>();
    packet.length = length;
    if (!cursor.ok()) {
        packet.match = Match::kNeedMore;
        return packet;
    }
    if (!detail::is_length_of(packet.type, length)) return packet;
    const bool is_cut = cursor.rest().size() < length;
    packet.body = is_cut ? cursor.rest() : cursor.take(length);
    packet.rest = is_cut ? bytes::View{} : cursor.rest();
    if (packet.type == PacketType::kMessage) {
        packet.match = Match::kYes;
    } else if (is_cut) {
        packet.match = Match::kNeedMore;
    } else if (detail::is_legal(packet.type, packet.body)) {
        packet.match = Match::kYes;
    }
    return packet;
}

}  // namespace sensor::identify::netbios
