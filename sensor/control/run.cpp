#include "sensor/control/run.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "lib/dpdk/eal.h"
#include "lib/metrics/exposition.h"
#include "sensor/capture/live_source.h"
#include "sensor/control/cores.h"
#include "sensor/control/feeds/feeds.h"
#include "sensor/control/judge_state.h"
#include "sensor/control/run_metrics.h"
#include "sensor/control/tally.h"
#include "sensor/control/web_servers.h"

namespace sensor::control {
namespace {

constexpr unsigned kRingFrames = 4095;  // between the steering core and each worker
constexpr auto kIdleWait = std::chrono::milliseconds{2};
constexpr auto kWatchInterval = std::chrono::milliseconds{500};

/// Everything that lives as long as one run, in the order it is built.
class Run {
  public:
    Run(const Configuration& configuration, RunListener& listener, dpdk::Eal eal,
        dpdk::FramePool pool)
        : configuration_{configuration},
          listener_{listener},
          eal_{std::move(eal)},
          pool_{std::move(pool)} {}

    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;
    ~Run() { pool_.leave_to_eal(); }

    [[nodiscard]] result::Result<report::Summary> run(const RunOptions& options,
                                                      identify::Signatures signatures);

  private:
    void prepare_cores();
    [[nodiscard]] EngineOptions engine_options(const RunOptions& options);
    [[nodiscard]] std::vector<http::Route> pages();
    [[nodiscard]] result::Status serve(const std::string& version);
    void learn();
    void open_state();
    void save_state(bool is_last);
    void pump_until_stopped(const RunOptions& options);
    void watch_ports();
    void update_metrics();
    [[nodiscard]] std::string hugepage_advice(const RunOptions& options) const;

    const Configuration& configuration_;
    RunListener& listener_;
    dpdk::Eal eal_;
    dpdk::FramePool pool_;
    std::optional<Ports> ports_;
    std::optional<capture::LiveSource> source_;
    std::unique_ptr<Engine> engine_;
    std::optional<Cores<capture::LiveSource>> cores_;
    std::optional<Reloader> reloader_;
    std::unique_ptr<Feeds> feeds_;
    std::optional<JudgeState> state_;
    std::string state_objection_;  // why findings are not kept over a restart; empty if they are
    std::optional<RunMetrics> metrics_;
    std::optional<WebServers> servers_;  // the last to be built: its threads read all the others
    std::chrono::steady_clock::time_point watched_;
    cycles::Rate cycles_ = cycles::Rate::measure();
};

void Run::prepare_cores() {
    const CaptureConfig& config = configuration_.capture;
    cores_.emplace(
        *source_, pool_, *engine_,
        pipeline::SteeringOptions{.decode = configuration_.sensor.decode,
                                  .workers = config.workers,
                                  .ring_frames = kRingFrames,
                                  .when_full = pipeline::WhenFull::kDrop,
                                  .idle = config.longest_sleep.count() == 0
                                              ? pipeline::Idle::spinning()
                                              : pipeline::Idle::sleeping(config.longest_sleep),
                                  .cycles = cycles_,
                                  .whole_frames = configuration_.sensor.evidence.is_wanted()});
}

EngineOptions Run::engine_options(const RunOptions& options) {
    const CaptureConfig& config = configuration_.capture;
    const bool may_learn = configuration_.feeds.any();
    EngineOptions engine{.workers = config.workers,
                         .every_session = options.every_session,
                         .kept_sessions = may_learn ? configuration_.identity.kept_sessions : 0,
                         .keeps_told = !configuration_.sensor.state.empty(),
                         .when_full = pipeline::WhenFull::kDrop,
                         .intake = &feeds_->intake(),
                         .cycles = cycles_,
                         .evidence = configuration_.sensor.evidence,
                         .evidence_files = {.application = "offport " + options.version}};
    for (const CaptureConfig::Port& port : config.ports)
        engine.evidence_files.sources.push_back(port.name());
    return engine;
}

std::vector<http::Route> Run::pages() {
    const auto page = [this](const http::Request&) {
        auto families = metrics_->families();
        std::ranges::move(feeds_->families(engine_->mirrored_radius()),
                          std::back_inserter(families));
        std::ranges::move(listener_.output_families(), std::back_inserter(families));
        return http::Response{.content_type = std::string{metrics::kExpositionType},
                              .body = metrics::exposition(families)};
    };
    const auto answer = [](const std::string& objection) {
        constexpr int kUnavailable = 503;
        return objection.empty() ? http::Response{.body = "ok\n"}
                                 : http::Response{.status = kUnavailable, .body = objection + "\n"};
    };
    const auto alive = [this, answer](const http::Request&) { return answer(metrics_->stall()); };
    const auto ready = [this, answer](const http::Request&) {
        return answer(metrics_->blindness());
    };
    return {{.path = "/metrics", .handler = page},
            {.path = "/healthz", .handler = alive},
            {.path = "/readyz", .handler = ready}};
}

result::Status Run::serve(const std::string& version) {
    metrics_.emplace(*source_, cores_->steering(), *engine_, feeds_->intake(),
                     configuration_.capture.role, version);
    update_metrics();
    auto servers = WebServers::start(configuration_.sensor.metrics, pages(),
                                     configuration_.feeds.http, feeds_->intake());
    if (!servers) return servers.error();
    servers_.emplace(std::move(*servers));
    return result::Done{};
}

void Run::learn() {
    constexpr std::size_t kAtOnce = 4096;  // so that records of sessions do not wait for long
    const std::vector<IdentityEvent> events = feeds_->intake().take(kAtOnce);
    if (!events.empty()) engine_->learn(events);
}

/// Findings without a memory are findings all the same: what is wrong is told, and no more.
void Run::open_state() {
    const std::string& directory = configuration_.sensor.state;
    if (directory.empty()) return;
    auto state = JudgeState::open(directory + "/findings");
    if (!state) {
        state_objection_ = state.error().message;
        return;
    }
    state_.emplace(std::move(*state));
    const auto restored = state_->restore(engine_->judge());
    if (!restored) state_objection_ = restored.error().message;
    if (restored && restored->unreadable != 0) {
        state_objection_ = std::to_string(restored->unreadable) + " of them cannot be read";
    }
}

void Run::save_state(bool is_last) {
    auto told = engine_->take_told();
    if (!state_) return;
    judge::Judge& judge = engine_->judge();
    auto saved = is_last ? state_->save(judge) : state_->save_if_due(judge);
    if (saved && !is_last && !told.empty()) saved = state_->add(judge, std::move(told));
    if (saved) return;
    listener_.on_notice("findings are not kept over a restart: " + saved.error().message);
}

/// What to do for hugepages, if they were wanted and there were too few; empty if not.
std::string Run::hugepage_advice(const RunOptions& options) const {
    const CaptureConfig& config = configuration_.capture;
    if (eal_.uses_hugepages() || !options.allow_hugepages || !config.hugepages) return {};
    const unsigned wanted = memory_for(config.buffers, dpdk::kKernelFrameBytes);
    return "too few hugepages: more than " + std::to_string(wanted) + " MB of 2 MiB pages are " +
           "wanted, " + std::to_string(dpdk::free_hugepages_mb()) +
           " MB are free; raise vm.nr_hugepages, or say `hugepages: false` in capture.yaml";
}

void Run::update_metrics() {
    metrics_->update({.ports = ports_->status(),
                      .cold = engine_->cold_counts(),
                      .records = listener_.record_counts()});
}

void Run::watch_ports() {
    const auto now = std::chrono::steady_clock::now();
    if (now - watched_ < kWatchInterval) return;
    watched_ = now;
    for (const std::string& change : ports_->watch(*source_))
        listener_.on_notice(change);
    for (const std::string& line : feeds_->news())
        listener_.on_notice(line);
    if (const std::string line = engine_->evidence_notice(); !line.empty())
        listener_.on_notice(line);
    update_metrics();
}

void Run::pump_until_stopped(const RunOptions& options) {
    reloader_.emplace(configuration_, *engine_, options.reload);
    bool is_stopped = false;
    while (!engine_->finished()) {
        metrics_->sample();
        learn();
        save_state(false);
        const bool anything = engine_->pump();
        const Turn turn = is_stopped ? Turn::kGoOn : listener_.on_turn();
        if (turn == Turn::kReload) reloader_->ask();
        if (turn == Turn::kStop) {
            is_stopped = true;
            source_->stop();
        }
        if (!is_stopped) watch_ports();
        if (const auto outcome = reloader_->turn()) listener_.on_reload(*outcome);
        if (!anything) std::this_thread::sleep_for(kIdleWait);
    }
    engine_->finish();
    save_state(true);
}

result::Result<report::Summary> Run::run(const RunOptions& options,
                                         identify::Signatures signatures) {
    auto feeds = Feeds::open(configuration_);
    if (!feeds) return feeds.error();
    feeds_ = std::move(*feeds);
    auto engine = Engine::create(configuration_, engine_options(options), options.identity_files,
                                 std::move(signatures), listener_);
    if (!engine) return engine.error();
    engine_ = std::move(*engine);
    const auto apply = [this](const IdentityEvent& event) { engine_->apply(event); };
    if (const auto restored = feeds_->restore(apply); !restored) return restored.error();
    open_state();
    auto ports = Ports::open(configuration_.capture, pool_);
    if (!ports) return ports.error();
    ports_.emplace(std::move(*ports));
    source_.emplace(ports_->inputs(), configuration_.capture.longest_delay);
    prepare_cores();
    if (const auto heard = feeds_->listen(); !heard) return heard.error();
    if (const auto served = serve(options.version); !served) return served.error();
    cores_->launch(eal_);
    try {
        listener_.on_start(eal_.uses_hugepages(), servers_->metrics_address());
        if (const std::string url = servers_->events_url(); !url.empty())
            listener_.on_notice("events may be posted to " + url);
        if (const std::string advice = hugepage_advice(options); !advice.empty())
            listener_.on_notice(advice);
        for (const std::string& line : ports_->warnings())
            listener_.on_notice(line);
        for (const std::string& line : feeds_->notices())
            listener_.on_notice(line);
        if (!state_objection_.empty())
            listener_.on_notice("findings are not kept over a restart: " + state_objection_);
        pump_until_stopped(options);
    } catch (...) {
        // The workers use what this frame and its callers would free.
        source_->stop();
        engine_->drain();
        eal_.wait();
        throw;
    }
    eal_.wait();
    if (const auto closed = engine_->close_evidence(); !closed)
        listener_.on_notice(closed.error().message);
    servers_.reset();
    feeds_->stop();
    report::Summary summary = tally_live(*source_, *ports_, cores_->steering(), *engine_);
    summary.hugepages = eal_.uses_hugepages();
    return summary;
}

}  // namespace

result::Result<report::Summary> run(const Configuration& configuration, const RunOptions& options,
                                    RunListener& listener) {
    const CaptureConfig& config = configuration.capture;
    auto signatures = identify::Signatures::compile(
        configuration.sensor.protocols, hyperscan::Cache{configuration.sensor.signature_cache});
    if (!signatures) return signatures.error();
    auto eal = dpdk::Eal::start({.workers = cores_for(config.workers),
                                 .memory_mb = memory_for(config.buffers, dpdk::kKernelFrameBytes),
                                 .allow_hugepages = options.allow_hugepages && config.hugepages,
                                 .pinned = config.cpus,
                                 .cards = cards_of(config)});
    if (!eal) return eal.error();
    auto pool = dpdk::FramePool::create("live", {.frames = config.buffers,
                                                 .data_bytes = dpdk::kKernelFrameBytes,
                                                 .private_bytes = pipeline::kSteeredBytes});
    if (!pool) return pool.error();
    Run live{configuration, listener, std::move(*eal), std::move(*pool)};
    return live.run(options, std::move(*signatures));
}

}  // namespace sensor::control
