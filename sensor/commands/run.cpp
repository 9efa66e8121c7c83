// offport run: the daemon.

#include "sensor/control/run.h"

#include <cstdlib>
#include <iostream>
#include <optional>
#include <utility>

#include "sensor/commands/command.h"
#include "sensor/commands/configuration_option.h"
#include "sensor/commands/run_report.h"

namespace sensor::commands {
namespace {

std::string ports_text(const control::CaptureConfig& config) {
    std::string text;
    for (const control::CaptureConfig::Port& port : config.ports)
        text += (text.empty() ? "" : ", ") + port.name();
    return text;
}

int run(const Words& words) {
    const auto line = CommandLine::read(
        words, {{"-c"}, {"--identity", true, true}, {"--eve"}, {"--flows", false}});
    if (!line) return usage_error(kRun, line.error().message);
    if (!line->positional().empty()) {
        return usage_error(kRun, "cannot use '" + line->positional().front() +
                                     "'; ports are named in capture.yaml");
    }
    RunReport::take_over_signals();
    const auto configuration = configuration_of(*line);
    if (!configuration) return kBadInput;
    if (const auto problem = control::capture_problem(configuration->capture)) {
        std::cerr << problem->to_string() << '\n';
        return kBadInput;
    }
    std::optional<ipc::RequestSocket> requests;
    if (const std::string& path = configuration->sensor.control_socket; !path.empty()) {
        auto listening = ipc::RequestSocket::listen(path);
        if (!listening) {
            return input_error("`control_socket` in sensor.yaml: " + listening.error().message);
        }
        requests.emplace(std::move(*listening));
    }
    auto report = RunReport::open({.eve_path = line->value("--eve").value_or("-"),
                                   .flows = line->has("--flows"),
                                   .sensor_name = configuration->sensor.name,
                                   .watched = ports_text(configuration->capture)});
    if (!report) return input_error(report.error().message);
    const auto summary =
        control::run(*configuration,
                     {.identity_files = line->values("--identity"),
                      .every_session = line->has("--flows"),
                      // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing sets the environment
                      .allow_hugepages = std::getenv("OFFPORT_NO_HUGE") == nullptr,
                      .version = OFFPORT_VERSION,
                      .reload = {.directory = line->value("-c").value_or(""),
                                 .read = [&line] { return read_configuration(*line); },
                                 .requests = requests ? &*requests : nullptr}},
                     **report);
    if (!summary) return input_error(summary.error().message);
    return (*report)->finish(*summary) ? kDone : kBadInput;
}

}  // namespace

const Command kRun{
    .name = "run",
    .summary = "watch mirror ports and report findings until told to stop",
    .usage =
        "usage: offport run -c DIR [--identity FILE...] [--eve FILE|-] [--flows]\n\n"
        "  -c DIR              capture.yaml, policy.yaml, identity.yaml and sensor.yaml\n"
        "  --identity FILE     identity events, one JSON object a line; may be given again\n"
        "  --eve FILE|-        findings as EVE JSON lines, appended to FILE; standard output if\n"
        "                      left out\n"
        "  --flows             a flow record for each session, too\n\n"
        "SIGTERM and SIGINT end it: sessions are told of and the summary goes to standard error.\n"
        "SIGHUP opens the EVE file anew and takes up a changed policy, if it is sound, as "
        "`offport\n"
        "reload` does; sessions and findings go on. What the other files say is fixed at start.\n"
        "Set OFFPORT_NO_HUGE=1 to leave hugepages alone.\n",
    .run = run,
};

}  // namespace sensor::commands
