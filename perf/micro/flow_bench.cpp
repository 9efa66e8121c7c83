// Cost of finding a steady packet's session and counting it, in cache and out of it; decoding is
// in it, and decode_bench tells how much that is. Items are packets.
#include <benchmark/benchmark.h>

#include "perf/micro/frames.h"
#include "sensor/decode/decoder.h"
#include "sensor/flow/tracker.h"

namespace {

void track(benchmark::State& state) {
    const auto flows = static_cast<std::size_t>(state.range(0));
    perf::Frames frames{flows};
    auto burst = std::make_unique<sensor::Burst>();
    sensor::decode::Reassembler reassembler{{}};
    sensor::flow::Tracker tracker{
        {}, {.sessions = 2 * flows, .first_bytes = 64}, std::chrono::hours{1}};
    const auto turn = [&] {
        frames.fill(*burst);
        sensor::decode::run(*burst, {}, reassembler);
        while (burst->round_end != burst->size) {
            tracker.run(*burst);
            for (const std::size_t i : burst->due()) {
                for (const auto done :
                     {sensor::kIdentified, sensor::kAttributed, sensor::kJudged}) {
                    burst->sessions[i]->set(done);
                }
            }
            tracker.settle(*burst);
        }
    };
    for (std::size_t packets = 0; packets < 2 * flows; packets += burst->size)
        turn();
    for (auto _ : state)
        turn();
    state.SetItemsProcessed(state.iterations() *
                            static_cast<std::int64_t>(sensor::Burst::kCapacity));
    state.counters["bytes/session"] = tracker.bytes_per_session();
}
BENCHMARK(track)->Name("flow.steady")->Arg(1'000)->Arg(1'000'000);

}  // namespace
