// What flow counts.
#pragma once

#include <cstdint>

#include "lib/metrics/counter_block.h"

namespace sensor::flow {

enum class FlowCounter : std::uint8_t {
    kSessions,            ///< sessions begun
    kCarriers,            ///< packets that carry another: decoded + carriers = tracked + untracked
    kTracked,             ///< packets that belong to a session
    kUntrackedTableFull,  ///< packets without a session because the table was full
    kEvicted,             ///< sessions ended to make room
    kFirstBytesFull,      ///< directions identified from one packet only, for want of a buffer
    kTooManyHoles,        ///< segments not kept because a stream start had too many holes
    kCount,
};

using FlowCounters = metrics::CounterBlock<FlowCounter>;

}  // namespace sensor::flow
