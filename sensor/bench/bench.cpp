#include "sensor/bench/bench.h"

#include "lib/dpdk/eal.h"
#include "sensor/bench/scenario.h"
#include "sensor/bench/search.h"
#include "sensor/control/cores.h"

namespace sensor::bench {
namespace {

constexpr unsigned kPoolFrames = 8 * kBankFrames;
constexpr std::uint16_t kDataBytes = 2048;

void measure(Scenario& scenario, const BenchOptions& options, CaseResult& result) {
    for (const Mode mode : options.modes)
        result.modes.push_back({.mode = mode, .runs = {}});
    const Budget budget{.seconds = options.seconds, .frames = options.frames};
    for (unsigned run = 0; run < options.runs; ++run) {
        for (ModeResult& mode : result.modes) {
            const auto [reading, counts] = scenario.run(mode.mode, budget);
            mode.runs.push_back(reading);
            if (mode.mode == Mode::kWhole) result.whole += counts;
        }
    }
}

result::Result<CaseResult> run_case(const Bench& bench, const Case& what,
                                    const BenchOptions& options) {
    auto scenario = Scenario::build(bench, what);
    if (!scenario) return scenario.error();
    CaseResult result = (*scenario)->describe();
    measure(**scenario, options, result);
    result.open_sessions = (*scenario)->describe().open_sessions;
    result.lifetime = (*scenario)->counts();
    if (options.search) result.search = search(**scenario, options, result);
    return result;
}

std::vector<unsigned> worker_cpu() {
    const std::vector<unsigned> cpus = dpdk::allowed_cpus();
    return cpus.empty() ? cpus : std::vector<unsigned>{cpus.back()};
}

}  // namespace

std::string name_of(const Case& what) {
    std::string name{name_of(what.traffic)};
    if (what.tunnel != Tunnel::kNone) name += " in " + std::string{name_of(what.tunnel)};
    if (what.traffic == Traffic::kSteady) name += ", frames " + std::string{name_of(what.frames)};
    return name + ", " + std::to_string(what.sessions) + " sessions";
}

result::Result<Report> run(const control::Configuration& configuration, const BenchOptions& options,
                           const std::function<void(const std::string&)>& notice) {
    Report report{.version = options.version,
                  .machine = look_at_machine(options.latency_bytes),
                  .runs = options.runs,
                  .seconds = options.seconds,
                  .cases = {}};
    auto eal = dpdk::Eal::start({.workers = 1,
                                 .memory_mb = control::memory_for(kPoolFrames, kDataBytes),
                                 .allow_hugepages = options.allow_hugepages,
                                 .pinned = worker_cpu()});
    if (!eal) return eal.error();
    auto pool = dpdk::FramePool::create("bench", {.frames = kPoolFrames, .data_bytes = kDataBytes});
    if (!pool) return pool.error();
    report.hugepages = eal->uses_hugepages();
    const Bench bench{
        .configuration = configuration, .eal = *eal, .pool = *pool, .machine = report.machine};
    for (const Case& what : options.cases) {
        notice(name_of(what));
        auto result = run_case(bench, what, options);
        if (!result) return result.error();
        report.cases.push_back(std::move(*result));
    }
    return report;
}

}  // namespace sensor::bench
