#include "lib/metrics/exposition.h"

#include <cassert>
#include <utility>

#include <prometheus/client_metric.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

namespace metrics {
namespace {

prometheus::ClientMetric with_labels(const Labels& labels) {
    prometheus::ClientMetric metric;
    for (const Label& label : labels)
        metric.label.push_back({label.name, label.value});
    return metric;
}

prometheus::ClientMetric metric_of(const Sample& sample, Type type) {
    prometheus::ClientMetric metric = with_labels(sample.labels);
    (type == Type::kCounter ? metric.counter.value : metric.gauge.value) = sample.value;
    return metric;
}

prometheus::ClientMetric metric_of(const Distribution& distribution) {
    prometheus::ClientMetric metric = with_labels(distribution.labels);
    std::uint64_t cumulative = 0;
    for (const auto& bucket : distribution.buckets) {
        cumulative += bucket.count;
        metric.histogram.bucket.push_back({cumulative, bucket.upper_bound});
    }
    metric.histogram.sample_count = cumulative + distribution.beyond;
    metric.histogram.sample_sum = distribution.sum;
    return metric;
}

prometheus::MetricType type_of(Type type) {
    switch (type) {
        case Type::kCounter: return prometheus::MetricType::Counter;
        case Type::kGauge: return prometheus::MetricType::Gauge;
        case Type::kHistogram: return prometheus::MetricType::Histogram;
    }
    return prometheus::MetricType::Untyped;
}

/// prometheus-cpp writes help as it is; the format has \ and line feed escaped.
std::string escaped(const std::string& help) {
    std::string text;
    for (const char c : help) {
        if (c == '\\')
            text += "\\\\";
        else if (c == '\n')
            text += "\\n";
        else
            text += c;
    }
    return text;
}

prometheus::MetricFamily family_of(const Family& family) {
    prometheus::MetricFamily result{family.name, escaped(family.help), type_of(family.type), {}};
    for (const Sample& sample : family.samples)
        result.metric.push_back(metric_of(sample, family.type));
    for (const Distribution& distribution : family.distributions)
        result.metric.push_back(metric_of(distribution));
    return result;
}

}  // namespace

std::string exposition(const std::vector<Family>& families) {
    assert(!objection(families));
    std::vector<prometheus::MetricFamily> converted;
    for (const Family& family : families)
        if (!family.samples.empty() || !family.distributions.empty())
            converted.push_back(family_of(family));
    return prometheus::TextSerializer{}.Serialize(converted);
}

}  // namespace metrics
