// `feeds` in identity.yaml: where the daemon hears identity events from.
#pragma once

#include "lib/yaml/yaml.h"
#include "sensor/control/feeds/directory_feed_config.h"
#include "sensor/control/feeds/http_feed_config.h"
#include "sensor/control/feeds/ipfix_config.h"
#include "sensor/control/feeds/radius_config.h"
#include "sensor/control/feeds/syslog_config.h"

namespace sensor::control {

struct FeedsConfig {
    HttpFeedConfig http;
    DirectoryFeedConfig directory;
    RadiusConfig radius;
    IpfixConfig ipfix;
    SyslogConfig syslog;

    /// Something is to be heard.
    [[nodiscard]] bool any() const noexcept;
};

/// Reads what stands under `feeds` in the whole document identity.yaml; nothing there means no
/// feed. What is wrong goes into `problems`; the result is then not to be used.
[[nodiscard]] FeedsConfig read_feeds_config(const yaml::Node& document, yaml::Problems& problems);

}  // namespace sensor::control
