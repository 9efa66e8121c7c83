// How long a core's bursts take, and how full they are: whether it keeps up, and what is left.
#pragma once

#include <cstddef>
#include <cstdint>

#include "lib/cycles/cycles.h"
#include "lib/metrics/histogram.h"
#include "sensor/model/burst.h"

namespace sensor::pipeline {

class BurstMeter {
  public:
    using Nanoseconds = metrics::PowersOfTwo<10, 27>;  // 1 us to 134 ms
    using Packets = metrics::PowersOfTwo<0, 6>;
    static_assert(Packets::upper_bound(Packets::kCount - 1) == Burst::kCapacity);

    explicit BurstMeter(cycles::Rate rate) noexcept : rate_{rate} {}

    /// The core's own thread, once for each burst with packets in it.
    void note(std::size_t packets, std::uint64_t cycles) noexcept {
        packets_.observe(packets);
        nanoseconds_.observe(rate_.nanoseconds(cycles));
    }

    // Any thread.
    [[nodiscard]] const metrics::Histogram<Packets>& packets() const noexcept { return packets_; }
    [[nodiscard]] const metrics::Histogram<Nanoseconds>& nanoseconds() const noexcept {
        return nanoseconds_;
    }

  private:
    cycles::Rate rate_;
    metrics::Histogram<Packets> packets_;
    metrics::Histogram<Nanoseconds> nanoseconds_;
};

}  // namespace sensor::pipeline
