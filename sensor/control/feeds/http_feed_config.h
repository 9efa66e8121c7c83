// `feeds.http` in identity.yaml: where events may be posted, and by whom.
#pragma once

#include <cstddef>
#include <string>

#include "lib/tls/files.h"
#include "lib/yaml/yaml.h"

namespace sensor::control {

/// A file that the configuration names.
struct ConfiguredFile {
    std::string path{};  ///< empty for none
    yaml::Place place{};

    [[nodiscard]] bool empty() const noexcept { return path.empty(); }
};

struct HttpFeedConfig {
    static constexpr std::size_t kUsualBody = 8U << 20U;

    bool is_on = false;
    std::string listen;  ///< "127.0.0.1:9470"; empty: where /metrics is answered
    ConfiguredFile token_file;
    ConfiguredFile certificate;  ///< with a key: TLS
    ConfiguredFile key;
    ConfiguredFile client_ca;
    std::size_t most_body = kUsualBody;  ///< bytes
    double rate = 100;                   ///< requests a second, and at once
    yaml::Place place;

    [[nodiscard]] bool has_tls() const noexcept { return !certificate.empty() && !key.empty(); }
    [[nodiscard]] tls::ServerFiles tls_files() const {
        return {.certificate = certificate.path, .key = key.path, .client_ca = client_ca.path};
    }
};

/// `node` is undefined if there is no such key.
[[nodiscard]] HttpFeedConfig read_http_feed_config(const yaml::Node& node,
                                                   yaml::Problems& problems);

/// `metrics` is where /metrics is answered; empty if nowhere.
void check_http_feed(const HttpFeedConfig& config, const std::string& metrics,
                     yaml::Problems& problems);

}  // namespace sensor::control
