// Whether two readings of one frame say the same.
#pragma once

#include "sensor/model/packet.h"

namespace test {

[[nodiscard]] inline bool same_bytes(bytes::View a, bytes::View b) noexcept {
    return a.size() == b.size() && (a.empty() || a.data() == b.data());
}

/// Of packets that went no further than decode, only why counts.
[[nodiscard]] inline bool same_packet(const sensor::DecodedPacket& a,
                                      const sensor::DecodedPacket& b) noexcept {
    if (a.status != b.status) return false;
    if (a.status != sensor::DecodeStatus::kOk) return true;
    return a.transport == b.transport && a.tcp_flags == b.tcp_flags &&
           a.was_fragmented == b.was_fragmented && a.is_carrier == b.is_carrier &&
           a.source_is_low == b.source_is_low && a.has_tags == b.has_tags && a.source == b.source &&
           a.destination == b.destination && a.scope == b.scope && a.flow_hash == b.flow_hash &&
           a.tcp_sequence == b.tcp_sequence && a.tcp_acknowledgement == b.tcp_acknowledgement &&
           a.ip_length == b.ip_length && a.payload_length == b.payload_length &&
           same_bytes(a.payload, b.payload) && same_bytes(a.geneve_options, b.geneve_options) &&
           a.tags == b.tags;
}

}  // namespace test
