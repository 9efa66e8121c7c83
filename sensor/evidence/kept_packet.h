// A packet that was kept, on its way from a worker to the cold side.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "lib/bytes/byte_cursor.h"
#include "sensor/model/packet.h"
#include "sensor/model/record.h"

namespace sensor::evidence {

/// Its `kept_bytes` bytes follow it in memory.
struct KeptPacket {
    std::uint64_t envelope = 0;        ///< dpdk::MessageHeader
    std::uint64_t flow_id = 0;         ///< of its session
    RecordOrder order;                 ///< of what it was sent for: no later than its record
    std::int64_t time_ns = 0;          ///< packet time
    std::uint64_t before = 0;          ///< place of the session's packet before it; 0: none
    std::uint32_t original_bytes = 0;  ///< of the frame, as captured
    std::uint32_t kept_bytes = 0;
    MirrorPort source{};
    std::uint8_t index = 0;  ///< among its session's packets, from 1
    LinkType link = LinkType::kEthernet;
    bool was_fragmented = false;  ///< the frame is the datagram's last fragment
    bool is_unapproved = false;   ///< its session is for the judge

    [[nodiscard]] bytes::View bytes() const noexcept {
        return {reinterpret_cast<const std::uint8_t*>(this + 1), kept_bytes};
    }
};
static_assert(std::is_trivially_copyable_v<KeptPacket> && sizeof(KeptPacket) == 80);

}  // namespace sensor::evidence
