#include "sensor/control/replay.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <thread>
#include <unordered_map>

#include "lib/dpdk/eal.h"
#include "sensor/attribute/directory.h"
#include "sensor/attribute/lease_table.h"
#include "sensor/capture/trace_source.h"
#include "sensor/control/collector.h"
#include "sensor/control/identity_files.h"
#include "sensor/control/replay_tally.h"
#include "sensor/judge/beyond_proxy.h"
#include "sensor/judge/judge.h"
#include "sensor/pipeline/steering.h"
#include "sensor/pipeline/worker.h"

namespace sensor::control {
namespace {

constexpr unsigned kRingFrames = 511;      // between the steering core and each worker
constexpr unsigned kOutboxRecords = 1023;  // between each worker and the cold side
constexpr auto kIdleWait = std::chrono::microseconds{100};
constexpr auto kProgressInterval = std::chrono::milliseconds{200};

dpdk::EalOptions eal_options(const ReplayOptions& options, unsigned frames) {
    constexpr unsigned kBytesPerMegabyte = 1U << 20U;
    constexpr unsigned kFrameOverhead = 1024;  // mbuf, headroom, private area, alignment
    constexpr unsigned kRest = 64;             // MB for DPDK's own and the lease table
    return {
        .workers = options.workers == 1 ? 1 : options.workers + 1,
        .memory_mb = frames * (dpdk::kMostDataBytes + kFrameOverhead) / kBytesPerMegabyte + kRest,
        .allow_hugepages = options.allow_hugepages,
        .pinned = {}};
}

/// Lets the workers come to their end when nobody listens to them any more. Allocates nothing.
class Drain {
  public:
    explicit Drain(const std::vector<pipeline::Outbox*>& outboxes)
        : outboxes_{outboxes}, sessions_(1), facts_(1) {}

    void run() {
        const auto is_finished = [](pipeline::Outbox* one) { return one->reached().finished; };
        while (!std::ranges::all_of(outboxes_, is_finished)) {
            for (pipeline::Outbox* outbox : outboxes_) {
                while (outbox->sessions().pop(sessions_) + outbox->facts().pop(facts_) != 0)
                    continue;
            }
            std::this_thread::yield();
        }
    }

  private:
    const std::vector<pipeline::Outbox*>& outboxes_;
    std::vector<SessionRecord> sessions_;
    std::vector<FactsRecord> facts_;
};

/// Everything that lives as long as one replay, in the order it is built.
class Replay {
  public:
    Replay(const Configuration& configuration, const ReplayOptions& options,
           ReplayListener& listener, identify::Signatures signatures, dpdk::Eal eal,
           dpdk::FramePool pool, std::vector<capture::Trace> traces)
        : configuration_{configuration},
          options_{options},
          listener_{listener},
          signatures_{std::move(signatures)},
          eal_{std::move(eal)},
          pool_{std::move(pool)},
          source_{std::move(traces), options.together, pool_},
          tags_{configuration.identity.rules},
          approval_{configuration.policy, signatures_.names(), configuration.identity.groups},
          quiescence_{options.workers},
          judge_{std::in_place, configuration.policy, configuration.identity.groups} {
        for (const capture::Trace& trace : source_.traces())
            trace_bytes_ += trace.file_bytes;
    }

    Replay(const Replay&) = delete;
    Replay& operator=(const Replay&) = delete;
    ~Replay() { pool_.leave_to_eal(); }

    [[nodiscard]] result::Status load_identities();
    [[nodiscard]] result::Result<ReplayOutcome> run();

  private:
    void build_stages();
    void launch();
    void collect(Collector& collector);
    void hear(Told told);
    void judge(RecordKind kind, Observation& session);
    void note(const judge::Considered& considered, Observation& session);
    void count_exceptions();
    void tell(const std::vector<Finding>& findings);
    void begin_epoch(std::uint32_t epoch);
    void show_progress();

    const Configuration& configuration_;
    const ReplayOptions& options_;
    ReplayListener& listener_;
    identify::Signatures signatures_;
    dpdk::Eal eal_;
    dpdk::FramePool pool_;
    capture::TraceSource source_;
    attribute::TagMap tags_;
    judge::PlainApproval approval_;
    dpdk::Quiescence quiescence_;
    std::optional<attribute::LeaseTable> leases_;
    std::optional<attribute::Directory> directory_;
    std::optional<judge::Judge> judge_;
    IdentityCounts identity_;
    std::uint32_t epoch_ = 0;
    std::unordered_map<std::uint64_t, std::string> findings_;  // by flow id, of live sessions
    std::map<std::string, std::uint64_t> exception_hits_;
    std::vector<std::unique_ptr<pipeline::Outbox>> outboxes_;
    std::vector<std::unique_ptr<pipeline::Stages>> stages_;
    std::unique_ptr<pipeline::Steering> steering_;
    std::vector<std::function<void()>> bodies_;  // what runs on each lcore
    std::uint64_t trace_bytes_ = 0;
    std::chrono::steady_clock::time_point shown_;
};

result::Status Replay::load_identities() {
    const attribute::Directory::Limits limits;
    auto leases = attribute::LeaseTable::create("leases", limits.leases.addresses, quiescence_);
    if (!leases) return leases.error();
    leases_.emplace(std::move(*leases));
    directory_.emplace(configuration_.identity, limits, &*leases_);
    auto counts = read_identity_files(options_.identity_files, *directory_);
    if (!counts) return counts.error();
    identity_ = std::move(*counts);
    return result::Done{};
}

void Replay::build_stages() {
    const pipeline::StageOptions options{.decode = configuration_.sensor.decode,
                                         .timeouts = configuration_.sensor.timeouts,
                                         .limits = configuration_.sensor.limits,
                                         .persistence = configuration_.policy.persistence_threshold,
                                         .tell_every_session = options_.every_session};
    const pipeline::Stages::Shared shared{
        .signatures = signatures_, .tags = tags_, .leases = *leases_, .approval = approval_};
    for (unsigned worker = 0; worker < options_.workers; ++worker) {
        outboxes_.push_back(
            std::make_unique<pipeline::Outbox>(kOutboxRecords, pipeline::WhenFull::kWait));
        stages_.push_back(std::make_unique<pipeline::Stages>(
            options, shared, quiescence_.enter(worker), *outboxes_.back()));
    }
}

/// One worker receives by itself; more are fed by a steering core.
void Replay::launch() {
    if (options_.workers == 1) {
        bodies_.emplace_back([this] {
            pipeline::Worker<capture::TraceSource&> worker{source_, *stages_[0]};
            worker.run();
        });
    } else {
        steering_ = std::make_unique<pipeline::Steering>(
            source_, pool_, configuration_.sensor.decode, options_.workers, kRingFrames);
        for (unsigned number = 0; number < options_.workers; ++number) {
            bodies_.emplace_back([this, number] {
                pipeline::Worker<pipeline::SteeredSource> worker{steering_->source_for(number),
                                                                 *stages_[number]};
                worker.run();
            });
        }
        bodies_.emplace_back([this] { steering_->run(); });
    }
    for (unsigned lcore = 0; lcore < bodies_.size(); ++lcore)
        eal_.launch(lcore, bodies_[lcore]);
}

void Replay::tell(const std::vector<Finding>& findings) {
    for (const Finding& finding : findings)
        listener_.on_finding(finding);
}

/// The clock starts anew: what was recurring before is over.
void Replay::begin_epoch(std::uint32_t epoch) {
    tell(judge_->finish());
    count_exceptions();
    judge_.emplace(configuration_.policy, configuration_.identity.groups);
    findings_.clear();
    epoch_ = epoch;
}

void Replay::hear(Told told) {
    if (told.epoch != epoch_) begin_epoch(told.epoch);
    Observation& session = told.observation;
    directory_->describe(session, told.app_group, told.tag_rule);
    if (told.is_unapproved) judge(told.kind, session);
    if (told.kind != RecordKind::kEnd) return;
    const auto finding = findings_.extract(session.flow_id);
    if (!options_.every_session) return;
    listener_.on_session_end(session, finding.empty() ? std::string{} : finding.mapped());
}

/// A session through a proxy is two: with the proxy, and with whom the proxy was asked for.
void Replay::judge(RecordKind kind, Observation& session) {
    if (kind != RecordKind::kInner) note(judge_->consider(kind, session), session);
    if (kind == RecordKind::kUnapproved) return;
    if (const auto beyond = judge::beyond_proxy(session)) {
        note(judge_->consider(kind, *beyond), session);
    }
}

void Replay::note(const judge::Considered& considered, Observation& session) {
    if (!considered.finding.empty()) findings_[session.flow_id] = considered.finding;
    const auto& hits = considered.exceptions_hit;
    session.exceptions_hit.insert(session.exceptions_hit.end(), hits.begin(), hits.end());
    tell(considered.told);
}

void Replay::show_progress() {
    const auto now = std::chrono::steady_clock::now();
    if (now - shown_ < kProgressInterval) return;
    shown_ = now;
    const capture::TraceProgress& progress = source_.progress();
    listener_.on_progress({.packets = progress.packets.load(std::memory_order_relaxed),
                           .bytes = progress.bytes.load(std::memory_order_relaxed),
                           .total_bytes = trace_bytes_});
}

void Replay::collect(Collector& collector) {
    while (!collector.finished()) {
        const bool anything = collector.gather();
        while (auto told = collector.next())
            hear(std::move(*told));
        show_progress();
        if (!anything) std::this_thread::sleep_for(kIdleWait);
    }
    tell(judge_->finish());
    count_exceptions();
}

void Replay::count_exceptions() {
    for (const auto& [id, hits] : judge_->exception_hits())
        exception_hits_[id] += hits;
}

result::Result<ReplayOutcome> Replay::run() {
    const auto started = std::chrono::steady_clock::now();
    build_stages();
    std::vector<pipeline::Outbox*> outboxes;
    for (const auto& outbox : outboxes_)
        outboxes.push_back(outbox.get());
    Collector collector{outboxes, signatures_.names()};
    Drain drain{outboxes};
    launch();
    try {
        collect(collector);
    } catch (const std::bad_alloc&) {
        // The workers use what this frame and its callers would free.
        source_.stop();
        drain.run();
        eal_.wait();
        throw;
    }
    eal_.wait();
    if (!source_.error().empty()) return result::Error{source_.error()};
    std::vector<const pipeline::Stages*> stages;
    for (const auto& one : stages_)
        stages.push_back(one.get());
    ReplayOutcome outcome{
        .summary = tally(source_, steering_.get(), stages, outboxes_, signatures_.names()),
        .wall_time = std::chrono::steady_clock::now() - started};
    outcome.summary.hugepages = eal_.uses_hugepages();
    outcome.summary.events_accepted = identity_.accepted;
    outcome.summary.events_rejected = identity_.rejected;
    for (const auto& [id, hits] : exception_hits_)
        outcome.summary.exceptions.push_back({id, hits});
    std::ranges::copy(identity_.notes, std::back_inserter(outcome.summary.notes));
    return outcome;
}

}  // namespace

result::Result<ReplayOutcome> replay(const Configuration& configuration,
                                     const ReplayOptions& options, ReplayListener& listener) {
    if (options.together && options.traces.size() > dpdk::TracePort::most_open()) {
        return result::Error{"--together opens all traces at once, " +
                             std::to_string(options.traces.size()) + " of them, and DPDK has " +
                             std::to_string(dpdk::TracePort::most_open()) +
                             " ports; merge some first: mergecap -w ALL.pcapng TRACE..."};
    }
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
    auto eal = dpdk::Eal::start(eal_options(options, frames));
    if (!eal) return eal.error();
    // Offloading hosts capture frames of up to 64 KB, which validators want in one piece. Of a
    // buffer, only the pages that a frame fills cost memory.
    auto pool = dpdk::FramePool::create("replay", {.frames = frames,
                                                   .data_bytes = dpdk::kMostDataBytes,
                                                   .private_bytes = pipeline::kSteeredBytes});
    if (!pool) return pool.error();
    Replay run{configuration,   options,          listener,         std::move(*signatures),
               std::move(*eal), std::move(*pool), std::move(traces)};
    if (const auto loaded = run.load_identities(); !loaded) return loaded.error();
    return run.run();
}

}  // namespace sensor::control
