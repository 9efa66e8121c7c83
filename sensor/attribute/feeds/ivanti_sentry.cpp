// Ivanti Standalone Sentry's audit log: each request through the gateway, with the device, its user
// and, in app tunnels, the app. Where it says which address was asked for, that is a connection.
// Source: the vendor's log representation.
#include <algorithm>
#include <charconv>

#include "sensor/attribute/feeds/document_feeds.h"
#include "sensor/attribute/feeds/event_object.h"
#include "sensor/attribute/feeds/inventory_ids.h"
#include "sensor/attribute/feeds/platform_name.h"
#include "sensor/attribute/feeds/records.h"

namespace sensor::attribute::feeds {
namespace {

/// "198.51.100.7" and "7878" of "198.51.100.7:7878"; an IPv6 address stands in brackets.
std::pair<std::string_view, std::string_view> parted(std::string_view authority) noexcept {
    if (authority.starts_with('[')) {
        const std::size_t end = authority.find(']');
        if (end == std::string_view::npos) return {};
        const std::string_view rest = authority.substr(end + 1);
        if (!rest.empty() && rest.front() != ':') return {};
        return {authority.substr(1, end - 1), rest.substr(rest.empty() ? 0 : 1)};
    }
    const std::size_t colon = authority.find(':');
    if (colon == std::string_view::npos) return {authority, {}};
    return {authority.substr(0, colon), authority.substr(colon + 1)};
}

std::optional<PortNumber> parse_port(std::string_view text) noexcept {
    std::uint16_t port = 0;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, port);
    if (read.ec != std::errc{} || read.ptr != end || port == 0) return std::nullopt;
    return PortNumber{port};
}

/// Where "https://198.51.100.7:8443/path" or "198.51.100.7:7878" leads; nothing if that is a name.
std::optional<Endpoint> destination_of(std::string_view url) {
    std::string_view usual_port;
    if (const std::size_t mark = url.find("://"); mark != std::string_view::npos) {
        const std::string_view scheme = url.substr(0, mark);
        if (scheme == "https") usual_port = "443";
        if (scheme == "http") usual_port = "80";
        url.remove_prefix(mark + 3);
    }
    const auto [host, port] = parted(url.substr(0, url.find_first_of("/?#")));
    if (host.find('\0') != std::string_view::npos) return std::nullopt;
    const auto address = parse_address(host);
    const auto number = parse_port(port.empty() ? usual_port : port);
    if (!address || !number) return std::nullopt;
    return Endpoint{*address, *number};
}

void read_entry(const json::Value& value, FeedOutput& output) {
    output.begin();
    EventObject entry{value};
    if (entry.label("entryType") == "RESPONSE") return output.pass_over();
    const Timestamp time = entry.time("publishTime");
    const std::string device = device_id(DeviceIdKind::kMdm, entry.text("deviceID"));
    if (!entry.ok()) return output.reject(entry.error());
    const DeviceFact about{.user = entry.label("userID"),
                           .platform = platform_named(entry.label("deviceType"))};
    const std::string app = entry.label("applicationId");
    const auto destination = destination_of(entry.label("requestUrl"));
    const bool is_connection = !app.empty() && destination.has_value();
    if (!is_connection && about == DeviceFact{}) return output.pass_over();
    if (is_connection)
        output.add(time, device, ConnectFact{.app = app, .destination = *destination});
    if (about != DeviceFact{}) output.add_unless_known(time, device, about);
}

FeedEvents read(std::string_view document, Timestamp received) {
    FeedOutput output{"ivanti-sentry", received};
    read_records(document, output, read_entry);
    return output.take();
}

}  // namespace

extern const DocumentFeed kIvantiSentry;
constinit const DocumentFeed kIvantiSentry{
    .name = "ivanti-sentry",
    .suffix = ".ivanti-sentry.json",
    .summary = "Ivanti Standalone Sentry, audit log: each request, its device, user and app",
    .read = read,
};

}  // namespace sensor::attribute::feeds
