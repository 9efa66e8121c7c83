// Frames from the inside out: an IP packet, then the headers a mirror port would show around it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "sensor/model/address.h"
#include "sensor/model/packet.h"
#include "tests/support/traffic/byte_writer.h"

namespace traffic {

using MacAddress = std::array<std::uint8_t, 6>;

struct Ethernet {
    MacAddress source{0x02, 0, 0x5e, 0, 0, 0x01};  // locally administered, IEEE 802-2014 §8.4.2
    MacAddress destination{0x02, 0, 0x5e, 0, 0, 0x02};
};
struct Vlan {
    std::uint16_t id = 0;
    std::uint16_t ether_type = 0x8100;  ///< 0x88a8 for a service tag
};
/// The two ends of an overlay tunnel.
struct TunnelEnds {
    sensor::Address source;
    sensor::Address destination;
};
/// RFC 7348 §5; the group policy is draft-smith-vxlan-group-policy §2.1.
struct Vxlan {
    TunnelEnds ends;
    std::uint32_t vni = 0;
    std::optional<std::uint16_t> group_policy = std::nullopt;
};
struct GeneveOption {
    std::uint16_t option_class = 0;
    std::uint8_t type = 0;
    Bytes value;  ///< a multiple of 4 bytes
};
/// RFC 8926 §3.4, §3.5.
struct Geneve {
    TunnelEnds ends;
    std::uint32_t vni = 0;
    std::vector<GeneveOption> options = {};
};

/// Headers outermost first; a tunnel needs an Ethernet before it and another after it. None at all
/// leaves raw IP.
using Layer = std::variant<Ethernet, Vlan, Vxlan, Geneve>;
using Encapsulation = std::vector<Layer>;

[[nodiscard]] Encapsulation untagged();
[[nodiscard]] Encapsulation in_vlan(std::uint16_t id);
/// Service tag 0x88a8, then customer tag 0x8100.
[[nodiscard]] Encapsulation in_qinq(std::uint16_t service, std::uint16_t customer);
[[nodiscard]] Encapsulation in_vxlan(const Vxlan& vxlan);
[[nodiscard]] Encapsulation in_geneve(const Geneve& geneve);
/// As the answer travels: Ethernet addresses and tunnel ends swapped.
[[nodiscard]] Encapsulation reversed(Encapsulation encapsulation);

/// `ip_packet` inside `encapsulation`.
[[nodiscard]] Bytes frame(const Encapsulation& encapsulation, bytes::View ip_packet);

struct TcpHeader {
    sensor::Endpoint source;
    sensor::Endpoint destination;
    std::uint32_t sequence = 0;
    std::uint32_t acknowledgement = 0;
    std::uint8_t flags = 0;  ///< sensor::TcpFlag bits
    std::uint16_t window = 64240;
    Bytes options = {};  ///< a multiple of 4 bytes, at most 40
};

/// An IP packet of the version of `source.address`, its checksums right.
[[nodiscard]] Bytes tcp_packet(const TcpHeader& header, bytes::View payload);
[[nodiscard]] Bytes udp_packet(const sensor::Endpoint& source, const sensor::Endpoint& destination,
                               bytes::View payload);

/// RFC 1071: the value to store in a field that was zero while summing.
[[nodiscard]] std::uint16_t internet_checksum(bytes::View bytes) noexcept;

}  // namespace traffic
