// What a replay tells: EVE records while it runs, a progress line on a terminal, and at the end the
// findings and the summary.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/json/writer.h"
#include "sensor/control/outputs.h"
#include "sensor/control/replay.h"
#include "sensor/report/eve.h"
#include "sensor/report/file_sink.h"
#include "sensor/report/gravest_findings.h"

namespace sensor::commands {

struct ReplayReportOptions {
    std::optional<std::string> eve_path;  ///< "-" is standard output
    bool flows = false;                   ///< a record for each session
    bool outputs = false;                 ///< records go to sensor.yaml's outputs, too
    bool json = false;                    ///< summary and findings as JSON on standard output
};

class ReplayReport final : public control::ReplayListener {
  public:
    /// Opens the EVE destination, and what `sensor` has for outputs if that is asked for. Takes
    /// over SIGHUP, which asks for them to be opened anew.
    [[nodiscard]] static result::Result<std::unique_ptr<ReplayReport>> open(
        const ReplayReportOptions& options, const control::SensorConfig& sensor);

    void on_finding(const Finding& finding) override;
    void on_session_end(const Observation& session, std::string_view finding) override;
    void on_progress(const control::ReplayProgress& progress) override;

    /// Prints findings and summary. False if records were lost.
    [[nodiscard]] bool finish(const control::ReplayOutcome& outcome);
    /// Whether anybody wants to be told of each session.
    [[nodiscard]] bool wants_flows() const noexcept {
        return options_.flows || (outputs_ != nullptr && outputs_->want_flows());
    }
    /// The gravest severity found; nothing if there are no findings.
    [[nodiscard]] std::optional<Severity> worst() const noexcept { return findings_.worst(); }

  private:
    ReplayReport(const ReplayReportOptions& options, std::string sensor_name,
                 std::unique_ptr<report::FileSink> eve, std::unique_ptr<control::Outputs> outputs);
    [[nodiscard]] bool close_outputs();
    void write_record();
    void clear_progress();
    void print_for_people(const control::ReplayOutcome& outcome,
                          const report::Summary& summary) const;
    void print_json(const report::Summary& summary) const;

    ReplayReportOptions options_;
    report::EveOptions eve_options_;
    std::unique_ptr<report::FileSink> eve_;      // null if there is no EVE output
    std::unique_ptr<control::Outputs> outputs_;  // null if they are not asked for
    json::Writer writer_;                        // for records
    report::GravestFindings findings_;
    std::chrono::steady_clock::time_point started_;
    bool shows_progress_;
    bool progress_shown_ = false;
};

}  // namespace sensor::commands
