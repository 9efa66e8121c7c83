// `feeds.syslog` in identity.yaml: where syslog messages with events are heard, and whose they are.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "lib/net/endpoint.h"
#include "lib/tls/files.h"
#include "lib/yaml/yaml.h"
#include "sensor/attribute/feeds/document_feeds.h"
#include "sensor/model/address.h"

namespace sensor::control {

struct SyslogConfig {
    std::vector<net::Endpoint> udp;
    std::vector<net::Endpoint> tcp;
    std::vector<net::Endpoint> tls;  ///< RFC 5425
    tls::ServerFiles tls_files;
    yaml::Place tls_place{};
    std::vector<Prefix> senders;  ///< none: anybody, which is for loopback only
    /// Of messages whose APP-NAME is not in `app_names`; null if they are of no feed.
    const attribute::feeds::DocumentFeed* feed = nullptr;
    std::map<std::string, const attribute::feeds::DocumentFeed*, std::less<>> app_names;
    std::size_t most_bytes = 1U << 20U;  ///< of a message
};

/// `node` is undefined if there is no such key.
[[nodiscard]] SyslogConfig read_syslog_config(const yaml::Node& node, yaml::Problems& problems);

}  // namespace sensor::control
