// offport run: the daemon.

#include "sensor/control/run.h"

#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <utility>

#include "sensor/commands/command.h"
#include "sensor/commands/configuration_option.h"
#include "sensor/commands/run_report.h"
#include "sensor/control/numa.h"
#include "sensor/control/rights.h"

namespace sensor::commands {
namespace {

/// "eth1, eth2"; inline "eth1 <-> eth2, eth3 <-> eth4"
std::string ports_text(const control::CaptureConfig& config) {
    std::string text;
    for (std::size_t number = 0; number < config.ports.size(); ++number) {
        const bool is_second = config.role == control::Role::kInline && number % 2 == 1;
        text += number == 0 ? "" : is_second ? " <-> " : ", ";
        text += config.ports[number].name();
    }
    return text;
}

struct Prepared {
    control::Configuration configuration;
    std::optional<ipc::RequestSocket> requests;  ///< where `offport reload` asks
};

/// Listens, gives rights up, and reads the configuration once more as whom it has become: what that
/// user cannot read would be missed when it is reloaded. One line on failure.
result::Status confine(Prepared& prepared, const CommandLine& line) {
    const control::SensorConfig& sensor = prepared.configuration.sensor;
    if (!sensor.control_socket.empty()) {
        auto listening = ipc::RequestSocket::listen(sensor.control_socket);
        if (!listening) {
            return result::Error{"`control_socket` in sensor.yaml: " + listening.error().message};
        }
        prepared.requests.emplace(std::move(*listening));
    }
    if (const auto problem = control::give_up_rights(prepared.configuration)) {
        return result::Error{problem->to_string()};
    }
    if (sensor.user.empty()) return result::Done{};
    auto reading = read_configuration(line);
    if (!reading.configuration) {
        return result::Error{"user '" + sensor.user + "' cannot read the configuration: " +
                             (reading.problems.empty() ? "" : reading.problems.front())};
    }
    prepared.configuration = std::move(*reading.configuration);
    return result::Done{};
}

/// Everything that must be done before there is a second thread. Nothing if it cannot be, and that
/// is said.
std::optional<Prepared> prepare(const CommandLine& line) {
    auto configuration = configuration_of(line);
    if (!configuration || !has_feed_files(*configuration)) return std::nullopt;
    if (const auto problem = control::capture_problem(configuration->capture)) {
        std::cerr << problem->to_string() << '\n';
        return std::nullopt;
    }
    for (const yaml::Problem& warning : control::numa_warnings(configuration->capture))
        std::cerr << warning.to_string() << '\n';
    Prepared prepared{.configuration = std::move(*configuration), .requests = {}};
    if (const auto confined = confine(prepared, line); !confined) {
        input_error(confined.error().message);
        return std::nullopt;
    }
    return prepared;
}

/// Opens the EVE destination as the user that will have to open it again.
result::Result<std::unique_ptr<RunReport>> open_report(const CommandLine& line,
                                                       const control::Configuration& config) {
    const std::string path = line.value("--eve").value_or("-");
    auto report = RunReport::open(
        {.eve_path = path, .flows = line.has("--flows"), .watched = ports_text(config.capture)},
        config.sensor);
    const std::string& user = config.sensor.user;
    if (!report && !user.empty()) {
        return result::Error{report.error().message + " (as user '" + user + "')"};
    }
    const std::string objection = control::reopening_objection(path);
    if (report && !objection.empty()) (*report)->on_notice(objection);
    return report;
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
    auto prepared = prepare(*line);
    if (!prepared) return kBadInput;
    const control::Configuration& configuration = prepared->configuration;
    auto report = open_report(*line, configuration);
    if (!report) return input_error(report.error().message);
    const auto summary =
        control::run(configuration,
                     {.identity_files = line->values("--identity"),
                      .every_session = (*report)->wants_flows(),
                      // NOLINTNEXTLINE(concurrency-mt-unsafe): nothing sets the environment
                      .allow_hugepages = std::getenv("OFFPORT_NO_HUGE") == nullptr,
                      .version = OFFPORT_VERSION,
                      .reload = {.directory = line->value("-c").value_or(""),
                                 .read = [&line] { return read_configuration(*line); },
                                 .requests = prepared->requests ? &*prepared->requests : nullptr}},
                     **report);
    if (!summary) return input_error(summary.error().message);
    return (*report)->finish(*summary) ? kDone : kBadInput;
}

}  // namespace

const Command kRun{
    .name = "run",
    .summary = "watch ports and report findings until told to stop",
    .usage =
        "usage: offport run -c DIR [--identity FILE...] [--eve FILE|-] [--flows]\n\n"
        "  -c DIR              capture.yaml, policy.yaml, identity.yaml and sensor.yaml\n"
        "  --identity FILE     identity events, one JSON object a line; or FEED:FILE, a document "
        "of\n"
        "                      that feed (android-management, apple-mdm, cloudconnexa, csv, "
        "intune,\n"
        "                      ivanti-sentry, ndjson, samsung-npa, workspace-one); may be given "
        "again\n"
        "  --eve FILE|-        findings as EVE JSON lines, appended to FILE; standard output if\n"
        "                      left out\n"
        "  --flows             a flow record for each session, too\n\n"
        "`outputs` in sensor.yaml says where records go besides: files, sockets, syslog.\n"
        "SIGTERM and SIGINT end it: sessions are told of and the summary goes to standard error.\n"
        "Inline, nothing is forwarded any more once it has ended.\n"
        "SIGHUP opens the EVE file anew and takes up a changed policy, if it is sound, as "
        "`offport\n"
        "reload` does; sessions and findings go on. What the other files say is fixed at start.\n"
        "Set OFFPORT_NO_HUGE=1 to leave hugepages alone.\n",
    .run = run,
};

}  // namespace sensor::commands
