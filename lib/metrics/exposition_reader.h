// Prometheus' text format 0.0.4, read: what exposition() writes. Cold path.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "lib/metrics/family.h"
#include "lib/result/result.h"

namespace metrics {

/// One line of an exposition: a counter, a gauge, or a part of a histogram ("_bucket" with the
/// label "le", "_sum", "_count").
struct Series {
    std::string name;
    Labels labels;  // in their order; no name twice
    double value = 0;
};

struct ReadingLimits {
    std::size_t most_bytes = 16U << 20U;  // of the text
    std::size_t most_series = 200'000;
    std::size_t most_labels = 32;  // of one series
};

/// The samples in their order. Comments are checked and left out; what stands behind a value, its
/// time, is as well. The error says on which line what is wrong: nothing of such a text is to be
/// believed, for one that ends early would look like counters that fell.
[[nodiscard]] result::Result<std::vector<Series>> read_exposition(std::string_view text,
                                                                  const ReadingLimits& limits = {});

}  // namespace metrics
