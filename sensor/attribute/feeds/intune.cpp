// Microsoft Intune by Graph: pages of managedDevices and of managedAppRegistrations. A list of
// mobileApps is of no device: what it approves for all belongs into policy.yaml, so it is passed
// over, and so is one of detectedApps.
// Source: Microsoft Graph v1.0 (managedDevice, managedAppRegistration, mobileApp).
#include "sensor/attribute/feeds/document_feeds.h"
#include "sensor/attribute/feeds/event_object.h"
#include "sensor/attribute/feeds/inventory_ids.h"
#include "sensor/attribute/feeds/platform_name.h"
#include "sensor/attribute/feeds/records.h"

namespace sensor::attribute::feeds {
namespace {

Tristate compliance_of(std::string_view state) noexcept {
    if (state == "compliant") return Tristate::kYes;
    if (state == "noncompliant" || state == "inGracePeriod") return Tristate::kNo;
    return Tristate::kUnknown;
}

/// Whatever is listed is enrolled, unless it is about to be retired or wiped.
Tristate management_of(std::string_view state) noexcept {
    return state.empty() || state == "managed" ? Tristate::kYes : Tristate::kUnknown;
}

void read_device(EventObject& device, FeedOutput& output) {
    InventoryIds ids;
    ids.add(DeviceIdKind::kMdm, device.text("id"));
    ids.add(DeviceIdKind::kMdm, device.label("azureADDeviceId"));
    ids.add(DeviceIdKind::kSerial, device.label("serialNumber"));
    ids.add(DeviceIdKind::kImei, device.label("imei"));
    ids.add(DeviceIdKind::kMeid, device.label("meid"));
    ids.add(DeviceIdKind::kUdid, device.label("udid"));
    ids.add(DeviceIdKind::kMac, device.label("wiFiMacAddress"));
    DeviceFact fact{.name = device.label("deviceName"),
                    .user = device.label("userPrincipalName"),
                    .platform = platform_named(device.label("operatingSystem")),
                    .managed = management_of(device.label("managementState")),
                    .compliant = compliance_of(device.label("complianceState")),
                    .also_known_as = ids.others()};
    const Tristate supervised = device.tristate("isSupervised");
    if (fact.platform == Platform::kIos) fact.supervised = supervised;  // others have no such thing
    const Timestamp time = device.time_or("lastSyncDateTime", output.received());
    if (!device.ok()) return output.reject(device.error() + " in a managedDevice");
    if (ids.empty()) return output.reject("expected 'id' as the number of a managedDevice");
    output.add(time, ids.first(), fact);
}

/// An app that answers to the organisation on one device.
void read_registration(EventObject& registration, const json::Value& identifier,
                       FeedOutput& output) {
    const EventObject app{identifier};
    std::string id = app.label("packageId");
    if (id.empty()) id = app.label("bundleId");
    InventoryIds ids;
    ids.add(DeviceIdKind::kMdm, registration.label("managedDeviceId"));
    ids.add(DeviceIdKind::kMdm, registration.label("azureADDeviceId"));
    const Timestamp time = registration.time_or("lastSyncDateTime", output.received());
    if (!registration.ok()) {
        return output.reject(registration.error() + " in a managedAppRegistration");
    }
    if (id.empty()) return output.reject("expected 'packageId' or 'bundleId' in 'appIdentifier'");
    if (ids.empty()) {
        return output.reject(
            "expected 'managedDeviceId' or 'azureADDeviceId' in a managedAppRegistration");
    }
    output.add(time, ids.first(),
               AppFact{.app = id,
                       .managed = Tristate::kYes,
                       .installed = Tristate::kYes,
                       .version = registration.label("applicationVersion")});
}

/// A mobileApp, or a detectedApp, which has no package id.
bool is_app_of_all(const EventObject& resource) {
    const std::string type = resource.label("@odata.type");
    return resource.has("packageId") || resource.has("bundleId") || type.ends_with("App") ||
           resource.has("deviceCount");
}

bool is_device(const EventObject& resource) {
    return resource.has("operatingSystem") || resource.has("serialNumber") ||
           resource.has("complianceState") || resource.has("deviceName");
}

void read_resource(const json::Value& value, FeedOutput& output) {
    output.begin();
    EventObject resource{value};
    if (!resource.ok()) return output.reject(resource.error());
    if (const auto app = resource.child("appIdentifier")) {
        return read_registration(resource, *app, output);
    }
    if (is_app_of_all(resource)) return output.pass_over();
    if (is_device(resource)) return read_device(resource, output);
    output.reject("expected a managedDevice, a managedAppRegistration or a mobileApp");
}

void read_page(const json::Value& value, FeedOutput& output) {
    const auto page = value.find("value");
    if (!page) return read_resource(value, output);
    if (!page->is_array()) return output.reject_document("expected 'value' as a list");
    for (const json::Value& resource : page->elements())
        read_resource(resource, output);
}

FeedEvents read(std::string_view document, Timestamp received) {
    FeedOutput output{"intune", received};
    read_records(document, output, read_page);
    return output.take();
}

}  // namespace

extern const DocumentFeed kIntune;
constinit const DocumentFeed kIntune{
    .name = "intune",
    .suffix = ".intune.json",
    .summary = "Microsoft Intune by Graph: pages of managedDevices and managedAppRegistrations",
    .read = read,
};

}  // namespace sensor::attribute::feeds
