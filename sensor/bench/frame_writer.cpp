#include "sensor/bench/frame_writer.h"

#include <algorithm>

namespace sensor::bench {
namespace {

constexpr std::uint16_t kIpv4 = 0x0800;
constexpr std::uint16_t kTransparentEthernet = 0x6558;
constexpr std::uint8_t kGreProtocol = 47;
constexpr std::size_t kIpBytes = 20;
constexpr std::size_t kIpSourceAt = 12;  // RFC 791 §3.1
constexpr std::size_t kUdpBytes = 8;
constexpr std::size_t kTcpBytes = 20;

/// Appends in network byte order.
class Writer {
  public:
    Writer& u8(std::size_t value) {
        bytes_.push_back(static_cast<std::uint8_t>(value));
        return *this;
    }
    Writer& u16(std::size_t value) { return u8(value >> 8U).u8(value); }
    Writer& u32(std::size_t value) { return u16(value >> 16U).u16(value); }
    Writer& zeros(std::size_t count) {
        bytes_.insert(bytes_.end(), count, 0);
        return *this;
    }
    Writer& all(bytes::View view) {
        bytes_.insert(bytes_.end(), view.begin(), view.end());
        return *this;
    }
    Writer& ethernet(std::uint16_t ether_type) {
        constexpr std::size_t kMac = 0x02005e00;  // locally administered, IEEE 802-2014 §8.4.2
        return u32(kMac).u16(2).u32(kMac).u16(1).u16(ether_type);
    }
    /// `length` is that of the header and what follows it.
    Writer& ipv4(std::size_t length, std::uint8_t protocol, std::uint32_t source,
                 std::uint32_t destination) {
        u16(0x4500).u16(length).u32(0x00004000);  // version 4, five words; not to be fragmented
        return u8(64).u8(protocol).u16(0).u32(source).u32(destination);
    }
    [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }
    [[nodiscard]] std::vector<std::uint8_t> take() { return std::move(bytes_); }

  private:
    std::vector<std::uint8_t> bytes_;
};

struct TunnelHeader {
    std::size_t bytes = 0;         // behind the outer IP header
    std::uint8_t protocol = 0;     // of the outer IP header
    bool carries_ethernet = true;  // else an IP packet
};

TunnelHeader header_of(Tunnel tunnel) {
    constexpr auto kUdp = static_cast<std::uint8_t>(Transport::kUdp);
    switch (tunnel) {
        case Tunnel::kVxlan: return {.bytes = kUdpBytes + 8, .protocol = kUdp};
        case Tunnel::kGeneve: return {.bytes = kUdpBytes + 16, .protocol = kUdp};
        case Tunnel::kGre: return {.bytes = 4, .protocol = kGreProtocol, .carries_ethernet = false};
        case Tunnel::kNone: break;
    }
    return {};
}

/// Everything up to the inner frame. Both directions come from the same gateway, as clouds mirror.
void write_tunnel(Writer& out, Tunnel tunnel, std::size_t number, std::size_t inner_bytes) {
    constexpr std::uint32_t kGateway = 0xc6120101;  // 198.18.1.1, RFC 2544 appendix C.2.2
    constexpr std::uint32_t kSensor = 0xc6120102;
    constexpr std::size_t kVni = 5010;
    const TunnelHeader header = header_of(tunnel);
    const std::size_t behind_ip = header.bytes + inner_bytes;
    const std::size_t source_port = 49152 + number % 16384;
    out.ethernet(kIpv4).ipv4(kIpBytes + behind_ip, header.protocol, kGateway, kSensor);
    switch (tunnel) {
        case Tunnel::kVxlan:  // RFC 7348 §5
            out.u16(source_port).u16(4789).u16(behind_ip).u16(0);
            out.u32(0x08000000).u32(kVni << 8U);
            break;
        case Tunnel::kGeneve:  // RFC 8926 §3.4, with an option of one word
            out.u16(source_port).u16(6081).u16(behind_ip).u16(0);
            out.u16(0x0200).u16(kTransparentEthernet).u32(kVni << 8U);
            out.u16(0xff01).u8(1).u8(1).u32(42);
            break;
        case Tunnel::kGre: out.u16(0).u16(kIpv4); break;  // RFC 2784 §2
        case Tunnel::kNone: break;
    }
}

}  // namespace

std::string_view name_of(Tunnel tunnel) noexcept {
    switch (tunnel) {
        case Tunnel::kNone: return "none";
        case Tunnel::kVxlan: return "vxlan";
        case Tunnel::kGeneve: return "geneve";
        case Tunnel::kGre: return "gre";
    }
    return {};
}

Frame write_frame(const PacketShape& shape, Tunnel tunnel, std::size_t number) {
    constexpr std::size_t kEthernetBytes = 14;
    constexpr std::size_t kLeastPayloadFrame = 64;  // shorter frames are padded, not filled
    const bool is_tcp = shape.transport == Transport::kTcp;
    const std::size_t headers = kIpBytes + (is_tcp ? kTcpBytes : kUdpBytes);
    std::size_t payload = shape.payload.size();
    if (shape.least_bytes >= kLeastPayloadFrame) {
        payload = std::max(payload, shape.least_bytes - kEthernetBytes - headers);
    }
    const bool has_ethernet = tunnel == Tunnel::kNone || header_of(tunnel).carries_ethernet;
    const std::size_t link = has_ethernet ? kEthernetBytes : 0;
    std::size_t inner_bytes = link + headers + payload;
    if (has_ethernet) inner_bytes = std::max(inner_bytes, shape.least_bytes);

    Writer out;
    if (tunnel != Tunnel::kNone) write_tunnel(out, tunnel, number, inner_bytes);
    if (has_ethernet) out.ethernet(kIpv4);
    const std::size_t ip_at = out.size();
    out.ipv4(headers + payload, static_cast<std::uint8_t>(shape.transport), 0, 0);
    out.u32(0);  // ports
    if (is_tcp) {
        out.u32(shape.sequence).u32(shape.acknowledgement);
        out.u8(0x50).u8(shape.tcp_flags).u16(64240).u32(0);  // five words
    } else {
        out.u16(kUdpBytes + payload).u16(0);
    }
    out.all(shape.payload).zeros(payload - shape.payload.size());
    out.zeros(inner_bytes - link - headers - payload);
    return {.bytes = out.take(), .endpoints_at = ip_at + kIpSourceAt, .ip_at = ip_at};
}

}  // namespace sensor::bench
