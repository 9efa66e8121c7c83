#include "tests/support/traffic/encapsulation.h"

#include <type_traits>
#include <utility>

namespace traffic {
namespace {

constexpr std::uint16_t kIpv4 = 0x0800;
constexpr std::uint16_t kIpv6 = 0x86dd;
constexpr std::uint16_t kBridged = 0x6558;  // a whole Ethernet frame, RFC 8926 §3.4

/// Multicast DNS wants 255, RFC 6762 §11; anything else starts with the usual 64.
std::uint8_t hop_limit_to(const sensor::Address& destination) {
    return destination.is_multicast() ? 255 : 64;
}

std::uint64_t number_of(sensor::PortNumber port) {
    return static_cast<std::uint64_t>(port);
}

bytes::View wire_form(const sensor::Address& address) {
    const bytes::View all{address.bytes};
    return address.is_ipv4() ? all.last(4) : all;
}

/// RFC 9293 §3.1 and RFC 8200 §8.1: addresses, length and protocol are summed too.
std::uint16_t transport_checksum(const sensor::Address& source, const sensor::Address& destination,
                                 sensor::Transport transport, bytes::View segment) {
    ByteWriter sum;
    sum.bytes(wire_form(source)).bytes(wire_form(destination));
    sum.u32(segment.size()).u32(static_cast<std::uint64_t>(transport)).bytes(segment);
    return internet_checksum(sum.view());
}

void store(Bytes& out, std::size_t at, std::uint16_t value) {
    out[at] = static_cast<std::uint8_t>(value >> 8U);
    out[at + 1] = static_cast<std::uint8_t>(value & 0xffU);
}

Bytes ipv4_packet(const sensor::Address& source, const sensor::Address& destination,
                  sensor::Transport transport, bytes::View segment) {
    ByteWriter header;
    header.u8(0x45).u8(0).u16(20 + segment.size());
    header.u16(0).u16(0x4000);  // an atomic datagram may leave its identification 0, RFC 6864 §4.1
    header.u8(hop_limit_to(destination)).u8(static_cast<std::uint64_t>(transport)).u16(0);
    header.bytes(wire_form(source)).bytes(wire_form(destination));
    Bytes packet = header.take();
    store(packet, 10, internet_checksum(packet));
    return joined(packet, segment);
}

Bytes ipv6_packet(const sensor::Address& source, const sensor::Address& destination,
                  sensor::Transport transport, bytes::View segment) {
    ByteWriter packet;
    packet.u32(0x60000000).u16(segment.size());
    packet.u8(static_cast<std::uint64_t>(transport)).u8(hop_limit_to(destination));
    packet.bytes(source.bytes).bytes(destination.bytes).bytes(segment);
    return packet.take();
}

Bytes ip_packet(const sensor::Address& source, const sensor::Address& destination,
                sensor::Transport transport, bytes::View segment) {
    return source.is_ipv4() ? ipv4_packet(source, destination, transport, segment)
                            : ipv6_packet(source, destination, transport, segment);
}

/// What has been built so far, and the EtherType that announces it.
struct Inner {
    Bytes bytes;
    std::uint16_t ether_type;
};

std::uint16_t ether_type_of(bytes::View ip_packet) {
    return !ip_packet.empty() && ip_packet.front() >> 4U == 6 ? kIpv6 : kIpv4;
}

Inner wrap(const Ethernet& layer, const Inner& inner) {
    ByteWriter out;
    out.bytes(layer.destination).bytes(layer.source).u16(inner.ether_type).bytes(inner.bytes);
    return {out.take(), kBridged};
}

/// A tag stands between the Ethernet addresses and the type, so it takes the type's place.
Inner wrap(const Vlan& layer, const Inner& inner) {
    ByteWriter out;
    out.u16(layer.id & 0x0fffU).u16(inner.ether_type).bytes(inner.bytes);
    return {out.take(), layer.ether_type};
}

Inner tunnelled(const TunnelEnds& ends, std::uint16_t port, bytes::View datagram) {
    constexpr std::uint16_t kEntropy = 51820;  // one flow's source port, RFC 7348 §5
    Bytes outer = udp_packet({ends.source, sensor::PortNumber{kEntropy}},
                             {ends.destination, sensor::PortNumber{port}}, datagram);
    const std::uint16_t ether_type = ether_type_of(outer);
    return {std::move(outer), ether_type};
}

Inner wrap(const Vxlan& layer, const Inner& inner) {
    constexpr unsigned kHasVni = 0x08;
    constexpr unsigned kHasGroupPolicy = 0x80;
    ByteWriter out;
    out.u8(layer.group_policy ? kHasVni | kHasGroupPolicy : kHasVni).u8(0);
    out.u16(layer.group_policy.value_or(0)).u24(layer.vni).u8(0).bytes(inner.bytes);
    return tunnelled(layer.ends, 4789, out.view());
}

Inner wrap(const Geneve& layer, const Inner& inner) {
    ByteWriter options;
    for (const GeneveOption& option : layer.options) {
        options.u16(option.option_class).u8(option.type);
        options.u8(option.value.size() / 4).bytes(option.value);  // counts 4-byte words
    }
    ByteWriter out;
    out.u8(options.size() / 4).u8(0).u16(inner.ether_type).u24(layer.vni).u8(0);
    out.bytes(options.view()).bytes(inner.bytes);
    return tunnelled(layer.ends, 6081, out.view());
}

}  // namespace

std::uint16_t internet_checksum(bytes::View bytes) noexcept {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        sum += std::uint64_t{bytes[i]} << (i % 2 == 0 ? 8U : 0U);
    }
    while (sum >> 16U != 0)
        sum = (sum & 0xffffU) + (sum >> 16U);
    return static_cast<std::uint16_t>(~sum & 0xffffU);
}

Bytes tcp_packet(const TcpHeader& header, bytes::View payload) {
    ByteWriter out;
    out.u16(number_of(header.source.port)).u16(number_of(header.destination.port));
    out.u32(header.sequence).u32(header.acknowledgement);
    out.u8((5 + header.options.size() / 4) << 4U).u8(header.flags);  // length in 4-byte words
    out.u16(header.window).u16(0).u16(0).bytes(header.options).bytes(payload);
    Bytes segment = out.take();
    const sensor::Address& source = header.source.address;
    const sensor::Address& destination = header.destination.address;
    store(segment, 16, transport_checksum(source, destination, sensor::Transport::kTcp, segment));
    return ip_packet(source, destination, sensor::Transport::kTcp, segment);
}

Bytes udp_packet(const sensor::Endpoint& source, const sensor::Endpoint& destination,
                 bytes::View payload) {
    ByteWriter out;
    out.u16(number_of(source.port)).u16(number_of(destination.port));
    out.u16(8 + payload.size()).u16(0).bytes(payload);
    Bytes segment = out.take();
    const std::uint16_t checksum =
        transport_checksum(source.address, destination.address, sensor::Transport::kUdp, segment);
    store(segment, 6, checksum == 0 ? 0xffff : checksum);  // 0 would mean "none", RFC 768
    return ip_packet(source.address, destination.address, sensor::Transport::kUdp, segment);
}

Bytes frame(const Encapsulation& encapsulation, bytes::View ip_packet) {
    Inner inner{{ip_packet.begin(), ip_packet.end()}, ether_type_of(ip_packet)};
    for (auto layer = encapsulation.rbegin(); layer != encapsulation.rend(); ++layer) {
        inner = std::visit([&](const auto& header) { return wrap(header, inner); }, *layer);
    }
    return std::move(inner.bytes);
}

Encapsulation untagged() {
    return {Ethernet{}};
}

Encapsulation in_vlan(std::uint16_t id) {
    return {Ethernet{}, Vlan{.id = id}};
}

Encapsulation in_qinq(std::uint16_t service, std::uint16_t customer) {
    return {Ethernet{}, Vlan{.id = service, .ether_type = 0x88a8}, Vlan{.id = customer}};
}

Encapsulation in_vxlan(const Vxlan& vxlan) {
    return {Ethernet{}, vxlan, Ethernet{}};
}

Encapsulation in_geneve(const Geneve& geneve) {
    return {Ethernet{}, geneve, Ethernet{}};
}

Encapsulation reversed(Encapsulation encapsulation) {
    const auto turn = [](auto& layer) {
        using Kind = std::remove_cvref_t<decltype(layer)>;
        if constexpr (std::is_same_v<Kind, Ethernet>) std::swap(layer.source, layer.destination);
        if constexpr (requires { layer.ends; }) {
            std::swap(layer.ends.source, layer.ends.destination);
        }
    };
    for (Layer& layer : encapsulation)
        std::visit(turn, layer);
    return encapsulation;
}

}  // namespace traffic
