#include "sensor/commands/replay_request.h"

#include <array>
#include <cstdlib>

#include "sensor/control/feeds/identity_files.h"

namespace sensor::commands {
namespace {

constexpr long kMostWorkers = 64;
constexpr std::array<Severity, 4> kSeverities{Severity::kInfo, Severity::kLow, Severity::kMedium,
                                              Severity::kHigh};

/// `--identity A B T.pcap`: further files may follow the first without the option's name, as long
/// as they look like what they are.
bool looks_like_events(const std::string& path) {
    return path.ends_with(".ndjson") || path.ends_with(".jsonl") || path.ends_with(".json") ||
           path.ends_with(".csv") || !control::feed_prefix(path).empty();
}

}  // namespace

std::vector<CommandLine::Option> replay_options() {
    return {{"-c"},
            {"--identity", true, true},
            {"--eve"},
            {"--flows", false},
            {"--outputs", false},
            {"--evidence"},
            {"--workers"},
            {"--json", false},
            {"--together", false},
            {"--fail-on"}};
}

result::Result<ReplayRequest> replay_request_of(const CommandLine& line) {
    ReplayRequest request;
    request.replay.identity_files = line.values("--identity");
    for (const std::string& path : line.positional()) {
        const bool is_events = !request.replay.identity_files.empty() && looks_like_events(path);
        (is_events ? request.replay.identity_files : request.replay.traces).push_back(path);
    }
    if (request.replay.traces.empty()) return result::Error{"give at least one trace"};
    request.replay.together = line.has("--together");
    if (const auto text = line.value("--workers")) {
        const auto workers = number_of("--workers", *text, 1, kMostWorkers);
        if (!workers) return workers.error();
        request.replay.workers = static_cast<unsigned>(*workers);
    }
    request.report.eve_path = line.value("--eve");
    request.report.flows = line.has("--flows");
    request.report.outputs = line.has("--outputs");
    request.report.json = line.has("--json");
    if (request.report.flows && !request.report.eve_path) {
        return result::Error{
            "--flows adds flow records to the EVE output; give --eve FILE or --eve -"};
    }
    if (request.report.json && request.report.eve_path == "-") {
        return result::Error{"--json and --eve - both want standard output; choose one"};
    }
    request.replay.every_session = request.report.flows;
    request.replay.evidence = line.value("--evidence").value_or("");
    if (line.value("--evidence") == "") return result::Error{"--evidence wants a directory"};
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing sets the environment
    request.replay.allow_hugepages = std::getenv("OFFPORT_NO_HUGE") == nullptr;
    if (const auto word = line.value("--fail-on")) {
        for (const Severity severity : kSeverities) {
            if (name_of(severity) == *word) request.fail_on = severity;
        }
        if (!request.fail_on) {
            return result::Error{"--fail-on wants info, low, medium or high, got '" + *word + "'"};
        }
    }
    return request;
}

}  // namespace sensor::commands
