// Feeds of devices and their apps: Intune, Apple MDM.
#include "sensor/attribute/feeds/platform_name.h"
#include "tests/unit/attribute/feed_reading.h"

namespace sensor::attribute::feeds {
namespace {

const std::string kPhone =
    R"({"id":"5A0F","deviceName":"phone-114","serialNumber":"r5ct1","operatingSystem":"Android",)"
    R"("osVersion":"16","managedDeviceOwnerType":"company","complianceState":"compliant",)"
    R"("isSupervised":false,"jailBroken":"False","userPrincipalName":"a@ex.org",)"
    R"("wiFiMacAddress":"7C1111111111","imei":"350123456789012","meid":"","udid":null,)"
    R"("azureADDeviceId":"AAD1","lastSyncDateTime":"2026-09-20T05:00:00Z"})";

std::string page(const std::string& resources) {
    return R"({"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#deviceManagement)"
           R"(/managedDevices","@odata.nextLink":"x","value":[)" +
           resources + "]}";
}

TEST(Intune, ReadsAPageOfDevices) {
    const auto events = sound("intune", page(kPhone));

    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].device, "mdm:5a0f");
    EXPECT_EQ(events[0].time, at("2026-09-20T05:00:00Z"));
    EXPECT_EQ(fact_in<DeviceFact>(events[0]),
              (DeviceFact{.name = "phone-114",
                          .user = "a@ex.org",
                          .platform = Platform::kAndroid,
                          .managed = Tristate::kYes,
                          .compliant = Tristate::kYes,
                          .also_known_as = {"mdm:aad1", "serial:R5CT1", "imei:350123456789012",
                                            "mac:7c1111111111"}}));
}

TEST(Intune, KnowsWhatAStateSaysAndWhatItDoesNot) {
    const auto device = [](const std::string& rest) {
        return only<DeviceFact>("intune", R"({"id":"1","operatingSystem":"iOS")" + rest + "}");
    };
    for (const auto& [state, compliant] : {std::pair{"noncompliant", Tristate::kNo},
                                           {"inGracePeriod", Tristate::kNo},
                                           {"unknown", Tristate::kUnknown},
                                           {"error", Tristate::kUnknown},
                                           {"conflict", Tristate::kUnknown}})
        EXPECT_EQ(device(R"(,"complianceState":")" + std::string{state} + '"').compliant, compliant)
            << state;
    EXPECT_EQ(device("").compliant, Tristate::kUnknown);
    EXPECT_EQ(device("").supervised, Tristate::kUnknown);
    EXPECT_EQ(device(R"(,"isSupervised":true)").supervised, Tristate::kYes);
    EXPECT_EQ(device(R"(,"managementState":"retirePending")").managed, Tristate::kUnknown);
    EXPECT_EQ(device("").platform, Platform::kIos);
}

TEST(Intune, TakesNoSyncForReceived) {
    for (const std::string never : {R"("0001-01-01T00:00:00Z")", R"("")", "null"}) {
        const auto events = sound(
            "intune", R"({"id":"1","operatingSystem":"iOS","lastSyncDateTime":)" + never + "}");
        ASSERT_EQ(events.size(), 1U);
        EXPECT_EQ(events[0].time, kReceived);
    }
}

TEST(Intune, ReadsRegistrationsOfApps) {
    const std::string registration =
        R"({"@odata.type":"#microsoft.graph.androidManagedAppRegistration","id":"T_1",)"
        R"("managedDeviceId":"5A0F","lastSyncDateTime":"2026-09-20T05:00:00Z",)"
        R"("applicationVersion":"4.2","appIdentifier":{"packageId":"com.example.mail"}})";
    const auto events = sound("intune", page(registration + "," + kPhone));
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].device, "mdm:5a0f");
    EXPECT_EQ(fact_in<AppFact>(events[0]), (AppFact{.app = "com.example.mail",
                                                    .managed = Tristate::kYes,
                                                    .installed = Tristate::kYes,
                                                    .version = "4.2"}));
    EXPECT_EQ(only<AppFact>("intune", R"({"azureADDeviceId":"a","appIdentifier":)"
                                      R"({"bundleId":"com.example.notes"}})")
                  .app,
              "com.example.notes");
    EXPECT_EQ(rejection("intune", R"({"appIdentifier":{"packageId":"com.a"}})"),
              "1: expected 'managedDeviceId' or 'azureADDeviceId' in a managedAppRegistration");
    EXPECT_EQ(rejection("intune", R"({"managedDeviceId":"1","appIdentifier":{}})"),
              "1: expected 'packageId' or 'bundleId' in 'appIdentifier'");
}

TEST(Intune, PassesOverAppsOfNoDevice) {
    const FeedEvents held = read_by(
        "intune", page(R"({"@odata.type":"#microsoft.graph.androidStoreApp","id":"1",)"
                       R"("packageId":"com.example.mail"},{"@odata.type":)"
                       R"("#microsoft.graph.iosVppApp","id":"2","bundleId":"com.example.notes"},)"
                       R"({"id":"3","displayName":"Mail","version":"1","deviceCount":4})"));
    EXPECT_EQ(held.passed_over, 3U);
    EXPECT_EQ(held.events.size() + held.rejected, 0U);
}

TEST(Intune, SaysWhichIsWrong) {
    EXPECT_EQ(rejection("intune", page(kPhone + R"(,{"operatingSystem":"iOS"})")),
              "2: expected 'id' as a text that is not empty in a managedDevice");
    EXPECT_EQ(rejection("intune", page(R"({"id":"1","deviceName":"x","isSupervised":"False"})")),
              "1: expected 'isSupervised' as true or false in a managedDevice");
    EXPECT_EQ(rejection("intune", page("{}")),
              "1: expected a managedDevice, a managedAppRegistration or a mobileApp");
    EXPECT_EQ(rejection("intune", R"({"value":{}})"), "0: expected 'value' as a list");
    EXPECT_EQ(rejection("intune", "[7]"), "1: expected one JSON object");
    EXPECT_EQ(sound("intune", page("")).size(), 0U);
}

const std::string kInformation =
    R"({"UDID":"00008101-AB","CommandUUID":"1","Status":"Acknowledged","QueryResponses":)"
    R"({"UDID":"00008101-AB","SerialNumber":"f2lx","DeviceName":"tablet-9","IsSupervised":false,)"
    R"("WiFiMAC":"a4:b1:c1:00:00:01","IMEI":"35 012345 678901 2","ServiceSubscriptions":)"
    R"([{"IMEI":"350123456789020"}]}})";
const std::string kInstalled =
    R"({"UDID":"00008101-AB","InstalledApplicationList":[{"Identifier":"com.example.notes",)"
    R"("Name":"Notes","Version":"812","ShortVersion":"4.1"},{"Identifier":"com.example.mail",)"
    R"("Version":"7","Installing":true}]})";
const std::string kManaged =
    R"({"UDID":"00008101-AB","ManagedApplicationList":{"com.example.notes":{"Status":"Managed"},)"
    R"("com.example.mail":{"Status":"ManagedButUninstalled"},)"
    R"("com.example.game":{"Status":"UserInstalledApp"},"com.example.new":{"Status":"Queued"}}})";

TEST(AppleMdm, ReadsADevice) {
    const auto events = sound("apple-mdm", kInformation);

    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].device, "udid:00008101-ab");
    EXPECT_EQ(events[0].time, kReceived);
    EXPECT_EQ(fact_in<DeviceFact>(events[0]),
              (DeviceFact{.name = "tablet-9",
                          .platform = Platform::kIos,
                          .managed = Tristate::kYes,
                          .supervised = Tristate::kNo,
                          .also_known_as = {"serial:F2LX", "imei:350123456789012",
                                            "imei:350123456789020", "mac:a4b1c1000001"}}));
}

TEST(AppleMdm, ReadsTheListsOfApps) {
    const auto installed = sound("apple-mdm", kInstalled);
    ASSERT_EQ(installed.size(), 2U);
    EXPECT_EQ(installed[0].device, "udid:00008101-ab");
    EXPECT_EQ(fact_in<AppFact>(installed[0]),
              (AppFact{.app = "com.example.notes", .installed = Tristate::kYes, .version = "4.1"}));
    EXPECT_EQ(fact_in<AppFact>(installed[1]), (AppFact{.app = "com.example.mail", .version = "7"}));

    const FeedEvents held = read_by("apple-mdm", kManaged);
    ASSERT_EQ(held.events.size(), 3U);
    EXPECT_EQ(held.passed_over, 1U);
    EXPECT_EQ(fact_in<AppFact>(held.events[0]), (AppFact{.app = "com.example.notes",
                                                         .managed = Tristate::kYes,
                                                         .installed = Tristate::kYes}));
    EXPECT_EQ(fact_in<AppFact>(held.events[1]), (AppFact{.app = "com.example.mail",
                                                         .managed = Tristate::kYes,
                                                         .installed = Tristate::kNo}));
    EXPECT_EQ(fact_in<AppFact>(held.events[2]), (AppFact{.app = "com.example.game",
                                                         .managed = Tristate::kNo,
                                                         .installed = Tristate::kYes}));
}

TEST(AppleMdm, NamesADeviceThatShowsNoUdidByItsEnrolment) {
    const auto events = sound("apple-mdm", R"({"EnrollmentID":"E1","InstalledApplicationList":)"
                                           R"([{"Identifier":"com.a"}]})");
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].device, "mdm:e1");
}

TEST(AppleMdm, SaysWhichIsWrong) {
    EXPECT_EQ(rejection("apple-mdm", R"({"InstalledApplicationList":[]})"),
              "1: expected 'UDID' or 'EnrollmentID' beside the list of apps");
    EXPECT_EQ(rejection("apple-mdm", R"({"UDID":"1","InstalledApplicationList":)"
                                     R"([{"Identifier":"com.a"},{"Name":"x"}]})"),
              "2: expected 'Identifier' as a text that is not empty in 'InstalledApplicationList'");
    EXPECT_EQ(rejection("apple-mdm", R"({"UDID":"1","ManagedApplicationList":{"com.a":{}}})"),
              "1: expected 'Status' as a text that is not empty in 'ManagedApplicationList'");
    EXPECT_EQ(rejection("apple-mdm", R"({"QueryResponses":{"IsSupervised":1}})"),
              "1: expected 'IsSupervised' as true or false in 'QueryResponses'");
    EXPECT_EQ(rejection("apple-mdm", R"({"QueryResponses":{"DeviceName":"x"}})"),
              "1: expected 'UDID' of the device that answers");
    EXPECT_TRUE(rejection("apple-mdm", R"({"UDID":"1","InstalledApplicationList":{}})")
                    .starts_with("1: expected 'QueryResponses', "));
    EXPECT_EQ(read_by("apple-mdm", R"({"UDID":"1","Status":"Idle"})").passed_over, 1U);
}

TEST(InventoryFeeds, TakeNothingOfWhatIsCut) {
    expect_nothing_of_cuts("intune", page(kPhone + "," + kPhone));
    expect_nothing_of_cuts("apple-mdm", kInformation);
    expect_nothing_of_cuts("apple-mdm", kInstalled);
    expect_nothing_of_cuts("apple-mdm", kManaged);
}

/// An answer as Apple's devices write it.
std::string property_list(const std::string& members) {
    return R"(<?xml version="1.0" encoding="UTF-8"?>)"
           "\n"
           R"(<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" )"
           R"("http://www.apple.com/DTDs/PropertyList-1.0.dtd">)"
           "\n<plist version=\"1.0\">\n<dict>\n<key>CommandUUID</key><string>7</string>\n"
           "<key>Status</key><string>Acknowledged</string>\n"
           "<key>UDID</key><string>00008110-AB</string>\n" +
           members + "</dict>\n</plist>\n";
}

const std::string kXmlInformation = property_list(
    "<key>QueryResponses</key><dict><key>DeviceName</key><string>Tom &amp; Ann</string>"
    "<key>SerialNumber</key><string>f2l</string><key>IsSupervised</key><true/>"
    "<key>ServiceSubscriptions</key><array><dict><key>IMEI</key>"
    "<string>35 012345 678902 0</string></dict></array></dict>\n");

TEST(AppleMdm, ReadsInformationInXml) {
    const auto events = sound("apple-mdm", kXmlInformation);

    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].device, "udid:00008110-ab");
    EXPECT_EQ(events[0].time, kReceived);
    EXPECT_EQ(fact_in<DeviceFact>(events[0]),
              (DeviceFact{.name = "Tom & Ann",
                          .platform = Platform::kIos,
                          .managed = Tristate::kYes,
                          .supervised = Tristate::kYes,
                          .also_known_as = {"serial:F2L", "imei:350123456789020"}}));
}

TEST(AppleMdm, ReadsListsOfAppsInXml) {
    const auto installed = only<AppFact>(
        "apple-mdm",
        property_list("<key>InstalledApplicationList</key><array><dict>"
                      "<key>BundleSize</key><integer>1048576</integer>"
                      "<key>Identifier</key><string>com.example.mail</string>"
                      "<key>Installing</key><false/><key>ShortVersion</key><string>4.2</string>"
                      "</dict></array>"));
    EXPECT_EQ(installed,
              (AppFact{.app = "com.example.mail", .installed = Tristate::kYes, .version = "4.2"}));
    const auto managed =
        only<AppFact>("apple-mdm", property_list("<key>ManagedApplicationList</key><dict>"
                                                 "<key>com.example.crm</key><dict><key>Status</key>"
                                                 "<string>Managed</string></dict></dict>"));
    EXPECT_EQ(managed, (AppFact{.app = "com.example.crm",
                                .managed = Tristate::kYes,
                                .installed = Tristate::kYes}));
}

TEST(AppleMdm, RefusesXmlThatIsNoAnswer) {
    EXPECT_EQ(rejection("apple-mdm", "<plist><dict></plist>"),
              "0: expected a property list: mismatched tag (line 1)");
    EXPECT_EQ(rejection("apple-mdm", "<plist><array><dict/></array></plist>").substr(0, 12),
              "1: expected ");
    EXPECT_EQ(rejection("apple-mdm", "<!DOCTYPE plist [<!ENTITY a 'b'>]><plist><dict/></plist>"),
              "0: expected a property list: the document declares entities or elements (line 1)");
}

TEST(AppleMdm, TakesNothingOfXmlThatIsCut) {
    std::string whole = kXmlInformation;
    whole.pop_back();
    expect_nothing_of_cuts("apple-mdm", whole);
}

TEST(PlatformNames, AreKnownAsTheyAreWritten) {
    for (const std::string_view name : {"Android", "android 16", "ANDROID", "Samsung Android"})
        EXPECT_EQ(platform_named(name), Platform::kAndroid) << name;
    for (const std::string_view name :
         {"iOS", "ios 17.1", "iPadOS", "apple-ios", "iPhone14,2", "iPod touch", "iPad"})
        EXPECT_EQ(platform_named(name), Platform::kIos) << name;
    for (const std::string_view name :
         {"", "Windows", "macOS", "Cisco IOS", "IOS-XE", "ios xe", "radios", "i"})
        EXPECT_EQ(platform_named(name), Platform::kUnknown) << name;
}

}  // namespace
}  // namespace sensor::attribute::feeds
