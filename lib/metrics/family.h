// What a scrape reports: families of samples, as Prometheus has them. Plain values, made for one
// scrape and thrown away. Cold path.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lib/metrics/histogram.h"

namespace metrics {

struct Label {
    std::string name;
    std::string value;  // any UTF-8; for other bytes Prometheus rejects the whole scrape
};
using Labels = std::vector<Label>;

/// One series of a counter or a gauge.
struct Sample {
    Labels labels;
    double value = 0;
};

/// One series of a histogram.
struct Distribution {
    struct Bucket {
        double upper_bound;   // in the family's unit, inclusive
        std::uint64_t count;  // of values above the bound before
    };
    Labels labels;
    std::vector<Bucket> buckets;  // bounds ascend
    std::uint64_t beyond = 0;     // count of values above the last bound
    double sum = 0;               // of all values
};

enum class Type : std::uint8_t { kCounter, kGauge, kHistogram };

struct Family {
    std::string name;
    std::string help;
    Type type = Type::kGauge;
    std::vector<Sample> samples;              // of a counter or a gauge
    std::vector<Distribution> distributions;  // of a histogram
};

/// What `histogram` holds now. One of its units is `unit` of the family's: 1 / hertz makes seconds
/// of cycles.
template <class Bounds>
[[nodiscard]] Distribution distribution(const Histogram<Bounds>& histogram, Labels labels = {},
                                        double unit = 1) {
    const auto counts = histogram.counts();
    Distribution result{
        std::move(labels), {}, counts.back(), static_cast<double>(histogram.sum()) * unit};
    result.buckets.reserve(Bounds::kCount);
    for (std::size_t i = 0; i < Bounds::kCount; ++i)
        result.buckets.push_back({static_cast<double>(Bounds::upper_bound(i)) * unit, counts[i]});
    return result;
}

/// The first rule of Prometheus' that `families` break, in one line; nothing if they keep them all.
/// These are the format's rules for names, texts and series, and the conventions: a help text
/// everywhere, a counter's name ends in _total and no other does.
[[nodiscard]] std::optional<std::string> objection(const std::vector<Family>& families);

}  // namespace metrics
