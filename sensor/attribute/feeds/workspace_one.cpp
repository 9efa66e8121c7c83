// Workspace ONE Tunnel's Secure Access log: each connection through the per-app tunnel, with the
// app and the device. `deviceIP` is the address outside the tunnel, so it tells nothing here.
// Source: the vendor's Secure Access log message schema.
#include "sensor/attribute/feeds/document_feeds.h"
#include "sensor/attribute/feeds/event_object.h"
#include "sensor/attribute/feeds/inventory_ids.h"
#include "sensor/attribute/feeds/records.h"
#include "sensor/attribute/rfc3339.h"

namespace sensor::attribute::feeds {
namespace {

/// "NAT_TCP" in NAT mode, "TCP" in SOCKS mode.
std::optional<Transport> transport_of(std::string_view type) noexcept {
    if (type.ends_with("TCP")) return Transport::kTcp;
    if (type.ends_with("UDP")) return Transport::kUdp;
    return std::nullopt;
}

void read_entry(const json::Value& value, FeedOutput& output) {
    output.begin();
    EventObject entry{value};
    const auto content = entry.child("message");
    const std::string type = entry.label("logType");
    if (!entry.ok()) return output.reject(entry.error());
    if (!type.empty() && type != "SECURE_ACCESS") return output.pass_over();
    if (!content || !content->is_object()) return output.reject("expected 'message' as an object");
    const Timestamp logged = entry.time("@timestamp");
    EventObject message{*content};
    // Of names that nobody resolved there is no address to join by.
    if (entry.ok() && message.label("remoteHostIp").empty()) return output.pass_over();
    ConnectFact fact;
    fact.app = message.text("deviceApp");
    fact.destination.address = message.address("remoteHostIp");
    fact.destination.port = message.loose_port("remoteHostPort");
    const std::string connection = message.text("connectionType");
    const std::string device = device_id(DeviceIdKind::kUdid, message.text("deviceUid"));
    if (!entry.ok() || !message.ok()) {
        return output.reject(entry.ok() ? message.error() : entry.error());
    }
    const auto transport = transport_of(connection);
    if (!transport) return output.reject("expected 'connectionType' as one of TCP or UDP");
    fact.transport = *transport;
    const DeviceFact about{.name = message.label("deviceName"),
                           .user = message.label("deviceUserName")};
    const auto began = parse_rfc3339(message.label("connectionTime"));
    output.add(began.value_or(logged), device, fact);
    if (about != DeviceFact{}) output.add_unless_known(logged, device, about);
}

FeedEvents read(std::string_view document, Timestamp received) {
    FeedOutput output{"workspace-one", received};
    read_records(document, output, read_entry);
    return output.take();
}

}  // namespace

extern const DocumentFeed kWorkspaceOne;
constinit const DocumentFeed kWorkspaceOne{
    .name = "workspace-one",
    .suffix = ".workspace-one.json",
    .summary = "Workspace ONE Tunnel, Secure Access log: each connection, its app and its device",
    .read = read,
};

}  // namespace sensor::attribute::feeds
