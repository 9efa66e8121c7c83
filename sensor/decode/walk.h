// The contract between a layer's file and the decoder: how a packet is walked, header by header.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "lib/bytes/byte_cursor.h"
#include "sensor/model/flow_hash.h"
#include "sensor/model/packet.h"

namespace sensor::decode {

/// Which numbering the next header's number belongs to.
enum class Space : std::uint8_t {
    kLink,        ///< sensor::LinkType
    kEtherType,   ///< IEEE 802 EtherType
    kIpProtocol,  ///< IANA protocol number
    kUdpPort,     ///< destination port of a UDP tunnel
    kPayload,     ///< the walk is over
};

/// What follows a header: a number in a numbering space. A layer's row says which one it reads.
struct Selector {
    Space space{};
    std::uint16_t number = 0;

    friend constexpr bool operator==(Selector, Selector) = default;
};
inline constexpr Selector kPayload{Space::kPayload, 0};

[[nodiscard]] constexpr Selector link(LinkType type) noexcept {
    return {Space::kLink, static_cast<std::uint16_t>(type)};
}
[[nodiscard]] constexpr Selector ether_type(std::uint16_t number) noexcept {
    return {Space::kEtherType, number};
}
[[nodiscard]] constexpr Selector ip_protocol(std::uint8_t number) noexcept {
    return {Space::kIpProtocol, number};
}
[[nodiscard]] constexpr Selector udp_port(std::uint16_t number) noexcept {
    return {Space::kUdpPort, number};
}

/// What an IP header, IPv6's fragment header or CAPWAP's says of a part of a datagram.
struct Fragment {
    std::uint32_t datagram = 0;  ///< identification
    std::uint32_t offset = 0;    ///< bytes
    bool more = false;           ///< not the last
    Selector next;               ///< what the datagram carries
};

/// A packet being walked. Each layer reads its header from `in`, notes what it found in `packet`
/// and says in `next` what follows.
struct Walk {
    bytes::ByteCursor in;
    DecodedPacket& packet;
    Selector next;
    std::uint32_t length = 0;  ///< bytes from `in` on that the headers so far promise
    bool vlan_in_scope = true;
    DecodedPacket* carrier = nullptr;  ///< where the outermost UDP tunnel's datagram goes, if asked
    Fragment fragment{};  ///< if a layer answered kFragment; its bytes are the packet's payload

    /// Why a header of `needed` bytes behind an IP header could not be read: the lengths so far
    /// leave no room for it, or the frame was cut.
    [[nodiscard]] constexpr DecodeStatus short_of(std::uint32_t needed) const noexcept {
        return length < needed ? DecodeStatus::kMalformed : DecodeStatus::kTruncated;
    }

    /// Makes the flow key distinct per tag: `kind` tells VLANs from tunnels, `id` is the tag's
    /// value.
    constexpr void enter_scope(std::uint32_t kind, std::uint32_t id) noexcept {
        constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15U;  // 2^64 / golden ratio: a bijection
        packet.scope =
            (packet.scope ^ ((std::uint64_t{kind} << 32U) | (std::uint64_t{id} + 1))) * kOdd;
    }

    /// Ends the walk at a part of a datagram, which is all of `in`.
    [[nodiscard]] constexpr DecodeStatus stop_at(const Fragment& part) noexcept {
        fragment = part;
        packet.payload = in.rest();
        packet.payload_length = length;
        return DecodeStatus::kFragment;
    }

    /// Leaves an outer IP packet, and the datagram in it if there is one, for what it carries.
    [[nodiscard]] constexpr DecodeStatus enter_tunnel() noexcept {
        Tags& tags = packet.tags;
        if (tags.depth == kMaxTunnels) return DecodeStatus::kTooDeep;
        tags.outer_source = packet.source.address;
        tags.outer_destination = packet.destination.address;
        ++tags.depth;
        packet.source.port = packet.destination.port = PortNumber{};
        packet.transport = Transport::kNone;
        packet.payload = {};
        packet.payload_length = 0;
        return DecodeStatus::kOk;
    }

    /// A number for the two ends of the innermost IP packet so far, hence of a tunnel whose inner
    /// packet is not read yet: the same for both directions.
    [[nodiscard]] std::uint32_t id_of_ends() const noexcept {
        return static_cast<std::uint32_t>(
            symmetric_hash(packet.source.address, packet.destination.address, 0));
    }

    /// A number for the one of those ends that has `port`: what its many peers have in common. If
    /// both or neither have it, that of the two ends.
    [[nodiscard]] std::uint32_t id_of_server(std::uint16_t port) const noexcept {
        const bool is_source = packet.source.port == PortNumber{port};
        const bool is_destination = packet.destination.port == PortNumber{port};
        if (is_source == is_destination) return id_of_ends();
        const auto& server = is_source ? packet.source.address : packet.destination.address;
        return static_cast<std::uint32_t>(symmetric_hash(server, server, 0));
    }

    constexpr void note_group_policy(std::uint16_t group) noexcept {
        packet.tags.has_group_policy = 1;
        packet.tags.group_policy = group;
    }

    constexpr void note_mpls_label(std::uint32_t label) noexcept {
        packet.tags.has |= kHasMplsLabel;
        packet.tags.mpls_label = label;
    }

    /// Of the innermost service chain; `context` if its metadata has such a word.
    constexpr void note_service_path(std::uint32_t path,
                                     std::optional<std::uint32_t> context) noexcept {
        Tags& tags = packet.tags;
        tags.has = static_cast<std::uint8_t>((tags.has & ~kHasNshContext) | kHasNshPath |
                                             (context ? kHasNshContext : 0));
        tags.nsh_path = path;
        tags.nsh_context = context.value_or(0);
    }

    /// Makes the tunnel that was read just now the innermost.
    constexpr void note_tunnel(TunnelKind kind, Vni vni,
                               std::optional<std::uint32_t> key) noexcept {
        Tags& tags = packet.tags;
        tags.tunnel = kind;
        tags.vni = vni;
        tags.has =
            static_cast<std::uint8_t>((tags.has & ~kHasTunnelKey) | (key ? kHasTunnelKey : 0));
        tags.tunnel_key = key.value_or(0);
    }
};

struct Layer {
    std::string_view name;
    Selector selector;
    /// kOk with `next` set, or why the packet goes no further. A UDP tunnel whose own header is
    /// not what its port promises answers kUnknownVersion, or kTruncated if it does not fit the
    /// datagram, and leaves the packet plain UDP. One that is, and whose content is a part of
    /// something or a secret, answers kFragment with `fragment` set, or kEncrypted.
    DecodeStatus (*decode)(Walk& walk) noexcept;
    /// Of a UDP tunnel: one end is a server, which sends from this port to any port of its
    /// client's.
    bool has_server = false;
};

}  // namespace sensor::decode
