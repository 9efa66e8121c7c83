// Cost of a feed's document. Items are identity events.
#include <string>

#include <benchmark/benchmark.h>

#include "sensor/attribute/feeds/document_feeds.h"
#include "tests/fuzz/feed_seeds.h"

namespace {

using namespace sensor;

/// Lists of the document again and again, as batches come.
std::string batch_of(const fuzz::FeedSeed& seed) {
    constexpr int kCopies = 200;
    std::string batch;
    for (int i = 0; i < kCopies; ++i) {
        const bool is_header_known = seed.feed == "csv" && i != 0;
        batch +=
            is_header_known ? seed.document.substr(seed.document.find('\n') + 1) : seed.document;
        if (seed.feed != "csv") batch += '\n';
    }
    return batch;
}

void read_feed(benchmark::State& state, const fuzz::FeedSeed& seed) {
    const auto* feed = attribute::feeds::find_document_feed(seed.feed);
    const std::string batch = batch_of(seed);
    std::size_t events = 0;
    for (auto _ : state) {
        const auto held = feed->read(batch, timestamp_of(1));
        if (held.rejected != 0) state.SkipWithError(held.rejections.front().reason.c_str());
        events += held.events.size();
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(events));
    state.SetBytesProcessed(static_cast<std::int64_t>(batch.size()) *
                            static_cast<std::int64_t>(state.iterations()));
}

[[maybe_unused]] const bool kRegistered = [] {
    for (const fuzz::FeedSeed& seed : fuzz::kFeedSeeds) {
        benchmark::RegisterBenchmark(("feeds." + std::string{seed.feed}).c_str(),
                                     [&seed](benchmark::State& state) { read_feed(state, seed); });
    }
    return true;
}();

}  // namespace
