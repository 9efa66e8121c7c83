// What is kept of sessions' first packets, and how much room there is for them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>

namespace sensor::evidence {

inline constexpr std::uint32_t kWholePayload = std::numeric_limits<std::uint32_t>::max();

struct Options {
    static constexpr unsigned kMostPackets = 64;

    std::string directory{};          ///< where files are made; empty: nothing is kept
    unsigned packets = 8;             ///< of each session, its first; up to kMostPackets
    std::uint32_t snap_bytes = 256;   ///< of a frame, from its link header on
    std::uint32_t payload_bytes = 0;  ///< of a packet's payload; kWholePayload: all of it
    std::size_t memory_bytes = std::size_t{16} << 20U;     ///< see config/sensor.yaml
    std::uint64_t disk_bytes = std::uint64_t{256} << 20U;  ///< of all files together
    unsigned sessions = 8;                                 ///< in one file

    [[nodiscard]] bool is_wanted() const noexcept { return !directory.empty(); }
};

/// What a full ring means: live capture must not wait, a replay must not lose.
enum class WhenFull : std::uint8_t { kDrop, kWait };

}  // namespace sensor::evidence
