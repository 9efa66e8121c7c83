// Cost of measuring a burst: two readings of the counter and two histograms. Items are bursts.
#include <memory>

#include <benchmark/benchmark.h>

#include "sensor/pipeline/burst_meter.h"

namespace {

void measure(benchmark::State& state) {
    const auto meter = std::make_unique<sensor::pipeline::BurstMeter>(cycles::Rate{21, 10});
    std::size_t packets = 0;
    for (auto _ : state) {
        const std::uint64_t received = cycles::now();
        benchmark::ClobberMemory();
        meter->note(1 + packets++ % sensor::Burst::kCapacity, cycles::now() - received);
    }
    benchmark::DoNotOptimize(meter->nanoseconds().sum());
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(measure)->Name("burst.measured");

}  // namespace
