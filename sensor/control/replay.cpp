#include "sensor/control/replay.h"

#include <chrono>
#include <memory>
#include <new>
#include <optional>
#include <thread>

#include "lib/dpdk/eal.h"
#include "sensor/capture/trace_source.h"
#include "sensor/control/cores.h"
#include "sensor/control/tally.h"

namespace sensor::control {
namespace {

constexpr unsigned kRingFrames = 511;  // between the steering core and each worker
constexpr auto kIdleWait = std::chrono::microseconds{500};
constexpr auto kProgressInterval = std::chrono::milliseconds{200};

/// Everything that lives as long as one replay, in the order it is built.
class Replay {
  public:
    Replay(const Configuration& configuration, const ReplayOptions& options,
           ReplayListener& listener, dpdk::Eal eal, dpdk::FramePool pool,
           std::vector<capture::Trace> traces)
        : configuration_{configuration},
          options_{options},
          listener_{listener},
          eal_{std::move(eal)},
          pool_{std::move(pool)},
          source_{std::move(traces), options.together, pool_} {
        for (const capture::Trace& trace : source_.traces())
            trace_bytes_ += trace.file_bytes;
    }

    Replay(const Replay&) = delete;
    Replay& operator=(const Replay&) = delete;
    ~Replay() { pool_.leave_to_eal(); }

    [[nodiscard]] result::Result<ReplayOutcome> run(identify::Signatures signatures);

  private:
    [[nodiscard]] EngineOptions engine_options() const;
    void pump_to_the_end();
    void show_progress();

    const Configuration& configuration_;
    const ReplayOptions& options_;
    ReplayListener& listener_;
    dpdk::Eal eal_;
    dpdk::FramePool pool_;
    capture::TraceSource source_;
    std::unique_ptr<Engine> engine_;
    std::optional<Cores<capture::TraceSource>> cores_;
    std::uint64_t trace_bytes_ = 0;
    std::chrono::steady_clock::time_point shown_;
};

void Replay::show_progress() {
    const auto now = std::chrono::steady_clock::now();
    if (now - shown_ < kProgressInterval) return;
    shown_ = now;
    const capture::TraceProgress& progress = source_.progress();
    listener_.on_progress({.packets = progress.packets.load(std::memory_order_relaxed),
                           .bytes = progress.bytes.load(std::memory_order_relaxed),
                           .total_bytes = trace_bytes_});
}

void Replay::pump_to_the_end() {
    while (!engine_->finished()) {
        const bool anything = engine_->pump();
        show_progress();
        if (!anything) std::this_thread::sleep_for(kIdleWait);
    }
    engine_->finish();
}

EngineOptions Replay::engine_options() const {
    EngineOptions options{
        .workers = options_.workers,
        .every_session = options_.every_session,
        .when_full = pipeline::WhenFull::kWait,
        .evidence = configuration_.sensor.evidence,
        .evidence_files = {.replaces = true, .application = "offport " + options_.version}};
    options.evidence.directory = options_.evidence;
    for (const capture::Trace& trace : source_.traces())
        options.evidence_files.sources.push_back(trace.path);
    return options;
}

result::Result<ReplayOutcome> Replay::run(identify::Signatures signatures) {
    auto engine = Engine::create(configuration_, engine_options(), options_.identity_files,
                                 std::move(signatures), listener_);
    if (!engine) return engine.error();
    engine_ = std::move(*engine);
    const auto started = std::chrono::steady_clock::now();
    cores_.emplace(source_, pool_, *engine_,
                   pipeline::SteeringOptions{.decode = configuration_.sensor.decode,
                                             .workers = options_.workers,
                                             .ring_frames = kRingFrames,
                                             .when_full = pipeline::WhenFull::kWait,
                                             .whole_frames = !options_.evidence.empty()});
    cores_->launch(eal_);
    try {
        pump_to_the_end();
    } catch (const std::bad_alloc&) {
        // The workers use what this frame and its callers would free.
        source_.stop();
        engine_->drain();
        eal_.wait();
        throw;
    }
    eal_.wait();
    if (!source_.error().empty()) return result::Error{source_.error()};
    ReplayOutcome outcome{.summary = tally_replay(source_, cores_->steering(), *engine_),
                          .wall_time = std::chrono::steady_clock::now() - started};
    outcome.summary.hugepages = eal_.uses_hugepages();
    if (const auto closed = engine_->close_evidence(); !closed) {
        outcome.evidence_problem = closed.error().message;
    }
    return outcome;
}

}  // namespace

result::Result<ReplayOutcome> replay(const Configuration& configuration,
                                     const ReplayOptions& options, ReplayListener& listener) {
    std::vector<capture::Trace> traces;
    for (const std::string& path : options.traces) {
        auto trace = capture::inspect_trace(path);
        if (!trace) return trace.error();
        traces.push_back(std::move(*trace));
    }
    auto signatures = identify::Signatures::compile(
        configuration.sensor.protocols, hyperscan::Cache{configuration.sensor.signature_cache});
    if (!signatures) return signatures.error();
    const unsigned frames = capture::frames_for_traces(options.workers);
    auto eal = dpdk::Eal::start({.workers = cores_for(options.workers),
                                 .memory_mb = memory_for(frames, dpdk::kMostDataBytes),
                                 .allow_hugepages = options.allow_hugepages,
                                 .pinned = {}});
    if (!eal) return eal.error();
    // Offloading hosts capture frames of up to 64 KB, which validators want in one piece. Of a
    // buffer, only the pages that a frame fills cost memory.
    auto pool = dpdk::FramePool::create("replay", {.frames = frames,
                                                   .data_bytes = dpdk::kMostDataBytes,
                                                   .private_bytes = pipeline::kSteeredBytes});
    if (!pool) return pool.error();
    Replay run{configuration,   options,          listener,
               std::move(*eal), std::move(*pool), std::move(traces)};
    return run.run(std::move(*signatures));
}

}  // namespace sensor::control
