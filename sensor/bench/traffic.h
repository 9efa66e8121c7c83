// What the benchmark plays: conversations, and who holds them. Cold path.
#pragma once

#include <array>
#include <bit>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include "sensor/bench/frame_writer.h"
#include "sensor/flow/tracker.h"

namespace sensor::bench {

enum class Traffic : std::uint8_t {
    kSteady,   ///< sessions that are identified already
    kNew,      ///< whole short sessions: half TLS, a quarter HTTP, a quarter DNS
    kNewTls,   ///< TLS alone
    kNewHttp,  ///< HTTP alone
    kNewDns,   ///< DNS alone
    kFirst,    ///< first payloads alone, in the shares of kNew: one packet, one scan a session
};
inline constexpr std::array kAllTraffic{Traffic::kSteady,  Traffic::kNew,    Traffic::kNewTls,
                                        Traffic::kNewHttp, Traffic::kNewDns, Traffic::kFirst};
[[nodiscard]] std::string_view name_of(Traffic traffic) noexcept;

enum class Frames : std::uint8_t {
    k64,    ///< TCP acknowledgements; 64 bytes with the FCS
    kImix,  ///< seven of 64 bytes to four of 594 to one of 1518
    k1500,  ///< IP packets of 1500 bytes; 1518 with the FCS
};
inline constexpr std::array kAllFrames{Frames::k64, Frames::kImix, Frames::k1500};
[[nodiscard]] std::string_view name_of(Frames frames) noexcept;
/// Without the FCS, of the frame that takes place `number` in the mix.
[[nodiscard]] std::size_t frame_bytes(Frames frames, std::size_t number) noexcept;

/// Both ends of a packet in network byte order, as they stand in the frame.
struct Endpoints {
    std::uint32_t source;
    std::uint32_t destination;
    std::uint16_t source_port;
    std::uint16_t destination_port;
};
static_assert(sizeof(Endpoints) == kEndpointBytes);

/// Those of session `number`, which differ for each number below 2^39 and for each server port.
/// Clients are in 10.0.0.0/8, servers in 198.18.0.0/16. `server_port` is in network byte order.
[[nodiscard]] constexpr Endpoints endpoints_of(std::uint64_t number, std::uint16_t server_port,
                                               bool from_client) noexcept {
    static_assert(std::endian::native == std::endian::little);
    const auto client = static_cast<std::uint32_t>(number & 0xffffffU);
    const std::uint32_t mixed = client * 0x9e3779b1U;
    const auto port =
        static_cast<std::uint16_t>(32768U + (((mixed >> 8U) + (number >> 24U)) & 0x7fffU));
    const std::uint32_t client_address = __builtin_bswap32(0x0a000000U | client);
    const std::uint32_t server_address = __builtin_bswap32(0xc6120000U | (mixed >> 16U));
    const std::uint16_t client_port = __builtin_bswap16(port);
    return from_client ? Endpoints{client_address, server_address, client_port, server_port}
                       : Endpoints{server_address, client_address, server_port, client_port};
}

struct Step {
    PacketShape shape;
    bool from_client = true;
};

struct Conversation {
    std::uint16_t server_port = 0;
    std::vector<Step> steps;
    unsigned share = 1;  ///< sessions among those of the other conversations
    Duration lingers{};  ///< how long the flow table keeps a session after its last packet
};

/// A handshake and the first payload of either side, which is what steady sessions have behind
/// them.
[[nodiscard]] std::vector<Conversation> beginnings();
/// Whole sessions of one kind of traffic that is not kSteady.
[[nodiscard]] std::vector<Conversation> conversations(Traffic traffic,
                                                      const flow::Timeouts& timeouts);
/// What a steady session sends on and on.
[[nodiscard]] PacketShape steady_shape(std::size_t frame_bytes, bool from_client);
inline constexpr std::uint16_t kHttpsPort = 443;

}  // namespace sensor::bench
