#include "sensor/control/web_servers.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "sensor/control/feeds/http_intake.h"

namespace sensor::control {
namespace {

constexpr unsigned kEventThreads = 4;  // so that who posts slowly does not keep Prometheus waiting

/// `address` with the server's port, which differs if it was 0.
std::string with_port(const std::string& address, const http::Server& server) {
    return address.substr(0, address.rfind(':') + 1) + std::to_string(server.port());
}

http::Options options_of(const HttpFeedConfig& config) {
    http::Options options{.threads = kEventThreads};
    if (config.has_tls()) options.tls = config.tls_files();
    return options;
}

result::Status start(std::optional<http::Server>& server, const std::string& key,
                     const std::string& address, std::vector<http::Route> routes,
                     http::Options options) {
    auto started = http::Server::start(address, std::move(routes), std::move(options));
    if (!started) return result::Error{key + ": " + started.error().message};
    server.emplace(std::move(*started));
    return result::Done{};
}

}  // namespace

result::Result<WebServers> WebServers::start(const std::string& metrics,
                                             std::vector<http::Route> pages,
                                             const HttpFeedConfig& config, Intake& intake) {
    constexpr const char* kMetrics = "`metrics` in sensor.yaml";
    constexpr const char* kEvents = "`feeds.http` in identity.yaml";
    WebServers servers;
    servers.metrics_ = metrics;
    http::Options page_options;
    if (config.is_on) {
        auto routes = intake_routes(config, intake);
        if (!routes) return result::Error{std::string{kEvents} + ": " + routes.error().message};
        servers.events_ = config.listen.empty() ? metrics : config.listen;
        servers.has_tls_ = config.has_tls();
        http::Options options = options_of(config);
        if (servers.events_ == metrics) {
            std::ranges::move(*routes, std::back_inserter(pages));
            page_options = std::move(options);
        } else if (auto started = control::start(servers.events_server_, kEvents, servers.events_,
                                                 std::move(*routes), std::move(options));
                   !started) {
            return started.error();
        }
    }
    if (metrics.empty()) return servers;
    auto started = control::start(servers.server_, kMetrics, metrics, std::move(pages),
                                  std::move(page_options));
    if (!started) return started.error();
    return servers;
}

std::string WebServers::metrics_address() const {
    return server_ ? with_port(metrics_, *server_) : std::string{};
}

std::string WebServers::events_url() const {
    if (events_.empty()) return {};
    const http::Server& server = events_server_ ? *events_server_ : *server_;
    return (has_tls_ ? "https://" : "http://") + with_port(events_, server) + "/v1/events/FEED";
}

}  // namespace sensor::control
