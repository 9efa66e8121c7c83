#include "sensor/control/feeds/http_feed_config.h"

#include "lib/net/endpoint.h"

namespace sensor::control {
namespace {

constexpr std::int64_t kLeastBody = 1024;
constexpr std::int64_t kMostBody = 256LL << 20U;

ConfiguredFile read_file_name(yaml::Map& map, std::string_view key, yaml::Problems& problems) {
    const yaml::Node node = map.optional(key);
    const auto text = as_text(node, problems);
    if (!text) return {};
    if (!text->starts_with('/')) {
        problems.error(node.place(), std::string{key} + " must be an absolute path");
    }
    return {.path = *text, .place = node.place()};
}

}  // namespace

HttpFeedConfig read_http_feed_config(const yaml::Node& node, yaml::Problems& problems) {
    HttpFeedConfig config;
    config.is_on = node.defined();
    if (!config.is_on) return config;
    config.place = node.place();
    yaml::Map map{node, "feeds.http", problems};
    const yaml::Node listen = map.optional("listen");
    if (const auto text = as_text(listen, problems)) {
        const auto endpoint = net::parse_endpoint(*text);
        if (!endpoint) problems.error(listen.place(), endpoint.error().message);
        config.listen = *text;
    }
    config.token_file = read_file_name(map, "token_file", problems);
    config.certificate = read_file_name(map, "certificate", problems);
    config.key = read_file_name(map, "key", problems);
    config.client_ca = read_file_name(map, "client_ca", problems);
    const auto most = as_integer(map.optional("most_body"), kLeastBody, kMostBody, problems);
    if (most) config.most_body = static_cast<std::size_t>(*most);
    config.rate = as_number(map.optional("rate"), 0.01, 1e6, problems).value_or(config.rate);
    map.finish();
    return config;
}

void check_http_feed(const HttpFeedConfig& config, const std::string& metrics,
                     yaml::Problems& problems) {
    if (!config.is_on) return;
    const auto refuse = [&](const std::string& why) { problems.error(config.place, why); };
    const bool has_tls = config.has_tls();
    if (config.certificate.empty() != config.key.empty()) {
        return refuse("feeds.http: TLS needs both `certificate` and `key`");
    }
    if (!config.client_ca.empty() && !has_tls) {
        return refuse("feeds.http: `client_ca` needs TLS: give `certificate` and `key`, too");
    }
    if (config.listen.empty()) {
        if (has_tls) return refuse("feeds.http: with TLS, say where to `listen`: 0.0.0.0:8443");
        if (metrics.empty()) {
            return refuse("feeds.http: `metrics` in sensor.yaml is off; say where to `listen`");
        }
    }
    const std::string& address = config.listen.empty() ? metrics : config.listen;
    const auto endpoint = net::parse_endpoint(address);
    if (endpoint && net::is_loopback(*endpoint)) return;
    if (has_tls && !(config.token_file.empty() && config.client_ca.empty())) return;
    refuse("feeds.http: " + address +
           " is beyond loopback, where events are taken only by TLS (`certificate` and `key`) from "
           "clients with a token (`token_file`) or a certificate (`client_ca`)");
}

}  // namespace sensor::control
