// offport replay: traces in, findings out.

#include "sensor/control/replay.h"

#include <iostream>

#include <unistd.h>

#include "sensor/commands/command.h"
#include "sensor/commands/configuration_option.h"
#include "sensor/commands/replay_report.h"

namespace sensor::commands {
namespace {

constexpr long kMostWorkers = 64;
constexpr std::array<Severity, 4> kSeverities{Severity::kInfo, Severity::kLow, Severity::kMedium,
                                              Severity::kHigh};

struct Request {
    control::ReplayOptions replay;
    ReplayReportOptions report;
    std::optional<Severity> fail_on;
};

/// `--identity A B T.pcap`: further files may follow the first without the option's name, as long
/// as they look like what they are.
bool looks_like_events(const std::string& path) {
    return path.ends_with(".ndjson") || path.ends_with(".jsonl") || path.ends_with(".json");
}

result::Result<Request> request_of(const CommandLine& line) {
    Request request;
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
    request.report.json = line.has("--json");
    if (request.report.flows && !request.report.eve_path) {
        return result::Error{
            "--flows adds flow records to the EVE output; give --eve FILE or --eve -"};
    }
    if (request.report.json && request.report.eve_path == "-") {
        return result::Error{"--json and --eve - both want standard output; choose one"};
    }
    request.replay.every_session = request.report.flows;
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

int run(const Words& words) {
    const auto line = CommandLine::read(words, {{"-c"},
                                                {"--identity", true, true},
                                                {"--eve"},
                                                {"--flows", false},
                                                {"--workers"},
                                                {"--json", false},
                                                {"--together", false},
                                                {"--fail-on"}});
    if (!line) return usage_error(kReplay, line.error().message);
    auto request = request_of(*line);
    if (!request) return usage_error(kReplay, request.error().message);
    const auto configuration = configuration_of(*line);
    if (!configuration) return kBadInput;

    request->report.sensor_name = configuration->sensor.name;
    auto report = ReplayReport::open(request->report);
    if (!report) return input_error(report.error().message);
    const auto outcome = control::replay(*configuration, request->replay, **report);
    if (!outcome) return input_error(outcome.error().message);
    const bool is_complete = (*report)->finish(*outcome);
    if (!is_complete) return kBadInput;
    const bool has_failed = request->fail_on && (*report)->worst() >= request->fail_on;
    return has_failed ? kFindings : kDone;
}

}  // namespace

const Command kReplay{
    .name = "replay",
    .summary = "read traces through the whole sensor and print the findings",
    .usage =
        "usage: offport replay TRACE... [-c DIR] [--identity FILE...] [--eve FILE|-] [--flows]\n"
        "                      [--workers N] [--together] [--json] [--fail-on SEVERITY]\n\n"
        "  TRACE               pcap or pcapng; Ethernet, raw IP, Linux cooked or loopback frames\n"
        "  -c DIR              policy.yaml, identity.yaml and sensor.yaml; the shipped ones if "
        "left out\n"
        "  --identity FILE     identity events, one JSON object a line; may be given again\n"
        "  --eve FILE|-        findings as EVE JSON lines, appended to FILE; with -, standard "
        "output\n"
        "                      has nothing else and what is for people goes to standard error\n"
        "  --flows             a flow record for each session, too\n"
        "  --workers N         worker cores (1); findings and records are the same for any number\n"
        "  --together          merge the traces by packet time; else they come one after the "
        "other\n"
        "  --json              the summary and findings as one JSON object on standard output\n"
        "  --fail-on SEVERITY  exit code 3 if there is a finding this grave: info, low, medium, "
        "high\n\n"
        "Set OFFPORT_NO_HUGE=1 to leave hugepages alone. SIGHUP opens the EVE file anew.\n",
    .run = run,
};

}  // namespace sensor::commands
