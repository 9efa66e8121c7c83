// The daemon's servers: one for /metrics, which takes posted events as well unless these have an
// address of their own.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/http/server.h"
#include "lib/result/result.h"
#include "sensor/control/feeds/http_feed_config.h"
#include "sensor/control/feeds/intake.h"

namespace sensor::control {

class WebServers {
  public:
    /// `metrics` is the address of `pages`; empty for nowhere. check_http_feed() must have had
    /// nothing against `config`. What the pages use, and `intake`, must outlive it. One line if a
    /// server cannot be.
    [[nodiscard]] static result::Result<WebServers> start(const std::string& metrics,
                                                          std::vector<http::Route> pages,
                                                          const HttpFeedConfig& config,
                                                          Intake& intake);

    /// Where /metrics is answered, with the port that the system chose if it was to choose one;
    /// empty if nowhere.
    [[nodiscard]] std::string metrics_address() const;
    /// "https://0.0.0.0:8443/v1/events/FEED"; empty if nothing is taken.
    [[nodiscard]] std::string events_url() const;

  private:
    std::string metrics_;
    std::string events_;
    bool has_tls_ = false;
    std::optional<http::Server> server_;         // of the pages, if they are served
    std::optional<http::Server> events_server_;  // if events have one of their own
};

}  // namespace sensor::control
