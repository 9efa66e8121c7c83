// Frames of one burst after another through decode, flow and identify: each input is a row of
// frames, two bytes of length before each.
#include <algorithm>
#include <memory>
#include <vector>

#include "sensor/decode/decoder.h"
#include "sensor/flow/tracker.h"
#include "sensor/identify/identifier.h"

using namespace sensor;

namespace {

const identify::Signatures& signatures() {
    static const auto compiled = identify::Signatures::compile({});
    return *compiled;
}

std::vector<std::vector<std::uint8_t>> frames_of(bytes::View input) {
    std::vector<std::vector<std::uint8_t>> frames;
    bytes::ByteCursor in{input};
    while (!in.empty() && frames.size() < Burst::kCapacity) {
        const std::size_t length = in.read<std::uint16_t>() % 2048U;
        const bytes::View frame = in.take(std::min(length, in.rest().size()));
        if (!in.ok()) break;
        frames.emplace_back(frame.begin(), frame.end());
    }
    return frames;
}

}  // namespace

/// Compiling takes seconds, which no input is to pay for.
extern "C" int LLVMFuzzerInitialize(int* /*count*/, char*** /*words*/) {
    static_cast<void>(signatures());
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static identify::Identifier identifier{signatures()};
    static flow::Tracker tracker{{}, {.sessions = 64, .first_bytes = 16}, std::chrono::minutes{10}};
    static auto burst = std::make_unique<Burst>();
    static decode::Reassembler reassembler{{.datagrams = 16}};
    static std::int64_t now_ns = 1'000'000'000;
    const auto frames = frames_of({data, size});
    burst->size = frames.size();
    burst->round_begin = burst->round_end = 0;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        burst->views[i] = {.frame = frames[i], .seen = timestamp_of(now_ns), .number = i + 1};
    }
    decode::run(*burst, {}, reassembler);
    while (burst->round_end != burst->size) {
        tracker.run(*burst);
        identifier.run(*burst);
        tracker.settle(*burst);
        tracker.clear_ended();
    }
    tracker.begin_end(EndReason::kTraceEnd, timestamp_of(now_ns));
    while (tracker.end_some(64))
        tracker.clear_ended();
    tracker.clear_ended();
    if (tracker.session_count() != 0) __builtin_trap();
    now_ns += 1'000'000'000;
    return 0;
}
