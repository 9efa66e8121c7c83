#include "sensor/commands/replay_report.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <iomanip>
#include <iostream>
#include <limits>
#include <sstream>
#include <vector>

#include <unistd.h>

#include "sensor/commands/terminal.h"
#include "sensor/report/finding_text.h"
#include "sensor/report/summary.h"

namespace sensor::commands {
namespace {

constexpr std::size_t kMostShown = 200;  // findings; nobody reads more on a terminal

volatile std::sig_atomic_t reopen_asked = 0;

void tell(std::string_view line) {
    const std::string whole = "offport: " + std::string{line} + "\n";  // in one piece
    std::cerr << whole << std::flush;
}

void ask_to_reopen(int) {
    reopen_asked = 1;
}

std::string speed_text(const control::ReplayOutcome& outcome, const report::Summary& summary) {
    const double seconds = std::chrono::duration<double>(outcome.wall_time).count();
    std::ostringstream text;
    text << std::fixed << std::setprecision(seconds < 10 ? 2 : 0) << "replayed in " << seconds
         << " s";
    if (seconds > 0) {
        constexpr double kMega = 1e6;
        text << std::setprecision(2) << ", "
             << static_cast<double>(summary.packets) / seconds / kMega << " million packets/s";
    }
    text << (summary.hugepages ? ", with hugepages" : ", without hugepages");
    return text.str();
}

}  // namespace

result::Result<std::unique_ptr<ReplayReport>> ReplayReport::open(
    const ReplayReportOptions& options, const control::SensorConfig& sensor) {
    std::unique_ptr<report::FileSink> eve;
    if (options.eve_path) {
        auto sink = report::FileSink::open(
            {.path = *options.eve_path, .when_full = report::WhenFull::kWait, .notice = {}});
        if (!sink) return sink.error();
        eve = std::move(*sink);
    }
    std::unique_ptr<control::Outputs> outputs;
    if (options.outputs) {
        auto opened =
            control::Outputs::open(sensor, {.version = OFFPORT_VERSION,
                                            .when_full = report::WhenFull::kWait,
                                            .notice = [](std::string_view line) { tell(line); }});
        if (!opened) return opened.error();
        outputs = std::move(*opened);
    }
    struct sigaction action {};
    action.sa_handler = ask_to_reopen;
    action.sa_flags = SA_RESTART;
    ::sigaction(SIGHUP, &action, nullptr);
    return std::unique_ptr<ReplayReport>{
        new ReplayReport{options, sensor.name, std::move(eve), std::move(outputs)}};
}

ReplayReport::ReplayReport(const ReplayReportOptions& options, std::string sensor_name,
                           std::unique_ptr<report::FileSink> eve,
                           std::unique_ptr<control::Outputs> outputs)
    : options_{options},
      eve_options_{.host = std::move(sensor_name)},
      eve_{std::move(eve)},
      outputs_{std::move(outputs)},
      findings_{options.json ? std::numeric_limits<std::size_t>::max() : kMostShown},
      started_{std::chrono::steady_clock::now()},
      shows_progress_{::isatty(STDERR_FILENO) != 0} {}

void ReplayReport::write_record() {
    eve_->write(writer_.view());
    writer_.clear();
}

void ReplayReport::on_finding(const Finding& finding) {
    findings_.add(finding);
    if (outputs_ != nullptr) outputs_->on_finding(finding);
    if (eve_ == nullptr) return;
    report::write_alert(writer_, finding, eve_options_);
    write_record();
}

void ReplayReport::on_session_end(const Observation& session, std::string_view finding) {
    if (outputs_ != nullptr) outputs_->on_session_end(session, finding);
    if (eve_ == nullptr || !options_.flows) return;
    report::write_flow(writer_, session, eve_options_, finding);
    write_record();
}

void ReplayReport::on_progress(const control::ReplayProgress& progress) {
    if (reopen_asked != 0) {
        reopen_asked = 0;
        if (eve_ != nullptr) eve_->reopen();
        if (outputs_ != nullptr) outputs_->reopen();
    }
    constexpr auto kPatience = std::chrono::seconds{1};
    const auto elapsed = std::chrono::steady_clock::now() - started_;
    if (!shows_progress_ || elapsed < kPatience) return;
    const double seconds = std::chrono::duration<double>(elapsed).count();
    constexpr double kMega = 1e6;
    const double share = progress.total_bytes == 0 ? 0
                                                   : static_cast<double>(progress.bytes) /
                                                         static_cast<double>(progress.total_bytes);
    std::cerr << "\r\x1b[K" << std::fixed << std::setprecision(0) << std::min(share, 1.0) * 100
              << " %  " << std::setprecision(1) << static_cast<double>(progress.packets) / kMega
              << " million packets, " << static_cast<double>(progress.packets) / seconds / kMega
              << " million/s, " << findings_.count() << " findings" << std::flush;
    progress_shown_ = true;
}

void ReplayReport::clear_progress() {
    if (progress_shown_) std::cerr << "\r\x1b[K" << std::flush;
}

/// False if records were lost, or wait for the next run.
bool ReplayReport::close_outputs() {
    if (outputs_ == nullptr) return true;
    const std::vector<std::string> lines = outputs_->close();
    for (const std::string& line : lines)
        tell(line);
    return lines.empty();
}

bool ReplayReport::finish(const control::ReplayOutcome& outcome) {
    clear_progress();
    report::Summary summary = outcome.summary;
    summary.findings = findings_.by_severity();
    bool is_complete = close_outputs();
    if (!outcome.evidence_problem.empty()) {
        is_complete = false;
        tell(outcome.evidence_problem);
    }
    if (eve_ != nullptr) {
        const auto closed = eve_->close();
        is_complete = is_complete && closed.has_value();
        if (!closed) std::cerr << "offport: " << closed.error().message << '\n';
        summary.records_written = eve_->counts().written;
        summary.records_lost = eve_->counts().lost();
    }
    if (options_.json) {
        print_json(summary);
    } else {
        print_for_people(outcome, summary);
    }
    return is_complete;
}

void ReplayReport::print_for_people(const control::ReplayOutcome& outcome,
                                    const report::Summary& summary) const {
    const bool out_is_taken = options_.eve_path == "-";
    std::ostream& out = out_is_taken ? std::cerr : std::cout;
    const report::Style style = style_for(out_is_taken ? STDERR_FILENO : STDOUT_FILENO);
    const std::vector<const Finding*> findings = findings_.gravest();
    report::print(out, findings, style);
    if (!findings.empty()) out << '\n';
    if (findings.size() < findings_.count()) {
        out << "  These are the gravest " << findings.size() << " of " << findings_.count()
            << " findings; --eve FILE writes all of them.\n\n";
    }
    out << report::render(summary, style) << std::flush;
    std::cerr << speed_text(outcome, summary) << '\n';
}

void ReplayReport::print_json(const report::Summary& summary) const {
    json::Writer writer;
    writer.begin_object().key("summary");
    report::write_json(writer, summary);
    writer.key("findings").begin_array();
    for (const Finding* finding : findings_.by_id())
        report::write_alert(writer, *finding, eve_options_);
    writer.end_array().end_object();
    std::cout << writer.view() << std::endl;
}

}  // namespace sensor::commands
