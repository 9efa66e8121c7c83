// A kept packet as the cold side holds it.
#pragma once

#include <cstdint>
#include <vector>

#include "sensor/evidence/kept_packet.h"

namespace sensor::evidence {

struct Packet {
    KeptPacket about;
    std::vector<std::uint8_t> bytes;

    /// Memory that it takes, roughly.
    [[nodiscard]] std::size_t cost() const noexcept { return sizeof *this + bytes.size(); }
};

}  // namespace sensor::evidence
