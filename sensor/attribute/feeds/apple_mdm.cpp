// Apple MDM: what devices answer to DeviceInformation, InstalledApplicationList and
// ManagedApplicationList, as the property list in XML that they are, or as JSON with its names.
// Source: Apple, Device Management. Answers have no time of their own.
#include "lib/plist/plist.h"
#include "sensor/attribute/feeds/document_feeds.h"
#include "sensor/attribute/feeds/event_object.h"
#include "sensor/attribute/feeds/inventory_ids.h"
#include "sensor/attribute/feeds/records.h"

namespace sensor::attribute::feeds {
namespace {

/// A device that answers is managed.
void read_information(const json::Value& value, InventoryIds& ids, FeedOutput& output) {
    output.begin();
    EventObject answer{value};
    ids.add(DeviceIdKind::kUdid, answer.label("UDID"));
    ids.add(DeviceIdKind::kSerial, answer.label("SerialNumber"));
    ids.add(DeviceIdKind::kImei, answer.label("IMEI"));
    if (const auto subscriptions = answer.child("ServiceSubscriptions")) {
        for (const json::Value& subscription : subscriptions->elements())
            ids.add(DeviceIdKind::kImei, EventObject{subscription}.label("IMEI"));
    }
    ids.add(DeviceIdKind::kMeid, answer.label("MEID"));
    ids.add(DeviceIdKind::kMac, answer.label("WiFiMAC"));
    const DeviceFact fact{.name = answer.label("DeviceName"),
                          .platform = Platform::kIos,
                          .managed = Tristate::kYes,
                          .supervised = answer.tristate("IsSupervised"),
                          .also_known_as = ids.others()};
    if (!answer.ok()) return output.reject(answer.error() + " in 'QueryResponses'");
    if (ids.empty()) return output.reject("expected 'UDID' of the device that answers");
    output.add(output.received(), ids.first(), fact);
}

void read_installed(const json::Value& list, const std::string& device, FeedOutput& output) {
    for (const json::Value& element : list.elements()) {
        output.begin();
        EventObject app{element};
        AppFact fact{.app = app.text("Identifier"), .installed = Tristate::kYes};
        if (app.tristate("Installing") == Tristate::kYes) fact.installed = Tristate::kUnknown;
        fact.version = app.label("ShortVersion");
        if (fact.version.empty()) fact.version = app.label("Version");
        if (app.ok()) {
            output.add(output.received(), device, fact);
        } else {
            output.reject(app.error() + " in 'InstalledApplicationList'");
        }
    }
}

/// Of apps that are on their way, or failed to come, nothing is certain yet.
AppFact managed_app(std::string_view name, std::string_view status) {
    AppFact fact{.app = std::string{name}};
    if (status == "Managed") fact.managed = fact.installed = Tristate::kYes;
    if (status == "ManagedButUninstalled") {
        fact.managed = Tristate::kYes;
        fact.installed = Tristate::kNo;
    }
    if (status == "UserInstalledApp") {
        fact.managed = Tristate::kNo;
        fact.installed = Tristate::kYes;
    }
    return fact;
}

void read_managed(const json::Value& list, const std::string& device, FeedOutput& output) {
    for (const auto& [name, element] : list.members()) {
        output.begin();
        EventObject app{element};
        const std::string status = app.text("Status");
        if (!app.ok() || name.empty()) {
            output.reject((name.empty() ? "expected the app's bundle id" : app.error()) +
                          std::string{" in 'ManagedApplicationList'"});
            continue;
        }
        const AppFact fact = managed_app(name, status);
        if (fact.installed == Tristate::kUnknown) {
            output.pass_over();
        } else {
            output.add(output.received(), device, fact);
        }
    }
}

void read_answer(const json::Value& value, FeedOutput& output) {
    const EventObject answer{value};
    InventoryIds ids;
    ids.add(DeviceIdKind::kUdid, answer.label("UDID"));
    ids.add(DeviceIdKind::kMdm, answer.label("EnrollmentID"));  // of devices that show no UDID
    const auto information = answer.child("QueryResponses");
    const auto installed = answer.child("InstalledApplicationList");
    const auto managed = answer.child("ManagedApplicationList");
    const bool is_list = installed && installed->is_array();
    const bool is_table = managed && managed->is_object();
    if (information) read_information(*information, ids, output);
    if ((is_list || is_table) && ids.empty()) {
        output.begin();
        return output.reject("expected 'UDID' or 'EnrollmentID' beside the list of apps");
    }
    if (is_list) read_installed(*installed, ids.first(), output);
    if (is_table) read_managed(*managed, ids.first(), output);
    if (information || is_list || is_table) return;
    if (answer.has("Status") && !installed && !managed)
        return output.pass_over();  // other commands
    output.begin();
    output.reject(
        "expected 'QueryResponses', 'InstalledApplicationList' as a list or "
        "'ManagedApplicationList' as an object");
}

FeedEvents read(std::string_view document, Timestamp received) {
    FeedOutput output{"apple-mdm", received};
    if (!plist::looks_like_xml(document)) {
        read_records(document, output, read_answer);
        return output.take();
    }
    const auto translated = plist::to_json(document);
    if (translated) {
        read_records(*translated, output, read_answer);
    } else {
        output.reject_document("expected a property list: " + translated.error().message);
    }
    return output.take();
}

}  // namespace

extern const DocumentFeed kAppleMdm;
constinit const DocumentFeed kAppleMdm{
    .name = "apple-mdm",
    .suffix = ".apple-mdm.json",
    .summary = "Apple MDM: answers to DeviceInformation and to the lists of apps",
    .read = read,
};

}  // namespace sensor::attribute::feeds
