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
#include "sensor/control/replay.h"
#include "sensor/report/eve.h"
#include "sensor/report/file_sink.h"
#include "sensor/report/gravest_findings.h"

namespace sensor::commands {

struct ReplayReportOptions {
    std::optional<std::string> eve_path;  ///< "-" is standard output
    bool flows = false;                   ///< a record for each session
    bool json = false;                    ///< summary and findings as JSON on standard output
    std::string sensor_name;
};

class ReplayReport final : public control::ReplayListener {
  public:
    /// Opens the EVE destination. Takes over SIGHUP, which asks for it to be opened anew.
    [[nodiscard]] static result::Result<std::unique_ptr<ReplayReport>> open(
        const ReplayReportOptions& options);

    void on_finding(const Finding& finding) override;
    void on_session_end(const Observation& session, std::string_view finding) override;
    void on_progress(const control::ReplayProgress& progress) override;

    /// Prints findings and summary. False if records were lost.
    [[nodiscard]] bool finish(const control::ReplayOutcome& outcome);
    /// The gravest severity found; nothing if there are no findings.
    [[nodiscard]] std::optional<Severity> worst() const noexcept { return findings_.worst(); }

  private:
    ReplayReport(const ReplayReportOptions& options, std::unique_ptr<report::FileSink> eve);
    void write_record();
    void clear_progress();
    void print_for_people(const control::ReplayOutcome& outcome,
                          const report::Summary& summary) const;
    void print_json(const report::Summary& summary) const;

    ReplayReportOptions options_;
    report::EveOptions eve_options_;
    std::unique_ptr<report::FileSink> eve_;  // null if there is no EVE output
    json::Writer writer_;                    // for records
    report::GravestFindings findings_;
    std::chrono::steady_clock::time_point started_;
    bool shows_progress_;
    bool progress_shown_ = false;
};

}  // namespace sensor::commands
