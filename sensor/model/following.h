// What is known of a session that goes on as another protocol's (STARTTLS, CONNECT, SOCKS), beside
// its first bytes. Flow keeps it, identify writes it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "sensor/model/protocol_id.h"

namespace sensor {

/// Bytes of a direction that flow keeps and identification may see.
inline constexpr std::size_t kFirstBytes = 4096;

/// By Direction. Only sessions whose two directions agreed are upgraded, and those turn round no
/// more.
struct Following {
    std::array<std::uint16_t, 2> inner_at{};  ///< bytes before the inner protocol begins
    std::array<ProtocolId, 2> spoken{};       ///< what each direction's inner bytes are
    std::uint32_t token = 0;                  ///< left by the first inner validator that accepted
    Direction token_from{};
    std::uint8_t looks = 0;  ///< payloads looked at since the session is followed
};

}  // namespace sensor
