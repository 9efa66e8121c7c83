// A document of each feed, for its fuzz target to begin with.
#pragma once

#include <array>
#include <string_view>

namespace fuzz {

inline constexpr std::string_view kPlist =
    R"(<?xml version="1.0"?><!DOCTYPE plist PUBLIC "a" "b"><plist version="1.0"><dict><key>UDID</key>)"
    R"(<string>1&amp;</string><key>InstalledApplicationList</key><array><dict><key>Identifier</key>)"
    R"(<string>com.a</string><key>Size</key><integer>-7</integer><key>Installing</key><false/></dict>)"
    R"(</array><key>r</key><real>1.5</real><key>d</key><data>AQ==</data></dict></plist>)";

struct FeedSeed {
    std::string_view feed;
    std::string_view document;
};

// clang-format off
inline constexpr std::array kFeedSeeds{
    FeedSeed{"android-management",
        R"({"device":"enterprises/a/devices/b","usageLogEvents":[{"eventTime":"2026-09-20T07:02:11Z",)"
        R"("eventType":"CONNECT","connectEvent":{"destinationIpAddress":"198.51.100.7",)"
        R"("destinationPort":7878,"packageName":"com.a"}},{"eventTime":"2026-09-20T07:02:11Z",)"
        R"("eventType":"APP_PROCESS_START","appProcessStartEvent":{"processInfo":{"processName":)"
        R"("com.a:b","packageNames":["com.a"]}}},{"eventTime":"2026-09-20T07:02:11Z",)"
        R"("eventType":"KEYGUARD_DISMISSED"}]})"},
    FeedSeed{"android-management",
        R"({"name":"enterprises/a/devices/b","managementMode":"DEVICE_OWNER","policyCompliant":true,)"
        R"("lastStatusReportTime":"2026-09-20T05:00:00Z","hardwareInfo":{"serialNumber":"r5"},)"
        R"("networkInfo":{"imei":"350123456789012","meid":"a1","wifiMacAddress":"7C:11:11:11:11:11"},)"
        R"("applicationReports":[{"packageName":"com.a","versionName":"1","state":"INSTALLED",)"
        R"("signingKeyCerts":[{"signingKeyCertFingerprintSha256":"n4bQ"}]}]})"},
    FeedSeed{"android-management",
        R"({"message":{"attributes":{"notificationType":"USAGE_LOGS"},"data":"eyJuYW1lIjoieC9kZXZpY2VzL2IifQ=="}})"},
    FeedSeed{"apple-mdm",
        R"({"UDID":"1","QueryResponses":{"UDID":"1","SerialNumber":"f2","DeviceName":"t","IsSupervised":)"
        R"(false,"WiFiMAC":"a4:b1:c1:00:00:01","ServiceSubscriptions":[{"IMEI":"350123456789020"}]},)"
        R"("InstalledApplicationList":[{"Identifier":"com.a","ShortVersion":"4","Installing":true}],)"
        R"("ManagedApplicationList":{"com.a":{"Status":"Managed"}}})"},
    FeedSeed{"apple-mdm", kPlist},
    FeedSeed{"cloudconnexa",
        R"({"timestamp":"2026-09-20T07:00:01Z","initiator":"97","initiatorType":"Device","eventName":)"
        R"("client-connected","log":{"clientUUID":"A","clientOsType":"Android","clientTunnelIpV4":)"
        R"("10.8.3.7","clientTunnelIpV6":"fd00::7","sessionStartTime":"2026-09-20T07:00:00Z"}})"},
    FeedSeed{"cloudconnexa",
        R"({"timestamp":"2026-09-20T07:00:01Z","eventName":"flow-established","log":)"
        R"({"sourceEntityType":"Device","sourceEntityId":"97","sourceIp":"10.8.3.7"}})"},
    FeedSeed{"csv",
        "serial,mac,name,managed,app,app_managed,version,time\r\n\"r,5\",7C-11-11-11-11-11,\"p\"\"x\","
        "true,com.a,no,1,2026-09-20T07:00:01Z\r\n"},
    FeedSeed{"intune",
        R"({"value":[{"id":"5A","deviceName":"p","serialNumber":"r5","operatingSystem":"iOS",)"
        R"("complianceState":"compliant","isSupervised":true,"wiFiMacAddress":"7C1111111111",)"
        R"("lastSyncDateTime":"0001-01-01T00:00:00Z"},{"managedDeviceId":"5A","appIdentifier":)"
        R"({"packageId":"com.a"}},{"@odata.type":"#microsoft.graph.iosVppApp","bundleId":"com.b"}]})"},
    FeedSeed{"ivanti-sentry",
        R"({"publishTime":"2026-09-20T07:02:12Z","entryType":"REQUEST","userID":"a","deviceID":"5A",)"
        R"("deviceType":"Android","requestUrl":"https://[2001:db8::7]:8443/","applicationId":"com.a"})"},
    FeedSeed{"ndjson",
        R"({"v":1,"ts":"2026-09-20T06:00:00Z","device_id":"d","kind":"user_interaction"})"},
    FeedSeed{"samsung-npa",
        R"({"src":"10.8.3.7","dst":"198.51.100.7","sport":33045,"dport":7878,"protocol":6,"procname":)"
        R"("com.a","start":1789888931})"},
    FeedSeed{"workspace-one",
        R"({"logType":"SECURE_ACCESS","@timestamp":"2026-09-20T07:02:12Z","message":{"deviceApp":)"
        R"("com.a","connectionType":"NAT_TCP","deviceName":"p","deviceUid":"3F","connectionTime":)"
        R"("2026-09-20T07:02:11.5Z","remoteHostIp":"198.51.100.7","remoteHostPort":7878}})"},
};
// clang-format on

}  // namespace fuzz
