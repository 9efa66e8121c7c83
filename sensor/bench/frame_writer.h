// Frames of the benchmark: Ethernet, IPv4 and TCP or UDP, in a tunnel or not. Cold path.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "lib/bytes/byte_cursor.h"
#include "sensor/model/address.h"

namespace sensor::bench {

/// What is around the packet that the sensor looks at.
enum class Tunnel : std::uint8_t { kNone, kVxlan, kGeneve, kGre };
[[nodiscard]] std::string_view name_of(Tunnel tunnel) noexcept;

struct PacketShape {
    Transport transport = Transport::kTcp;
    std::uint8_t tcp_flags = 0;  ///< TcpFlag bits
    std::uint32_t sequence = 0;
    std::uint32_t acknowledgement = 0;
    bytes::View payload{};
    /// The inner Ethernet frame is padded, or its payload filled up, to this; without the FCS.
    std::size_t least_bytes = 60;
};

/// Both addresses and both ports: they stand next to each other in IPv4 without options.
inline constexpr std::size_t kEndpointBytes = 12;

struct Frame {
    std::vector<std::uint8_t> bytes;  ///< without the FCS
    std::size_t endpoints_at = 0;  ///< where the inner packet's kEndpointBytes are; they are zero
    std::size_t ip_at = 0;         ///< where the inner IP header is
};

/// `number` chooses the tunnel's outer source port, where there is one: senders derive it from the
/// inner packet (RFC 7348 §5). Checksums are zero: no stage looks at them.
[[nodiscard]] Frame write_frame(const PacketShape& shape, Tunnel tunnel, std::size_t number);

}  // namespace sensor::bench
