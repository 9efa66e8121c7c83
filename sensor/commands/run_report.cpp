#include "sensor/commands/run_report.h"

#include <csignal>
#include <iostream>
#include <utility>

namespace sensor::commands {
namespace {

volatile std::sig_atomic_t reload_asked = 0;
volatile std::sig_atomic_t stop_asked = 0;

void note_signal(int signal) {
    if (signal == SIGHUP) {
        reload_asked = 1;
    } else {
        stop_asked = 1;
        ::signal(signal, SIG_DFL);  // who asks twice does not want to wait for a slow reader
    }
}

void tell(std::string_view line) {
    const std::string whole = "offport: " + std::string{line} + "\n";  // in one piece
    std::cerr << whole << std::flush;
}

void take_over(int signal) {
    struct sigaction action {};
    action.sa_handler = note_signal;
    action.sa_flags = SA_RESTART;
    ::sigaction(signal, &action, nullptr);
}

}  // namespace

void RunReport::take_over_signals() {
    for (const int signal : {SIGHUP, SIGTERM, SIGINT})
        take_over(signal);
    ::signal(SIGPIPE, SIG_IGN);  // a reader that goes away costs records, which are counted
}

result::Result<std::unique_ptr<RunReport>> RunReport::open(const Options& options,
                                                           const control::SensorConfig& sensor) {
    auto sink = report::FileSink::open(
        {.path = options.eve_path, .when_full = report::WhenFull::kDrop, .notice = {}});
    if (!sink) return sink.error();
    auto outputs =
        control::Outputs::open(sensor, {.version = OFFPORT_VERSION,
                                        .when_full = report::WhenFull::kDrop,
                                        .notice = [](std::string_view line) { tell(line); }});
    if (!outputs) return outputs.error();
    return std::unique_ptr<RunReport>{
        new RunReport{options, sensor.name, std::move(*sink), std::move(*outputs)}};
}

RunReport::RunReport(const Options& options, std::string sensor_name,
                     std::unique_ptr<report::FileSink> eve,
                     std::unique_ptr<control::Outputs> outputs)
    : options_{options},
      eve_options_{.host = std::move(sensor_name)},
      eve_{std::move(eve)},
      outputs_{std::move(outputs)} {}

void RunReport::write_record() {
    eve_->write(writer_.view());
    writer_.clear();
}

void RunReport::on_finding(const Finding& finding) {
    findings_.add(finding);
    report::write_alert(writer_, finding, eve_options_);
    write_record();
    outputs_->on_finding(finding);
}

void RunReport::on_session_end(const Observation& session, std::string_view finding) {
    outputs_->on_session_end(session, finding);
    if (!options_.flows) return;
    report::write_flow(writer_, session, eve_options_, finding);
    write_record();
}

void RunReport::on_start(bool hugepages, const std::string& metrics) {
    std::string line = "watching " + options_.watched;
    if (!hugepages) line += ", without hugepages";
    line += "; findings go to ";
    line += options_.eve_path == "-" ? "standard output" : options_.eve_path;
    if (!metrics.empty()) line += "; metrics at http://" + metrics + "/metrics";
    on_notice(line);
}

void RunReport::on_notice(std::string_view line) {
    tell(line);
}

void RunReport::on_reload(const control::ReloadOutcome& outcome) {
    for (const std::string& problem : outcome.problems)
        std::cerr << problem << '\n';
    on_notice(outcome.verdict);
}

control::Turn RunReport::on_turn() {
    if (stop_asked != 0) return control::Turn::kStop;
    if (reload_asked == 0) return control::Turn::kGoOn;
    reload_asked = 0;
    eve_->reopen();
    outputs_->reopen();
    return control::Turn::kReload;
}

bool RunReport::finish(report::Summary summary) {
    summary.findings = findings_.by_severity();
    const auto closed = eve_->close();
    if (!closed) std::cerr << "offport: " << closed.error().message << '\n';
    for (const std::string& line : outputs_->close())
        tell(line);
    summary.records_written = eve_->counts().written;
    summary.records_lost = eve_->counts().lost();
    std::cerr << report::render(summary, {}) << std::flush;
    return closed.has_value();
}

}  // namespace sensor::commands
