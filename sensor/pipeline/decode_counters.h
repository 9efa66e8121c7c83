// received = decoded + rejected by reason: counted by whoever decodes.
#pragma once

#include "lib/metrics/counter_block.h"
#include "sensor/model/burst.h"

namespace sensor::pipeline {

enum class CaptureCounter : std::uint8_t {
    kCapturedShort,  ///< packets of which the trace holds less than their IP header says
    kCount,
};

struct DecodeCounters {
    metrics::CounterBlock<DecodeStatus> by_status;  ///< kOk counts the packets that went on
    metrics::CounterBlock<CaptureCounter> capture;
};

inline void count_decoded(const Burst& burst, DecodeCounters& counters) noexcept {
    std::uint64_t good = 0;
    std::uint64_t captured_short = 0;
    for (std::size_t i = 0; i < burst.size; ++i) {
        const DecodedPacket& packet = burst.packets[i];
        if (packet.is_carrier) continue;  // its frame is counted for what it carries
        if (packet.status != DecodeStatus::kOk) {
            counters.by_status.add(packet.status);
            continue;
        }
        ++good;
        // What a buffer could not hold was captured nevertheless, and is counted by capture.
        const bool is_whole = burst.views[i].frame.size() == burst.views[i].captured;
        if (is_whole && packet.payload.size() < packet.payload_length) ++captured_short;
    }
    counters.by_status.add(DecodeStatus::kOk, good);
    counters.capture.add(CaptureCounter::kCapturedShort, captured_short);
}

}  // namespace sensor::pipeline
