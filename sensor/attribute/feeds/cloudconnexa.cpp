// OpenVPN CloudConnexa's log streaming: which device got which tunnel addresses, and gave them
// back. Source: the vendor's log event formats (header, client-connected, client-disconnected,
// flow-established).
#include "sensor/attribute/feeds/document_feeds.h"
#include "sensor/attribute/feeds/event_object.h"
#include "sensor/attribute/feeds/inventory_ids.h"
#include "sensor/attribute/feeds/platform_name.h"
#include "sensor/attribute/feeds/records.h"

namespace sensor::attribute::feeds {
namespace {

/// `initiator` is the service's own number of the device; `clientUUID` the device's.
std::string device_of(const EventObject& event, const EventObject& log) {
    InventoryIds ids;
    if (event.label("initiatorType") == "Device") {
        ids.add(DeviceIdKind::kMdm, event.label("initiator"));
    }
    ids.add(DeviceIdKind::kUdid, log.label("clientUUID"));
    return ids.empty() ? std::string{} : ids.first();
}

/// Both tunnel addresses, granted or given back.
void read_session(EventObject& event, EventObject& log, bool granted, FeedOutput& output) {
    const std::string device = device_of(event, log);
    const Timestamp logged = event.time("timestamp");
    const Timestamp time = granted ? log.time_or("sessionStartTime", logged) : logged;
    std::vector<Address> addresses;
    for (const std::string_view name : {"clientTunnelIpV4", "clientTunnelIpV6"})
        if (!log.label(name).empty()) addresses.push_back(log.address(name));
    if (!event.ok() || !log.ok()) return output.reject(event.ok() ? log.error() : event.error());
    if (event.label("initiatorType") == "Connector") return output.pass_over();  // a network's
    if (device.empty()) return output.reject("expected 'clientUUID' or 'initiator' of a device");
    if (addresses.empty()) return output.pass_over();
    for (const Address& address : addresses)
        output.add(time, device, LeaseFact{.address = address, .granted = granted});
    DeviceFact about{.name = event.label("initiatorName"),
                     .platform = platform_named(log.label("clientOsType"))};
    if (event.label("parentEntityType") == "User") about.user = event.label("parentEntityName");
    const std::string udid = device_id(DeviceIdKind::kUdid, log.label("clientUUID"));
    if (!udid.empty() && udid != device) about.also_known_as.push_back(udid);
    if (about != DeviceFact{}) output.add_unless_known(logged, device, about);
}

/// A flow names no app, but whose address its source was.
void read_flow(EventObject& event, EventObject& log, FeedOutput& output) {
    const Timestamp time = event.time("timestamp");
    if (event.ok() && log.label("sourceEntityType") != "Device") return output.pass_over();
    const std::string device = device_id(DeviceIdKind::kMdm, log.text("sourceEntityId"));
    const LeaseFact lease{.address = log.address("sourceIp")};
    if (!event.ok() || !log.ok()) return output.reject(event.ok() ? log.error() : event.error());
    output.add(time, device, lease);
}

void read_event(const json::Value& value, FeedOutput& output) {
    output.begin();
    EventObject event{value};
    const std::string name = event.text("eventName");
    const auto content = event.child("log");
    if (!event.ok()) return output.reject(event.error());
    const bool is_connected = name == "client-connected";
    const bool is_session = is_connected || name == "client-disconnected";
    if (!is_session && name != "flow-established") return output.pass_over();
    if (!content || !content->is_object()) return output.reject("expected 'log' as an object");
    EventObject log{*content};
    if (is_session) return read_session(event, log, is_connected, output);
    read_flow(event, log, output);
}

FeedEvents read(std::string_view document, Timestamp received) {
    FeedOutput output{"cloudconnexa", received};
    read_records(document, output, read_event);
    return output.take();
}

}  // namespace

extern const DocumentFeed kCloudConnexa;
constinit const DocumentFeed kCloudConnexa{
    .name = "cloudconnexa",
    .suffix = ".cloudconnexa.json",
    .summary = "OpenVPN CloudConnexa, log streaming: the tunnel addresses of each device",
    .read = read,
};

}  // namespace sensor::attribute::feeds
