// What a packet is to the stages: a borrowed frame, then the layers found in it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "lib/bytes/byte_cursor.h"
#include "sensor/model/address.h"
#include "sensor/model/timestamp.h"

namespace sensor {

// Identifiers are scoped enums: no arithmetic, no mixing, no cost.
enum class MirrorPort : std::uint16_t {};
enum class Vni : std::uint32_t {};  // 24 bits

/// The first header of a frame. The values are this sensor's; capture/ maps link types to them.
enum class LinkType : std::uint8_t {
    kEthernet,
    kRawIp,
    kLinuxCooked,
    kLinuxCooked2,
    kNullLoop,
    kIeee80211,
    kRadiotap,
    kCount,
};

/// One mirrored frame, borrowed from the burst that received it and never outliving it.
struct PacketView {
    bytes::View frame{};         ///< captured bytes, from the link header on
    std::uint32_t captured = 0;  ///< bytes captured; above frame.size() if a buffer holds no more
    LinkType link = LinkType::kEthernet;
    MirrorPort source{};
    Timestamp seen{};          ///< packet time; never goes backwards within one epoch
    std::uint64_t number = 0;  ///< from 1, in order of arrival; breaks ties between equal times
};

/// Why a frame went no further than decode; each value has its own counter.
enum class DecodeStatus : std::uint8_t {
    kOk,
    kTruncated,          ///< a header runs past the captured bytes
    kUnknownLink,        ///< a link type or cooked header this decoder does not speak
    kUnknownEtherType,   ///< neither IPv4, IPv6, a VLAN tag nor a known tunnel
    kUnknownTransport,   ///< an IP protocol that is neither TCP nor UDP
    kUnknownVersion,     ///< a version of a known header that this decoder does not speak
    kMalformed,          ///< lengths or fields that contradict each other
    kFragment,           ///< an IP or CAPWAP fragment that no datagram could be made of
    kFragmentHeld,       ///< ditto, kept until its datagram is whole
    kEncrypted,          ///< ESP or another opaque payload
    kTooDeep,            ///< more headers or tunnels than kMaxTunnels
    kWirelessFragment,   ///< a part of an 802.11 frame
    kWirelessAggregate,  ///< an 802.11 frame with several packets in it
    kCount,
};
[[nodiscard]] std::string_view name_of(DecodeStatus status) noexcept;

enum class TunnelKind : std::uint8_t {
    kNone,
    kVxlan,
    kGeneve,
    kVxlanGpe,
    kIpInIp,
    kGre,
    kPptp,
    kErspan,
    kGtp,
    kTeredo,
    kL2tp,
    kL2tpOverIp,
    kCapwap,
    kTzsp,
};
/// As records spell it: "vxlan".
[[nodiscard]] std::string_view name_of(TunnelKind kind) noexcept;
/// What Tags::tunnel_key is called in this kind of tunnel; empty if none of its kind has one.
[[nodiscard]] std::string_view key_name_of(TunnelKind kind) noexcept;
/// Whether Tags::vni means anything.
[[nodiscard]] constexpr bool has_vni(TunnelKind kind) noexcept {
    return kind == TunnelKind::kVxlan || kind == TunnelKind::kGeneve ||
           kind == TunnelKind::kVxlanGpe;
}
/// The protocol that carries the tunnel's packets, as EVE spells it; empty if there is none.
[[nodiscard]] constexpr std::string_view carrier_of(TunnelKind kind) noexcept {
    switch (kind) {
        case TunnelKind::kNone: return {};
        case TunnelKind::kIpInIp:
        case TunnelKind::kL2tpOverIp: return "IP";
        case TunnelKind::kGre:
        case TunnelKind::kPptp:
        case TunnelKind::kErspan: return "GRE";
        default: return "UDP";
    }
}

/// Tags::has: of those tags whose zero is a value like any other.
enum HasTag : std::uint8_t {
    kHasTunnelKey = 1U << 0U,
    kHasMplsLabel = 1U << 1U,
    kHasNshPath = 1U << 2U,
    kHasNshContext = 1U << 3U,
};

/// What the outer headers say about where a packet came from. Compared and hashed as bytes. No tag
/// is in the flow key by being here: what tells sessions apart is DecodedPacket::scope.
struct Tags {
    Address outer_source;                  ///< of the innermost tunnel; zero if there is none
    Address outer_destination;             ///< ditto
    Vni vni{};                             ///< of the innermost tunnel, if has_vni()
    std::uint32_t tunnel_key = 0;          ///< ditto, if it has one; see key_name_of()
    std::uint32_t mpls_label = 0;          ///< the lowest of the innermost stack, 20 bits
    std::uint32_t nsh_path = 0;            ///< service path of the innermost NSH, 24 bits
    std::uint32_t nsh_context = 0;         ///< first word of its metadata, if of type 1
    std::array<std::uint16_t, 2> vlans{};  ///< VLAN ids, outermost first, of every layer together
    std::uint16_t group_policy = 0;        ///< group policy id or tag, if has_group_policy
    std::uint8_t vlan_count = 0;           ///< up to 2; further tags are not kept
    TunnelKind tunnel = TunnelKind::kNone;
    std::uint8_t depth = 0;             ///< tunnels around the inner packet
    std::uint8_t has_group_policy = 0;  ///< 0 or 1
    std::uint8_t has = 0;               ///< HasTag bits
    std::uint8_t zero = 0;

    [[nodiscard]] constexpr bool has_tag(HasTag tag) const noexcept { return (has & tag) != 0; }
    friend constexpr bool operator==(const Tags&, const Tags&) = default;
};
static_assert(std::has_unique_object_representations_v<Tags>, "interned by its bytes");
static_assert(sizeof(Tags) == 64, "a cache line");
inline constexpr std::size_t kMaxTunnels = 4;

/// RFC 9293 §3.1 control bits.
enum TcpFlag : std::uint8_t {
    kTcpFin = 0x01,
    kTcpSyn = 0x02,
    kTcpRst = 0x04,
    kTcpPsh = 0x08,
    kTcpAck = 0x10,
    kTcpUrg = 0x20,
};

struct DecodedPacket {
    DecodeStatus status = DecodeStatus::kOk;
    Transport transport = Transport::kNone;
    std::uint8_t tcp_flags = 0;  ///< TcpFlag bits
    /// Put together from fragments: `payload` borrows from whoever did so and not from the frame.
    bool was_fragmented = false;
    /// The outermost UDP tunnel's datagram, told of besides the packet in it.
    bool is_carrier = false;
    bool source_is_low = false;  ///< source <= destination, the order of a flow key's endpoints
    bool has_tags = false;       ///< tags != Tags{}
    Endpoint source;
    Endpoint destination;
    std::uint64_t scope = 0;      ///< which tunnel; part of the flow key, see flow_key.h
    std::uint64_t flow_hash = 0;  ///< symmetric_hash(): the same for both directions
    std::uint32_t tcp_sequence = 0;
    std::uint32_t tcp_acknowledgement = 0;
    std::uint32_t ip_length = 0;       ///< bytes of the inner IP packet, as its header says
    std::uint32_t payload_length = 0;  ///< bytes after the transport header, as the headers say
    bytes::View payload{};             ///< those of them that were captured
    bytes::View geneve_options{};      ///< of the innermost GENEVE header; RFC 8926 §3.5
    Tags tags{};
};
static_assert(std::is_trivially_copyable_v<DecodedPacket>, "crosses cores in a frame's headroom");

}  // namespace sensor
