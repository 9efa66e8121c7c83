// What the micro benchmarks look at: bursts of frames of many sessions.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "sensor/model/burst.h"
#include "tests/support/traffic/encapsulation.h"

namespace perf {

/// `flows` sessions of one TCP segment each, 40 bytes of payload, in Ethernet.
class Frames {
  public:
    explicit Frames(std::size_t flows);
    /// Fills `burst.views` with the next frames, round and round.
    void fill(sensor::Burst& burst);

  private:
    std::vector<traffic::Bytes> frames_;
    std::size_t next_ = 0;
    std::uint64_t number_ = 0;
    std::int64_t now_ns_ = 1'790'000'000'000'000'000;
};

}  // namespace perf
