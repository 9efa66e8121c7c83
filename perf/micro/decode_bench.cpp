// Cost of decoding a packet. Items are packets.
#include <benchmark/benchmark.h>

#include "perf/micro/frames.h"
#include "sensor/decode/decoder.h"

namespace {

void decode(benchmark::State& state) {
    perf::Frames frames{static_cast<std::size_t>(state.range(0))};
    auto burst = std::make_unique<sensor::Burst>();
    sensor::decode::Reassembler reassembler{{}};
    for (auto _ : state) {
        frames.fill(*burst);
        sensor::decode::run(*burst, {}, reassembler);
        benchmark::DoNotOptimize(burst->packets[0].flow_hash);
    }
    state.SetItemsProcessed(state.iterations() *
                            static_cast<std::int64_t>(sensor::Burst::kCapacity));
}
BENCHMARK(decode)->Name("decode.tcp_ipv4")->Arg(1'000);

}  // namespace
