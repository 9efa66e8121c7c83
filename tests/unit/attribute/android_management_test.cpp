#include "lib/digest/digest.h"
#include "tests/unit/attribute/feed_reading.h"

namespace sensor::attribute::feeds {
namespace {

constexpr std::string_view kFeed = "android-management";
const std::string kDevice = "enterprises/LC00x1/devices/3f1a9c";

/// A batch of `events`, parted by commas.
std::string batch(const std::string& events) {
    return R"({"device":"enterprises/LC00x1/devices/3f1a9c","user":"enterprises/LC00x1/users/77",)"
           R"("retrievalTime":"2026-09-20T08:30:58.003Z","usageLogEvents":[)" +
           events + "]}";
}

const std::string kConnect =
    R"({"eventId":"901","eventTime":"2026-09-20T07:02:11.420Z","eventType":"CONNECT",)"
    R"("connectEvent":{"destinationIpAddress":"198.51.100.7","destinationPort":7878,)"
    R"("packageName":"com.example.flashlight"}})";
const std::string kDns =
    R"({"eventId":"902","eventTime":"2026-09-20T07:02:11.300Z","eventType":"DNS",)"
    R"("dnsEvent":{"hostname":"c2.example.net","ipAddresses":["198.51.100.7"],)"
    R"("totalIpAddressesReturned":"1","packageName":"com.example.flashlight"}})";
const std::string kLocked =
    R"({"eventId":"903","eventTime":"2026-09-20T06:58:00Z","eventType":"KEYGUARD_SECURED",)"
    R"("keyguardSecuredEvent":{}})";
const std::string kDismissed = R"({"eventId":"904","eventTime":"2026-09-20T07:40:12.000001Z",)"
                               R"("eventType":"KEYGUARD_DISMISSED","keyguardDismissedEvent":{}})";
const std::string kProcess =
    R"({"eventId":"906","eventTime":"2026-09-20T07:02:10.900000001Z",)"
    R"("eventType":"APP_PROCESS_START","appProcessStartEvent":{"processInfo":)"
    R"({"processName":"com.example.flashlight:job","uid":10342,"pid":8123,)"
    R"("packageNames":["com.example.flashlight"]}}})";

const std::string kPhone =
    R"({"name":"enterprises/LC00x1/devices/3f1a9c","managementMode":"DEVICE_OWNER",)"
    R"("state":"ACTIVE","policyCompliant":true,"userName":"enterprises/LC00x1/users/77",)"
    R"("lastStatusReportTime":"2026-09-20T05:00:00.123Z","apiLevel":36,)"
    R"("hardwareInfo":{"serialNumber":"r5ct1","brand":"samsung","model":"SM-S921B"},)"
    R"("networkInfo":{"imei":"350123456789012","meid":"a10000009296f2",)"
    R"("wifiMacAddress":"7C:11:11:11:11:11"}})";

TEST(AndroidManagement, ReadsAConnection) {
    const auto events = sound(kFeed, batch(kConnect));

    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].device, kDevice);
    EXPECT_EQ(events[0].time, at("2026-09-20T07:02:11.42Z"));
    EXPECT_EQ(fact_in<ConnectFact>(events[0]),
              (ConnectFact{.app = "com.example.flashlight",
                           .destination = {ipv4_address(0xc6336407), PortNumber{7878}}}));
}

TEST(AndroidManagement, ReadsWholeNumbersThatStandInTexts) {
    std::string text = batch(kConnect);
    text.replace(text.find(":7878"), 5, ":\"7878\"");
    EXPECT_EQ(only<ConnectFact>(kFeed, text).destination.port, PortNumber{7878});
}

TEST(AndroidManagement, ReadsLocks) {
    EXPECT_TRUE(only<LockFact>(kFeed, batch(kLocked)).locked);

    const auto events = sound(kFeed, batch(kDismissed));
    ASSERT_EQ(events.size(), 2U);
    EXPECT_FALSE(fact_in<LockFact>(events[0]).locked);
    EXPECT_TRUE(std::holds_alternative<InteractionFact>(events[1].fact));
    EXPECT_EQ(events[1].time, at("2026-09-20T07:40:12.000001Z"));
}

TEST(AndroidManagement, ReadsProcesses) {
    EXPECT_EQ(only<ProcessFact>(kFeed, batch(kProcess)),
              (ProcessFact{"com.example.flashlight", "com.example.flashlight:job"}));
    std::string without = batch(kProcess);
    without.replace(without.find(R"(["com)"), 26, "[]");
    EXPECT_EQ(only<ProcessFact>(kFeed, without),
              (ProcessFact{"com.example.flashlight", "com.example.flashlight:job"}));
    std::string shared = batch(kProcess);
    shared.replace(shared.find(R"(["com)"), 26, R"(["com.a","com.b"])");
    EXPECT_EQ(sound(kFeed, shared).size(), 2U);
}

TEST(AndroidManagement, PassesOverWhatTellsNothing) {
    const std::string attempt =
        R"({"eventTime":"2026-09-20T07:40:11Z","eventType":"KEYGUARD_DISMISS_AUTH_ATTEMPT",)"
        R"("keyguardDismissAuthAttemptEvent":{"success":true}})";
    const FeedEvents held =
        read_by(kFeed, batch(kDns + "," + attempt + R"(,{"eventType":"YET_TO_COME"})"));

    EXPECT_EQ(held.events.size() + held.rejected, 0U);
    EXPECT_EQ(held.passed_over, 3U);
    EXPECT_EQ(read_by(kFeed, R"({"name":"enterprises/a/devices/b/operations/1"})").passed_over, 1U);
}

TEST(AndroidManagement, SaysWhichEventIsWrong) {
    std::string bad = kConnect;
    bad.replace(bad.find("198.51.100.7"), 12, "198.51.100.x");
    EXPECT_EQ(rejection(kFeed, batch(kLocked + "," + kDns + "," + bad + "," + kLocked)),
              "3: expected 'destinationIpAddress' as an IPv4 or IPv6 address in an event of type "
              "CONNECT");
    EXPECT_EQ(read_by(kFeed, batch(kLocked + "," + bad + "," + kLocked)).events.size(), 2U);

    std::string late = kConnect;
    late.replace(late.find("T07:02"), 6, "T27:02");
    EXPECT_EQ(rejection(kFeed, batch(late)),
              "1: expected 'eventTime' as a time such as 2026-09-20T07:02:10.900Z (RFC 3339) in an "
              "event of type CONNECT");
    std::string bare = kConnect;
    bare.replace(bare.find("connectEvent"), 12, "disconnected");
    EXPECT_EQ(rejection(kFeed, batch(bare)),
              "1: expected 'connectEvent' in an event of type CONNECT");
    EXPECT_EQ(rejection(kFeed, batch("{}")), "1: expected 'eventType' as a text that is not empty");
    EXPECT_EQ(rejection(kFeed, batch("7")), "1: expected one JSON object");
}

TEST(AndroidManagement, ReadsADevice) {
    const auto events = sound(kFeed, kPhone);

    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].device, kDevice);
    EXPECT_EQ(events[0].time, at("2026-09-20T05:00:00.123Z"));
    EXPECT_EQ(fact_in<DeviceFact>(events[0]),
              (DeviceFact{.name = "SM-S921B",
                          .user = "enterprises/LC00x1/users/77",
                          .platform = Platform::kAndroid,
                          .managed = Tristate::kYes,
                          .compliant = Tristate::kYes,
                          .also_known_as = {"mdm:3f1a9c", "serial:R5CT1", "imei:350123456789012",
                                            "meid:A10000009296F2", "mac:7c1111111111"}}));
}

TEST(AndroidManagement, TakesUnknownForUnknown) {
    const auto bare = only<DeviceFact>(kFeed, R"({"name":"enterprises/a/devices/b"})");
    EXPECT_EQ(bare.managed, Tristate::kUnknown);
    EXPECT_EQ(bare.compliant, Tristate::kUnknown);
    EXPECT_EQ(bare.supervised, Tristate::kUnknown);

    const auto bad = only<DeviceFact>(
        kFeed, R"({"name":"enterprises/a/devices/b","state":"DELETED",)"
               R"("managementMode":"DEVICE_OWNER","nonComplianceDetails":[{"settingName":"x"}]})");
    EXPECT_EQ(bad.managed, Tristate::kNo);
    EXPECT_EQ(bad.compliant, Tristate::kNo);
}

TEST(AndroidManagement, TakesNoIdThatMeansNone) {
    const auto fact = only<DeviceFact>(
        kFeed, R"({"name":"enterprises/a/devices/b","hardwareInfo":{"serialNumber":"unknown"},)"
               R"("networkInfo":{"imei":"000000000000000","wifiMacAddress":"02:00:00:00:00:00"}})");
    EXPECT_EQ(fact.also_known_as, (std::vector<std::string>{"mdm:b"}));
}

TEST(AndroidManagement, ReadsApplicationReports) {
    std::string text = kPhone;
    text.insert(text.size() - 1,
                R"(,"applicationReports":[{"packageName":"com.a","versionName":"1.2",)"
                R"("state":"INSTALLED","signingKeyCerts":[{"signingKeyCertFingerprintSha256":)"
                R"("n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg="}]},)"
                R"({"packageName":"com.b","state":"REMOVED",)"
                R"("signingKeyCerts":["356a192b7913b04c54574d18c28d46e6395428ab"]},)"
                R"({"packageName":"com.c"}])");
    const auto events = sound(kFeed, text);

    ASSERT_EQ(events.size(), 4U);
    EXPECT_EQ(events[1].time, at("2026-09-20T05:00:00.123Z"));
    EXPECT_EQ(
        fact_in<AppFact>(events[1]),
        (AppFact{.app = "com.a",
                 .installed = Tristate::kYes,
                 .version = "1.2",
                 .signer = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}));
    EXPECT_EQ(fact_in<AppFact>(events[2]),  // a SHA-1 is no signer
              (AppFact{.app = "com.b", .installed = Tristate::kNo}));
    EXPECT_EQ(fact_in<AppFact>(events[3]), (AppFact{.app = "com.c"}));
}

TEST(AndroidManagement, ReadsListsOfResources) {
    EXPECT_EQ(sound(kFeed, "[" + batch(kConnect) + "," + kPhone + "]").size(), 2U);
    EXPECT_EQ(sound(kFeed, R"({"devices":[)" + kPhone + "," + kPhone + "]}").size(), 2U);
    EXPECT_EQ(sound(kFeed, kPhone + "\n" + batch(kConnect) + "\n").size(), 2U);
}

TEST(AndroidManagement, ReadsNoListInAList) {
    constexpr std::string_view kLevel = R"({"devices":[)";
    std::string text;
    for (int level = 0; level < 100'000; ++level)  // deeper than a stack would bear
        text += kLevel;
    text += kPhone;
    for (int level = 0; level < 100'000; ++level)
        text += "]}";
    EXPECT_EQ(rejection(kFeed, text), "1: expected 'name' as a text that is not empty in a device");
    EXPECT_EQ(rejection(kFeed, R"({"devices":[7]})"), "1: expected one JSON object in a device");
}

TEST(AndroidManagement, ReadsWhatPubSubPushes) {
    const auto push = [](std::string_view data) {
        return R"({"message":{"attributes":{"notificationType":"USAGE_LOGS"},"data":")" +
               std::string{data} +
               R"(","messageId":"12001","publishTime":"2026-09-20T08:31:02.118Z"},)"
               R"("subscription":"projects/acme-emm/subscriptions/sensor"})";
    };
    const std::string data = digest::base64(bytes::view_of(batch(kConnect)));
    EXPECT_EQ(only<ConnectFact>(kFeed, push(data)).app, "com.example.flashlight");
    EXPECT_EQ(only<DeviceFact>(kFeed, push(digest::base64(bytes::view_of(kPhone)))).name,
              "SM-S921B");
    EXPECT_EQ(read_by(kFeed, push("")).passed_over, 1U);  // a test of the subscription

    EXPECT_EQ(rejection(kFeed, push("%%%")),
              "1: expected 'data' of the message as JSON in Base64: it is not Base64");
    EXPECT_TRUE(rejection(kFeed, push(data.substr(0, data.size() - 8)))
                    .starts_with("1: expected 'data' of the message as JSON in Base64: "));
    const std::string nested = digest::base64(bytes::view_of(push(data)));
    EXPECT_TRUE(rejection(kFeed, push(nested)).starts_with("1: expected usage log events"));
}

TEST(AndroidManagement, RefusesOtherDocuments) {
    EXPECT_TRUE(rejection(kFeed, "").starts_with("0: expected JSON: "));
    EXPECT_TRUE(rejection(kFeed, "{}").starts_with("1: expected usage log events"));
    EXPECT_EQ(rejection(kFeed, "7"), "1: expected one JSON object");
    EXPECT_EQ(rejection(kFeed, R"({"device":"d","usageLogEvents":{}})"),
              "1: expected 'usageLogEvents' as a list");
    EXPECT_EQ(rejection(kFeed, R"({"usageLogEvents":[]})"),
              "1: expected 'device' as a text that is not empty");
}

TEST(AndroidManagement, TakesNothingOfWhatIsCut) {
    expect_nothing_of_cuts(kFeed, batch(kConnect + "," + kProcess + "," + kDismissed));
    expect_nothing_of_cuts(kFeed, kPhone);
}

}  // namespace
}  // namespace sensor::attribute::feeds
