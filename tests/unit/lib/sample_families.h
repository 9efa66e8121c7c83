// Families of every type, with what is hard to write: shared by the test of the bytes and by the
// program whose output promtool reads.
#pragma once

#include <limits>
#include <vector>

#include "lib/metrics/family.h"

namespace metrics {

inline std::vector<Family> sample_families() {
    Histogram<PowersOfTwo<0, 2>> burst;
    for (const std::uint64_t value : {0U, 1U, 4U, 5U})
        burst.observe(value);
    Histogram<UpTo<1, 1'000>> wait;
    for (const std::uint64_t value : {1U, 600U, 600U})
        wait.observe(value);
    constexpr double kNanosecond = 1e-9;
    constexpr double kInfinity = std::numeric_limits<double>::infinity();

    return {
        {"rx_packets_total",
         "Packets received.",
         Type::kCounter,
         {{{{"port", "0"}, {"queue", "1"}}, 4'503'599'627'370'497}, {{{"port", "1"}}, 0}},
         {}},
        {"answers_total",
         "Backslash \\, \"quote\",\nand a second line.",
         Type::kCounter,
         {{{{"said", "a\\b\"c\nd"}}, 1}, {{{"said", ""}}, 2}, {{{"said", "gr\u00fc\u00df"}}, 3}},
         {}},
        {"fill_ratio",
         "Gauges of all kinds.",
         Type::kGauge,
         {{{}, 0.1},
          {{{"is", "nothing"}}, std::numeric_limits<double>::quiet_NaN()},
          {{{"is", "too much"}}, kInfinity},
          {{{"is", "too little"}}, -kInfinity},
          {{{"is", "large"}}, 1e300}},
         {}},
        {"unused", "A family without samples.", Type::kGauge, {}, {}},
        {"burst_packets",
         "Packets a burst.",
         Type::kHistogram,
         {},
         {distribution(burst, {{"worker", "0"}})}},
        {"wait_seconds",
         "Time in the ring.",
         Type::kHistogram,
         {},
         {distribution(wait, {}, kNanosecond)}},
    };
}

}  // namespace metrics
