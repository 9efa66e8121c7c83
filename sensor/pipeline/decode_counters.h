// received = decoded + rejected by reason: counted by whoever decodes.
#pragma once

#include "lib/metrics/counter_block.h"
#include "sensor/model/burst.h"

namespace sensor::pipeline {

/// By DecodeStatus; kOk counts the packets that went on.
using DecodeCounters = metrics::CounterBlock<DecodeStatus>;

inline void count_decoded(const Burst& burst, DecodeCounters& counters) noexcept {
    std::uint64_t good = 0;
    for (std::size_t i = 0; i < burst.size; ++i) {
        if (burst.packets[i].is_carrier) continue;  // its frame is counted for what it carries
        const DecodeStatus status = burst.packets[i].status;
        if (status == DecodeStatus::kOk) {
            ++good;
        } else {
            counters.add(status);
        }
    }
    counters.add(DecodeStatus::kOk, good);
}

}  // namespace sensor::pipeline
