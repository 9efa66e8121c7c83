#include "sensor/control/rights.h"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include <unistd.h>

#include "lib/privileges/privileges.h"

namespace sensor::control {
namespace {

/// "127.0.0.1:80": only who may bind such a port can listen there.
bool has_low_port(const std::string& address) {
    constexpr unsigned kFirstForAll = 1024;
    unsigned port = 0;
    const std::size_t begin = address.rfind(':') + 1;
    std::from_chars(address.data() + begin, address.data() + address.size(), port);
    return port != 0 && port < kFirstForAll;
}

bool has_low_port(const Configuration& configuration) {
    const auto is_low = [](const net::Endpoint& endpoint) { return has_low_port(endpoint.text); };
    const FeedsConfig& feeds = configuration.feeds;
    return has_low_port(configuration.sensor.metrics) || has_low_port(feeds.http.listen) ||
           std::ranges::any_of(feeds.syslog.udp, is_low) ||
           std::ranges::any_of(feeds.syslog.tcp, is_low) ||
           std::ranges::any_of(feeds.syslog.tls, is_low) ||
           std::ranges::any_of(feeds.radius.listen, is_low) ||
           std::ranges::any_of(feeds.ipfix.udp, is_low) ||
           std::ranges::any_of(feeds.ipfix.tcp, is_low);
}

privileges::Capabilities needed(const Configuration& configuration) {
    privileges::Capabilities names{"net_raw", "net_admin", "ipc_lock"};
    if (has_low_port(configuration)) names.emplace_back("net_bind_service");
    return names;
}

result::Status stay(const Configuration& configuration) {
    const bool has_device =
        std::ranges::any_of(configuration.capture.ports,
                            [](const CaptureConfig::Port& port) { return !port.device.empty(); });
    if (has_device) return result::Done{};
    auto kept = needed(configuration);
    kept.emplace_back("dac_override");
    return privileges::keep_only(kept);
}

result::Status become(const std::string& name, const Configuration& configuration) {
    const auto user = privileges::find_user(name);
    if (!user) {
        return result::Error{"there is no user '" + name +
                             "'; make one: `useradd --system --no-create-home " + name + "`"};
    }
    if (user->uid == privileges::current_user())
        return privileges::keep_only(needed(configuration));
    if (privileges::current_user() != 0) {
        return result::Error{"only root can become user '" + name + "'; start it as root or as '" +
                             name + "'"};
    }
    return privileges::become(*user, needed(configuration));
}

}  // namespace

std::optional<yaml::Problem> give_up_rights(const Configuration& configuration) {
    const std::string& user = configuration.sensor.user;
    const auto done = user.empty() ? stay(configuration) : become(user, configuration);
    if (done) return std::nullopt;
    return yaml::Problem{configuration.sensor.user_place, false, done.error().message};
}

std::string reopening_objection(const std::string& path) {
    std::error_code unknown;
    if (!std::filesystem::is_regular_file(path, unknown)) return {};
    const auto parent = std::filesystem::path{path}.parent_path();
    const std::string directory = parent.empty() ? "." : parent.string();
    if (::access(directory.c_str(), W_OK | X_OK) == 0) return {};
    return "no file can be made in " + directory + ": once " + path +
           " is renamed, another must be made for it, or records go on into the old one";
}

}  // namespace sensor::control
