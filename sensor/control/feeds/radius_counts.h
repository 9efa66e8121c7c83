// What became of RADIUS requests.
#pragma once

#include <cstdint>
#include <string>

#include "lib/metrics/counter_block.h"
#include "lib/metrics/family.h"
#include "sensor/attribute/feeds/radius.h"

namespace sensor::control {

/// What became of requests, for the metrics. One writer.
class RadiusCounts {
  public:
    void add(attribute::feeds::RadiusOutcome outcome) noexcept { outcomes_.add(outcome); }
    [[nodiscard]] std::uint64_t operator[](attribute::feeds::RadiusOutcome outcome) const noexcept {
        return outcomes_[outcome];
    }
    /// A request that the Intake has no room for.
    void add_refused() noexcept { others_.add(Other::kRefused); }
    /// Adds one sample for each outcome; `dropped` is what the kernel dropped. Any thread.
    void add_to(metrics::Family& family, const std::string& feed, std::uint64_t dropped) const;

  private:
    enum class Other : std::uint8_t { kRefused, kCount };
    metrics::CounterBlock<attribute::feeds::RadiusOutcome> outcomes_;
    metrics::CounterBlock<Other> others_;
};

}  // namespace sensor::control
