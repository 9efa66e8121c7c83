// Google's Android Management API: batches of usage log events, and Device resources, bare, in a
// list, or as Pub/Sub pushes them.
// Sources: its REST reference (BatchUsageLogEvents, Device) and Pub/Sub's push subscriptions.
#include <array>

#include "lib/digest/digest.h"
#include "sensor/attribute/feeds/document_feeds.h"
#include "sensor/attribute/feeds/event_object.h"
#include "sensor/attribute/feeds/inventory_ids.h"
#include "sensor/attribute/feeds/records.h"

namespace sensor::attribute::feeds {
namespace {

/// One usage log event.
struct LogEvent {
    std::string device;
    Timestamp time{};
    EventObject body;
};

using ReadLogEvent = void (*)(LogEvent& event, FeedOutput& output);

void read_connect(LogEvent& event, FeedOutput& output) {
    ConnectFact fact;  // TCP: the platform reports nothing else
    fact.app = event.body.text("packageName");
    fact.destination.address = event.body.address("destinationIpAddress");
    fact.destination.port = event.body.loose_port("destinationPort");
    if (event.body.ok()) output.add(event.time, event.device, fact);
}

void read_locked(LogEvent& event, FeedOutput& output) {
    output.add(event.time, event.device, LockFact{.locked = true});
}

void read_dismissed(LogEvent& event, FeedOutput& output) {
    output.add(event.time, event.device, LockFact{.locked = false});
    output.add(event.time, event.device, InteractionFact{});
}

/// Apps that share a user id share the process.
void read_process_start(LogEvent& event, FeedOutput& output) {
    const auto info = event.body.child("processInfo");
    if (!info) return output.reject("expected 'processInfo' in an event of type APP_PROCESS_START");
    EventObject process{*info};
    const std::string name = process.text("processName");
    std::vector<std::string> packages = process.optional_texts("packageNames");
    if (!process.ok()) return output.reject(process.error() + " in 'processInfo'");
    if (packages.empty()) packages.emplace_back(app_of_process(name));
    for (const std::string& package : packages)
        output.add(event.time, event.device, ProcessFact{.app = package, .process = name});
}

struct LogKind {
    std::string_view type;
    std::string_view member;  ///< which holds the event's own fields; empty if it has none of use
    ReadLogEvent read;
};
constexpr std::array kLogKinds{
    LogKind{"CONNECT", "connectEvent", read_connect},
    LogKind{"KEYGUARD_SECURED", "", read_locked},
    LogKind{"REMOTE_LOCK", "", read_locked},
    LogKind{"KEYGUARD_DISMISSED", "", read_dismissed},
    LogKind{"APP_PROCESS_START", "appProcessStartEvent", read_process_start},
};

/// Of types that are not in the table nothing is wanted: DNS, OS_STARTUP, and what is yet to come.
const LogKind* find_kind(std::string_view type) noexcept {
    for (const LogKind& kind : kLogKinds)
        if (kind.type == type) return &kind;
    return nullptr;
}

void read_log_event(const json::Value& value, const std::string& device, FeedOutput& output) {
    output.begin();
    EventObject event{value};
    const std::string type = event.text("eventType");
    if (!event.ok()) return output.reject(event.error());
    const LogKind* kind = find_kind(type);
    if (kind == nullptr) return output.pass_over();
    const Timestamp time = event.time("eventTime");
    const auto member = kind->member.empty() ? value : event.child(kind->member);
    if (!member) {
        return output.reject("expected '" + std::string{kind->member} + "' in an event of type " +
                             type);
    }
    if (!event.ok()) return output.reject(event.error() + " in an event of type " + type);
    LogEvent log{.device = device, .time = time, .body = EventObject{*member}};
    kind->read(log, output);
    if (!log.body.ok()) output.reject(log.body.error() + " in an event of type " + type);
}

void read_batch(EventObject& batch, FeedOutput& output) {
    const std::string device = batch.text("device");
    const auto events = batch.child("usageLogEvents");
    if (!batch.ok() || (events && !events->is_array())) {
        output.begin();
        return output.reject(batch.ok() ? "expected 'usageLogEvents' as a list" : batch.error());
    }
    if (!events) return output.pass_over();
    for (const json::Value& event : events->elements())
        read_log_event(event, device, output);
}

/// The SHA-256 of the first certificate, in Base64; older revisions have SHA-1 only.
std::string signer_in(const EventObject& report) {
    const auto certificates = report.child("signingKeyCerts");
    if (!certificates || certificates->elements().empty()) return {};
    const auto first = certificates->elements().front();
    if (const auto text = first.text()) return signer_of(*text);
    const auto digest = first.find("signingKeyCertFingerprintSha256");
    const auto bytes = digest ? digest::from_base64(digest->text().value_or("")) : std::nullopt;
    return bytes ? signer_of(digest::hexadecimal(bytes::view_of(*bytes))) : std::string{};
}

void read_app_report(const json::Value& value, const std::string& device, Timestamp time,
                     FeedOutput& output) {
    output.begin();
    EventObject report{value};
    AppFact fact;
    fact.app = report.text("packageName");
    fact.version = report.label("versionName");
    fact.signer = signer_in(report);
    const std::string state = report.label("state");
    if (state == "INSTALLED") fact.installed = Tristate::kYes;
    if (state == "REMOVED") fact.installed = Tristate::kNo;
    if (!report.ok()) return output.reject(report.error() + " in an application report");
    output.add(time, device, fact);
}

/// A member that is false is left out, so that its absence says nothing; but whatever does not
/// comply is listed.
Tristate compliance_of(EventObject& device) {
    const auto details = device.child("nonComplianceDetails");
    if (details && !details->elements().empty()) return Tristate::kNo;
    return device.tristate("policyCompliant");
}

Tristate management_of(const EventObject& device) {
    if (device.label("state") == "DELETED") return Tristate::kNo;
    const std::string mode = device.label("managementMode");
    return mode == "DEVICE_OWNER" || mode == "PROFILE_OWNER" ? Tristate::kYes : Tristate::kUnknown;
}

void add_ids(const EventObject& device, const std::string& name, InventoryIds& ids) {
    ids.add_own(name);
    ids.add(DeviceIdKind::kMdm, name.substr(name.rfind('/') + 1));
    if (const auto hardware = device.child("hardwareInfo")) {
        const EventObject info{*hardware};
        ids.add(DeviceIdKind::kSerial, info.label("serialNumber"));
        ids.add(DeviceIdKind::kMdm, info.label("enterpriseSpecificId"));
    }
    if (const auto network = device.child("networkInfo")) {
        const EventObject info{*network};
        ids.add(DeviceIdKind::kImei, info.label("imei"));
        ids.add(DeviceIdKind::kMeid, info.label("meid"));
        ids.add(DeviceIdKind::kMac, info.label("wifiMacAddress"));
    }
}

void read_device(EventObject& device, FeedOutput& output) {
    output.begin();
    InventoryIds ids;
    const std::string name = device.text("name");
    add_ids(device, name, ids);
    DeviceFact fact{.platform = Platform::kAndroid, .also_known_as = ids.others()};
    if (const auto hardware = device.child("hardwareInfo"))
        fact.name = EventObject{*hardware}.label("model");
    fact.user = device.label("userName");
    fact.managed = management_of(device);
    fact.compliant = compliance_of(device);
    const Timestamp time = device.time_or("lastStatusReportTime", output.received());
    if (!device.ok()) return output.reject(device.error() + " in a device");
    output.add(time, name, fact);
    if (const auto reports = device.child("applicationReports")) {
        for (const json::Value& report : reports->elements())
            read_app_report(report, name, time, output);
    }
}

void read_resource(const json::Value& value, FeedOutput& output) {
    EventObject resource{value};
    const std::string name = resource.label("name");
    if (name.find("/operations/") != std::string::npos) return output.pass_over();
    if (name.find("/devices/") != std::string::npos) return read_device(resource, output);
    if (resource.has("usageLogEvents") || resource.has("retrievalTime")) {
        return read_batch(resource, output);
    }
    if (const auto devices = resource.child("devices")) {  // the answer to enterprises.devices.list
        for (const json::Value& element : devices->elements()) {
            EventObject device{element};  // and nothing else: a list holds no list
            read_device(device, output);
        }
        return;
    }
    output.begin();
    output.reject(resource.ok() ? "expected usage log events ('usageLogEvents') or a device (a "
                                  "'name' such as enterprises/LC00x1/devices/3f1a9c)"
                                : resource.error());
}

/// A notification without data is a test of the subscription.
void read_message(const json::Value& value, FeedOutput& output) {
    const EventObject message{value};
    const std::string data = message.label("data");
    if (value.is_object() && data.empty()) return output.pass_over();
    const auto text = digest::from_base64(data);
    const auto document = text ? json::Document::parse(*text) : result::Error{"it is not Base64"};
    if (document) return read_resource(document->root(), output);
    output.begin();
    output.reject("expected 'data' of the message as JSON in Base64: " + document.error().message);
}

void read_record(const json::Value& value, FeedOutput& output) {
    const auto message = value.find("message");
    return message ? read_message(*message, output) : read_resource(value, output);
}

FeedEvents read(std::string_view document, Timestamp received) {
    FeedOutput output{"android-management", received};
    read_records(document, output, read_record);
    return output.take();
}

}  // namespace

extern const DocumentFeed kAndroidManagement;
constinit const DocumentFeed kAndroidManagement{
    .name = "android-management",
    .suffix = ".android-management.json",
    .summary = "Android Management API: usage log events and devices, also as Pub/Sub pushes them",
    .read = read,
};

}  // namespace sensor::attribute::feeds
