#include "sensor/bench/scenario.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <thread>
#include <utility>

#include "sensor/identify/signatures.h"

namespace sensor::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kStartNs = 1'790'000'000'000'000'000;  // packet time
constexpr auto kPumpInterval = 2ms;                           // as the daemon's
constexpr std::uint64_t kMostSpacing = 2048;                  // sessions

/// Sessions the table has room for: those of the case, the tunnels' own, and some to spare.
std::size_t table_for(const Case& what) {
    const std::size_t carriers = what.tunnel == Tunnel::kNone ? 0 : 4 * kBankFrames;
    const std::size_t spare =
        what.traffic == Traffic::kSteady ? what.sessions / 8 + 64 : what.sessions / 2 + kBankFrames;
    return what.sessions + spare + carriers;
}

/// Packet time between two new sessions at which `sessions` are in the table at once.
double interval_ns(const std::vector<Conversation>& conversations, std::uint64_t sessions) {
    double sum = 0;
    double shares = 0;
    for (const Conversation& one : conversations) {
        sum += one.share * static_cast<double>(one.lingers.count());
        shares += one.share;
    }
    return sum / shares / static_cast<double>(sessions);
}

Duration longest(const std::vector<Conversation>& conversations) {
    Duration most{};
    for (const Conversation& one : conversations)
        most = std::max(most, one.lingers);
    return most;
}

std::string in_megabytes(std::uint64_t bytes) {
    constexpr std::uint64_t kMegabyte = 1'000'000;
    return std::to_string(bytes / kMegabyte) + " MB";
}

/// The tables of the sensor and of the bare loop, and the list of endpoints.
result::Status check_memory(const Case& what, const Machine& machine) {
    constexpr std::uint64_t kBytesPerSession = 160 + 256 + kEndpointBytes;
    const std::uint64_t needed = table_for(what) * kBytesPerSession;
    if (machine.available_bytes == 0 || needed < machine.available_bytes) return result::Done{};
    return result::Error{std::to_string(what.sessions) + " sessions take " + in_megabytes(needed) +
                         " of memory, and " + in_megabytes(machine.available_bytes) +
                         " are available; give fewer with --sessions"};
}

}  // namespace

Scenario::Scenario(const Bench& bench, const Case& what)
    : bench_{bench}, what_{what}, configuration_{bench.configuration} {
    configuration_.sensor.limits.sessions = table_for(what);
}

result::Result<std::unique_ptr<Scenario>> Scenario::build(const Bench& bench, const Case& what) {
    if (const auto enough = check_memory(what, bench.machine); !enough) return enough.error();
    std::unique_ptr<Scenario> scenario{new Scenario{bench, what}};
    if (const auto built = scenario->build_engine(); !built) return built.error();
    if (const auto built = scenario->build_sources(); !built) return built.error();
    if (what.traffic != Traffic::kSteady) {
        scenario->fill_table();
        return scenario;
    }
    if (const auto opened = scenario->open_sessions(); !opened) return opened.error();
    return scenario;
}

result::Status Scenario::build_engine() {
    auto signatures = identify::Signatures::compile(
        configuration_.sensor.protocols, hyperscan::Cache{configuration_.sensor.signature_cache});
    if (!signatures) return signatures.error();
    auto engine = control::Engine::create(configuration_,
                                          {.workers = 1, .when_full = pipeline::WhenFull::kDrop},
                                          {}, std::move(*signatures), listener_);
    if (!engine) return engine.error();
    engine_ = std::move(*engine);
    return result::Done{};
}

result::Status Scenario::build_sources() {
    bare_.emplace(what_.sessions, write_frame({}, what_.tunnel, 0).ip_at);
    if (what_.traffic != Traffic::kSteady) return build_session_sources();
    const SteadySource::Plan plan{.sessions = what_.sessions,
                                  .frames = what_.frames,
                                  .tunnel = what_.tunnel,
                                  .start_ns = kStartNs};
    auto for_table = SteadySource::build(bench_.pool, plan);
    if (!for_table) return for_table.error();
    auto for_others = SteadySource::build(bench_.pool, plan);
    if (!for_others) return for_others.error();
    steady_.emplace(std::move(*for_table), std::move(*for_others), stages(), *bare_);
    return result::Done{};
}

result::Status Scenario::build_session_sources() {
    constexpr std::uint64_t kShare = 64;  // of the table is under way between two packets
    auto all = conversations(what_.traffic, configuration_.sensor.timeouts);
    const double interval = interval_ns(all, what_.sessions);
    const SessionSource::Plan plan{.conversations = std::move(all),
                                   .tunnel = what_.tunnel,
                                   .spacing = std::min(what_.sessions / kShare, kMostSpacing),
                                   .start_ns = kStartNs,
                                   .ns_per_session = interval};
    auto for_table = SessionSource::build(bench_.pool, plan);
    if (!for_table) return for_table.error();
    auto for_others = SessionSource::build(bench_.pool, plan);
    if (!for_others) return for_others.error();
    sessions_.emplace(std::move(*for_table), std::move(*for_others), stages(), *bare_);
    return result::Done{};
}

/// Meanwhile this thread does what the cold side does: it hears what the worker tells.
void Scenario::on_worker(std::function<void()> job) {
    std::atomic<bool> is_done{false};
    std::function<void()> body = [&] {
        job();
        is_done.store(true, std::memory_order_release);
    };
    bench_.eal.launch(0, body);
    while (!is_done.load(std::memory_order_acquire)) {
        engine_->pump();
        std::this_thread::sleep_for(kPumpInterval);
    }
    bench_.eal.wait();
    engine_->pump();
}

/// Handshakes and first payloads, so that steady sessions are identified; then a lap or two.
result::Status Scenario::open_sessions() {
    const double rate = bench_.machine.ticks_per_second;
    auto opening = SessionSource::build(bench_.pool, {.conversations = beginnings(),
                                                      .tunnel = what_.tunnel,
                                                      .sessions = what_.sessions,
                                                      .start_ns = kStartNs});
    if (!opening) return opening.error();
    auto loop = std::make_unique<Loop<SessionSource>>(*opening, stages(), *bare_);
    on_worker([&] {
        while (!opening->finished())
            static_cast<void>(loop->run(Mode::kWhole, {.frames = kBankFrames}, rate));
    });
    const Budget laps{.seconds = HUGE_VAL, .frames = 2 * what_.sessions};
    run(Mode::kWhole, laps);
    run(Mode::kBare, laps);
    return result::Done{};
}

/// Until as many sessions end as begin.
void Scenario::fill_table() {
    constexpr auto kSlack = std::chrono::seconds{2};  // the timer wheel's resolution
    const auto lingers = longest(conversations(what_.traffic, configuration_.sensor.timeouts));
    const SessionSource& source = sessions_->table_source;
    const auto full = source.now() + lingers + kSlack;
    on_worker([&] {
        while (source.now() < full) {
            static_cast<void>(sessions_->table_loop.run(Mode::kWhole, {.frames = kBankFrames},
                                                        bench_.machine.ticks_per_second));
        }
    });
    // The bare loop's table comes page by page as well.
    run(Mode::kBare, {.seconds = HUGE_VAL, .frames = 2 * what_.sessions});
}

Scenario::Measured Scenario::run(Mode mode, const Budget& budget) {
    const double rate = bench_.machine.ticks_per_second;
    Measured measured;
    const auto measure = [&](auto& loop) {
        const Counts before = counts();
        measured.reading = loop.run(mode, budget, rate);
        measured.counts = counts() - before;
    };
    if (steady_) {
        on_worker([&] { measure(steady_->loop_for(mode)); });
        return measured;
    }
    Loop<SessionSource>& loop = sessions_->loop_for(mode);
    const bool changes = mode >= Mode::kFlow && std::exchange(last_mode_, mode) != mode;
    on_worker([&] {
        // Sessions that began in another mode are let out first.
        const Budget run_in{.seconds = HUGE_VAL,
                            .frames = sessions_->table_source.frames_in_flight()};
        if (changes) static_cast<void>(loop.run(mode, run_in, rate));
        measure(loop);
    });
    return measured;
}

SearchResult::Trial Scenario::offer(double rate, double seconds, std::uint64_t queue) {
    Arrivals arrivals{rate, bench_.machine.ticks_per_second, queue};
    Supply& supply = steady_ ? static_cast<Supply&>(steady_->table_source)
                             : static_cast<Supply&>(sessions_->table_source);
    supply.pace(&arrivals);
    on_worker([&] {
        arrivals.start();
        const Budget budget{.seconds = seconds};
        const double ticks = bench_.machine.ticks_per_second;
        static_cast<void>(steady_ ? steady_->table_loop.run(Mode::kWhole, budget, ticks)
                                  : sessions_->table_loop.run(Mode::kWhole, budget, ticks));
    });
    supply.pace(nullptr);
    return {.rate = rate,
            .offered = arrivals.taken() + arrivals.lost(),
            .lost = arrivals.lost(),
            .interrupted_seconds = arrivals.interrupted_seconds()};
}

Counts Scenario::counts() const {
    const pipeline::Stages& stages = *engine_->all_stages().front();
    const auto& outbox = engine_->outboxes().front()->counters();
    const auto& flow = stages.flow().counters();
    const auto& identify = stages.identify().counters();
    Counts counts;
    counts.decoded = stages.decoded().by_status[DecodeStatus::kOk];
    for (std::size_t i = 0; i < static_cast<std::size_t>(DecodeStatus::kCount); ++i) {
        const auto status = static_cast<DecodeStatus>(i);
        if (status != DecodeStatus::kOk) counts.rejected += stages.decoded().by_status[status];
    }
    counts.received = counts.decoded + counts.rejected;
    counts.carriers = flow[flow::FlowCounter::kCarriers];
    counts.tracked = flow[flow::FlowCounter::kTracked];
    counts.untracked = flow[flow::FlowCounter::kUntrackedTableFull];
    counts.sessions = flow[flow::FlowCounter::kSessions];
    counts.evicted = flow[flow::FlowCounter::kEvicted];
    counts.scans = identify[identify::IdentifyCounter::kScans];
    counts.recognised = identify[identify::IdentifyCounter::kRecognised];
    counts.confirmed = identify[identify::IdentifyCounter::kConfirmed];
    counts.records = outbox[pipeline::OutboxCounter::kSessionRecords] +
                     outbox[pipeline::OutboxCounter::kFactsRecords] +
                     outbox[pipeline::OutboxCounter::kDroppedRecords];
    return counts;
}

CaseResult Scenario::describe() const {
    CaseResult result;
    result.what = what_;
    result.bank_frames =
        steady_ ? steady_->table_source.bank_frames() : sessions_->table_source.bank_frames();
    result.rewrites = !steady_ || steady_->table_source.rewrites();
    result.table_sessions = configuration_.sensor.limits.sessions;
    result.open_sessions = engine_->all_stages().front()->flow().session_count();
    return result;
}

}  // namespace sensor::bench
