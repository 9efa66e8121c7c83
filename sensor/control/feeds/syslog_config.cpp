#include "sensor/control/feeds/syslog_config.h"

#include <algorithm>

#include "sensor/control/feeds/listen_config.h"

namespace sensor::control {
namespace {

using attribute::feeds::DocumentFeed;

const DocumentFeed* read_feed(const yaml::Node& node, yaml::Problems& problems) {
    std::vector<std::string_view> names;
    for (const DocumentFeed* feed : attribute::feeds::document_feeds())
        names.push_back(feed->name);
    const auto name = as_word(node, names, problems);
    return name ? attribute::feeds::find_document_feed(*name) : nullptr;
}

void read_tls(const yaml::Node& node, SyslogConfig& config, yaml::Problems& problems) {
    if (!node.defined()) return;
    yaml::Map map{node, "feeds.syslog.tls", problems};
    config.tls_place = node.place();
    config.tls = read_endpoints(map.required("listen"), problems);
    config.tls_files.certificate = read_file_name(map.required("certificate"), problems);
    config.tls_files.key = read_file_name(map.required("key"), problems);
    config.tls_files.client_ca = read_file_name(map.optional("client_ca"), problems);
    map.finish();
}

}  // namespace

SyslogConfig read_syslog_config(const yaml::Node& node, yaml::Problems& problems) {
    constexpr std::int64_t kMostBytes = 64LL << 20U;
    SyslogConfig config;
    if (!node.defined()) return config;
    yaml::Map map{node, "feeds.syslog", problems};
    config.udp = read_endpoints(map.optional("udp"), problems);
    config.tcp = read_endpoints(map.optional("tcp"), problems);
    read_tls(map.optional("tls"), config, problems);
    config.senders = read_prefixes(map.optional("senders"), problems);
    config.feed = read_feed(map.optional("feed"), problems);
    const yaml::Node app_names = map.optional("app_names");
    if (app_names.defined()) {
        yaml::Map names{app_names, "app_names", problems};
        for (const auto& [name, feed] : names.entries())
            config.app_names[name.scalar()] = read_feed(feed, problems);
    }
    if (const auto most = as_integer(map.optional("most_bytes"), 1024, kMostBytes, problems)) {
        config.most_bytes = static_cast<std::size_t>(*most);
    }
    map.finish();
    if (config.udp.empty() && config.tcp.empty() && config.tls.empty()) {
        problems.error(node.place(),
                       "feeds.syslog needs `udp`, `tcp` or `tls`, or several: 127.0.0.1:514");
    }
    if (config.feed == nullptr && config.app_names.empty()) {
        problems.error(node.place(),
                       "feeds.syslog needs `feed`, or `app_names` that say which feed a message is "
                       "of");
    }
    const bool is_local =
        std::ranges::all_of(config.udp, net::is_loopback) &&
        std::ranges::all_of(config.tcp, net::is_loopback) &&
        (!config.tls_files.client_ca.empty() || std::ranges::all_of(config.tls, net::is_loopback));
    if (!is_local && config.senders.empty()) {
        problems.error(node.place(),
                       "feeds.syslog is beyond loopback, where it needs `senders`: the address "
                       "blocks that messages are taken from; `tls` may have a `client_ca` instead");
    }
    return config;
}

}  // namespace sensor::control
