#include "sensor/bench/search.h"

#include <algorithm>

namespace sensor::bench {
namespace {

constexpr unsigned kConfirmations = 2;
constexpr unsigned kMostTrials = 40;

/// Frames a second that the loop handles when it never waits for one.
double saturated_rate(Scenario& scenario, const BenchOptions& options, const CaseResult& measured) {
    constexpr double kPerSecond = 1e9;
    if (const ModeResult* whole = measured.find(Mode::kWhole)) {
        return kPerSecond / whole->nanoseconds().median;
    }
    const Reading run = scenario.run(Mode::kWhole, {.seconds = options.seconds}).reading;
    return static_cast<double>(run.frames) / run.cpu_seconds;
}

}  // namespace

SearchResult search(Scenario& scenario, const BenchOptions& options, const CaseResult& measured) {
    constexpr double kAbove = 1.1;   // no rate this much higher can be handled
    constexpr double kFirst = 0.95;  // tried first, since queues run over before the loop does
    const double saturated = saturated_rate(scenario, options, measured);
    SearchResult result;
    const auto loses_nothing = [&](double rate) {
        result.trials.push_back(scenario.offer(rate, options.trial_seconds, options.queue));
        return result.trials.back().lost == 0;
    };
    double low = 0;
    double high = saturated * kAbove;
    double next = saturated * kFirst;
    while (high - low > options.resolution * high && result.trials.size() < kMostTrials) {
        (loses_nothing(next) ? low : high) = next;
        next = (low + high) / 2;
    }
    // A rate holds if it does so again; else less is tried, and each time by more.
    double back_off = options.resolution;
    for (unsigned confirmed = 0; confirmed < kConfirmations && low > 0;) {
        if (result.trials.size() >= kMostTrials) return result;
        const bool holds = loses_nothing(low);
        confirmed = holds ? confirmed + 1 : 0;
        if (holds) continue;
        low *= std::max(1 - back_off, 0.0);
        back_off *= 2;
    }
    result.rate = low;
    return result;
}

}  // namespace sensor::bench
