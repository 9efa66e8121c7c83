// What one scrape of the daemon reports, as it is put together.
#pragma once

#include <deque>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "lib/metrics/family.h"
#include "sensor/control/run_metrics.h"

namespace sensor::control {

template <class Number>
void add(metrics::Family& family, metrics::Labels labels, Number value) {
    family.samples.push_back({std::move(labels), static_cast<double>(value)});
}

/// Families stay where they are while it grows.
class RunMetrics::Page {
  public:
    metrics::Family& counter(std::string name, std::string help) {
        return add(metrics::Type::kCounter, std::move(name), std::move(help));
    }
    metrics::Family& gauge(std::string name, std::string help) {
        return add(metrics::Type::kGauge, std::move(name), std::move(help));
    }
    [[nodiscard]] std::vector<metrics::Family> take() {
        return {std::move_iterator{families_.begin()}, std::move_iterator{families_.end()}};
    }

  private:
    metrics::Family& add(metrics::Type type, std::string name, std::string help) {
        return families_.emplace_back(metrics::Family{.name = "offport_" + std::move(name),
                                                      .help = std::move(help),
                                                      .type = type,
                                                      .samples = {},
                                                      .distributions = {}});
    }
    std::deque<metrics::Family> families_;
};

}  // namespace sensor::control
