// What the daemon tells: EVE records while it runs, lines for the operator on standard error, and a
// summary when it ends.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "lib/json/writer.h"
#include "sensor/control/outputs.h"
#include "sensor/control/run.h"
#include "sensor/report/eve.h"
#include "sensor/report/file_sink.h"
#include "sensor/report/finding_counts.h"

namespace sensor::commands {

class RunReport final : public control::RunListener {
  public:
    struct Options {
        std::string eve_path;  ///< "-" is standard output
        bool flows = false;    ///< a record for each session there
        std::string watched;   ///< the ports, for the line that says it has begun
    };
    /// SIGHUP asks for the EVE file to be opened anew and for the configuration to be read again;
    /// SIGTERM and SIGINT end the run, also before it has begun.
    static void take_over_signals();
    /// Opens the EVE destination, and what `sensor` has for outputs.
    [[nodiscard]] static result::Result<std::unique_ptr<RunReport>> open(
        const Options& options, const control::SensorConfig& sensor);

    void on_finding(const Finding& finding) override;
    void on_session_end(const Observation& session, std::string_view finding) override;
    void on_start(bool hugepages, const std::string& metrics) override;
    void on_notice(std::string_view line) override;
    void on_reload(const control::ReloadOutcome& outcome) override;
    [[nodiscard]] control::Turn on_turn() override;
    [[nodiscard]] report::SinkCounts record_counts() const override { return eve_->counts(); }
    [[nodiscard]] std::vector<metrics::Family> output_families() const override {
        return outputs_->families();
    }
    /// Whether anybody wants to be told of each session.
    [[nodiscard]] bool wants_flows() const noexcept {
        return options_.flows || outputs_->want_flows();
    }

    /// Prints the summary. False if records were lost.
    [[nodiscard]] bool finish(report::Summary summary);

  private:
    RunReport(const Options& options, std::string sensor_name,
              std::unique_ptr<report::FileSink> eve, std::unique_ptr<control::Outputs> outputs);
    void write_record();

    Options options_;
    report::EveOptions eve_options_;
    std::unique_ptr<report::FileSink> eve_;
    std::unique_ptr<control::Outputs> outputs_;
    json::Writer writer_;  // for records
    report::FindingCounts findings_;
};

}  // namespace sensor::commands
