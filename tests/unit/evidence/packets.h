// Kept packets, made up.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sensor/evidence/channel.h"
#include "sensor/evidence/packet.h"

namespace sensor::evidence {

/// The `index`th of a session, sent for a record at `time`; of 60 bytes, which are all `fill`.
inline Packet packet_of(std::uint64_t flow_id, std::uint8_t index, std::int64_t time = 1,
                        std::uint8_t fill = 0xab) {
    Packet packet{.about = {}, .bytes = std::vector<std::uint8_t>(60, fill)};
    packet.about.flow_id = flow_id;
    packet.about.order = {.epoch = 0, .time_ns = time, .packet = 1, .flow_id = flow_id};
    packet.about.time_ns = 1'000'000'000 * time;
    packet.about.index = index;
    packet.about.original_bytes = 100;
    packet.about.kept_bytes = 60;
    packet.about.is_unapproved = true;
    return packet;
}

inline void send(Channel& channel, const Packet& packet) {
    std::vector<dpdk::MessageUnit> message(dpdk::units_for(sizeof(KeptPacket) + 60));
    auto* header = reinterpret_cast<KeptPacket*>(message.data());
    *header = packet.about;
    std::ranges::copy(packet.bytes, reinterpret_cast<std::uint8_t*>(header + 1));
    static_cast<void>(channel.send(*header));
}

}  // namespace sensor::evidence
