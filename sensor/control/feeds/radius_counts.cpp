#include "sensor/control/feeds/radius_counts.h"

namespace sensor::control {

using attribute::feeds::RadiusOutcome;

void RadiusCounts::add_to(metrics::Family& family, const std::string& feed,
                          std::uint64_t dropped) const {
    const auto add = [&](std::string_view outcome, std::uint64_t count) {
        family.samples.push_back(
            {{{"feed", feed}, {"outcome", std::string{outcome}}}, static_cast<double>(count)});
    };
    for (std::size_t i = 0; i < static_cast<std::size_t>(RadiusOutcome::kCount); ++i) {
        const auto outcome = static_cast<RadiusOutcome>(i);
        add(name_of(outcome), outcomes_[outcome]);
    }
    add("refused", others_[Other::kRefused]);
    add("dropped-by-kernel", dropped);
}

}  // namespace sensor::control
