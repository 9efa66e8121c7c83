// Everything that records go to besides --eve, as `outputs` in sensor.yaml says.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/metrics/family.h"
#include "lib/result/result.h"
#include "sensor/control/sensor_config.h"
#include "sensor/report/delivery.h"
#include "sensor/report/encoding.h"

namespace sensor::control {

struct OutputsOptions {
    std::string version;  ///< of the program
    report::WhenFull when_full = report::WhenFull::kDrop;
    std::function<void(std::string_view line)> notice;  ///< from any thread
};

class Outputs {
  public:
    /// One line on failure: a spool cannot be opened, or a file that TLS needs.
    [[nodiscard]] static result::Result<std::unique_ptr<Outputs>> open(
        const SensorConfig& config, const OutputsOptions& options);
    Outputs(const Outputs&) = delete;
    Outputs& operator=(const Outputs&) = delete;
    ~Outputs() = default;

    [[nodiscard]] bool want_flows() const noexcept;

    // One thread:
    void on_finding(const Finding& finding);
    void on_session_end(const Observation& session, std::string_view finding);
    /// Opens files anew (log rotation).
    void reopen();
    /// Delivers what can be delivered at once. What is lost, or waits on disk, in one line each.
    [[nodiscard]] std::vector<std::string> close();

    /// Any thread.
    [[nodiscard]] std::vector<metrics::Family> families() const;

  private:
    struct Output {
        bool findings;
        bool flows;
        report::Encoder encoder;
        std::unique_ptr<report::Delivery> delivery;
    };
    Outputs() = default;

    std::vector<Output> outputs_;
};

}  // namespace sensor::control
