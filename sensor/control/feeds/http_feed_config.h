// `feeds.http` in identity.yaml: where events may be posted, and by whom.
#pragma once

#include <cstddef>
#include <string>

#include "lib/yaml/yaml.h"

namespace sensor::control {

struct HttpFeedConfig {
    static constexpr std::size_t kUsualBody = 8U << 20U;

    bool is_on = false;
    std::string listen;  ///< "127.0.0.1:9470"; empty: where /metrics is answered
    std::string token_file;
    std::string certificate;  ///< with a key: TLS
    std::string key;
    std::string client_ca;
    std::size_t most_body = kUsualBody;  ///< bytes
    double rate = 100;                   ///< requests a second, and at once
    yaml::Place place;
};

/// `node` is undefined if there is no such key.
[[nodiscard]] HttpFeedConfig read_http_feed_config(const yaml::Node& node,
                                                   yaml::Problems& problems);

/// `metrics` is where /metrics is answered; empty if nowhere.
void check_http_feed(const HttpFeedConfig& config, const std::string& metrics,
                     yaml::Problems& problems);

}  // namespace sensor::control
