// A protocol's number: an index into the names known at start (catalog rows, then operators' own).
#pragma once

#include <cstddef>
#include <cstdint>

namespace sensor {

enum class ProtocolId : std::uint8_t { kUnknown = 0 };  // row in the catalog, plus one
inline constexpr std::size_t kMaxProtocols = 255;

/// Which way bytes travel. The client is the endpoint that opened the session.
enum class Direction : std::uint8_t { kToServer = 0, kToClient = 1 };
[[nodiscard]] constexpr Direction opposite(Direction direction) noexcept {
    return direction == Direction::kToServer ? Direction::kToClient : Direction::kToServer;
}

/// Its place in arrays that have one entry a Direction.
[[nodiscard]] constexpr std::size_t index_of(Direction direction) noexcept {
    return static_cast<std::size_t>(direction);
}

/// Whose bytes agreed with the protocol's specification.
enum class Confirmed : std::uint8_t { kNone = 0, kClient = 1, kServer = 2, kBoth = 3 };

}  // namespace sensor
