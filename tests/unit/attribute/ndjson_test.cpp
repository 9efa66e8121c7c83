#include "sensor/attribute/feeds/ndjson.h"

#include <sstream>

#include <gtest/gtest.h>

#include "sensor/attribute/rfc3339.h"

namespace sensor::attribute::feeds {
namespace {

const std::string kStart = R"({"v":1,"ts":"2026-09-20T06:00:00Z","device_id":"serial:R5CT1",)";

IdentityEvent event_of(const std::string& rest) {
    auto event = parse_ndjson_event(kStart + rest);
    EXPECT_TRUE(event) << event.error().message;
    return event ? *event : IdentityEvent{};
}
template <class Kind>
Kind fact_of(const std::string& rest) {
    const IdentityEvent event = event_of(rest);
    const auto* fact = std::get_if<Kind>(&event.fact);
    EXPECT_NE(fact, nullptr);
    return fact == nullptr ? Kind{} : *fact;
}
std::string error_of(const std::string& line) {
    const auto event = parse_ndjson_event(line);
    return event ? "no error" : event.error().message;
}
NdjsonEvents read(const std::string& text) {
    std::istringstream in{text};
    return read_ndjson(in, "events.ndjson");
}

TEST(Ndjson, ReadsWhatEveryEventHas) {
    const IdentityEvent event = event_of(R"("kind":"user_interaction"})");

    EXPECT_EQ(event.time, *parse_rfc3339("2026-09-20T06:00:00Z"));
    EXPECT_EQ(event.device, "serial:R5CT1");
    EXPECT_EQ(event.source, "ndjson");
    EXPECT_TRUE(std::holds_alternative<InteractionFact>(event.fact));
}

TEST(Ndjson, ReadsADevice) {
    const auto whole = fact_of<DeviceFact>(
        R"("kind":"device","name":"phone-114","user":"a@ex.org","platform":"android",)"
        R"("managed":true,"supervised":false})");
    EXPECT_EQ(whole, (DeviceFact{.name = "phone-114",
                                 .user = "a@ex.org",
                                 .platform = Platform::kAndroid,
                                 .managed = Tristate::kYes,
                                 .supervised = Tristate::kNo,
                                 .compliant = Tristate::kUnknown}));
    EXPECT_EQ(fact_of<DeviceFact>(R"("kind":"device","platform":"ios"})").platform, Platform::kIos);
    EXPECT_EQ(fact_of<DeviceFact>(R"("kind":"device","platform":"windows","managed":null})"),
              DeviceFact{});
}

TEST(Ndjson, ReadsALease) {
    const auto granted = fact_of<LeaseFact>(
        R"("kind":"lease","address":"10.20.1.14","state":"granted","app_group":"office"})");
    EXPECT_EQ(granted, (LeaseFact{ipv4_address(0x0a14010e), true, "office"}));
    const auto released =
        fact_of<LeaseFact>(R"("kind":"lease","address":"2001:db8::1","state":"released"})");
    EXPECT_EQ(released, (LeaseFact{*parse_address("2001:db8::1"), false, ""}));
}

TEST(Ndjson, ReadsStates) {
    EXPECT_TRUE(fact_of<LockFact>(R"("kind":"lock_state","state":"locked"})").locked);
    EXPECT_FALSE(fact_of<LockFact>(R"("kind":"lock_state","state":"unlocked"})").locked);
    EXPECT_EQ(fact_of<AppStateFact>(R"("kind":"app_state","app":"com.x","state":"foreground"})"),
              (AppStateFact{"com.x", AppState::kForeground}));
    EXPECT_EQ(fact_of<AppStateFact>(R"("kind":"app_state","app":"com.x","state":"background"})"),
              (AppStateFact{"com.x", AppState::kBackground}));
}

TEST(Ndjson, ReadsWhatAppsDo) {
    EXPECT_EQ(fact_of<JobFact>(R"("kind":"job_start","app":"com.x","job":"workmanager"})"),
              (JobFact{"com.x", "workmanager"}));
    EXPECT_EQ(
        fact_of<ConnectFact>(R"("kind":"connect","app":"com.x","destination":"198.51.100.7",)"
                             R"("port":7878,"transport":"udp"})"),
        (ConnectFact{"com.x", {ipv4_address(0xc6336407), PortNumber{7878}}, Transport::kUdp}));
    EXPECT_EQ(fact_of<AppFact>(R"("kind":"app_inventory","app":"com.x","managed":false})"),
              (AppFact{"com.x", Tristate::kNo, Tristate::kUnknown}));
    EXPECT_EQ(
        fact_of<AppFact>(R"("kind":"app_inventory","app":"com.x","installed":true,)"
                         R"("version":"4.1","signer":"ab12"})"),
        (AppFact{.app = "com.x", .installed = Tristate::kYes, .version = "4.1", .signer = "ab12"}));
    EXPECT_EQ(fact_of<ProcessFact>(R"("kind":"process_start","app":"com.x","process":"com.x:a"})"),
              (ProcessFact{"com.x", "com.x:a"}));
}

TEST(Ndjson, ReadsTheClientsEndOfAConnection) {
    const std::string connect =
        R"("kind":"connect","app":"com.x","destination":"198.51.100.7","port":443,)"
        R"("transport":"tcp")";
    EXPECT_EQ(fact_of<ConnectFact>(connect + R"(,"source":"10.8.3.7","source_port":33045})").client,
              (Endpoint{ipv4_address(0x0a080307), PortNumber{33045}}));
    EXPECT_EQ(error_of(kStart + connect + R"(,"source":"10.8.3.7"})"),
              "expected 'source_port' as a number from 1 to 65535 in an event of kind connect");
}

TEST(Ndjson, ReadsFurtherIdsOfADevice) {
    EXPECT_EQ(fact_of<DeviceFact>(R"("kind":"device","also_known_as":["serial:A","imei:1"]})")
                  .also_known_as,
              (std::vector<std::string>{"serial:A", "imei:1"}));
    for (const char* wrong : {R"("serial:A")", R"([""])", "[1]"})
        EXPECT_NE(error_of(kStart + R"("kind":"device","also_known_as":)" + wrong + "}"), "");
}

TEST(Ndjson, IgnoresUnknownFields) {
    EXPECT_TRUE(fact_of<LockFact>(
                    R"("kind":"lock_state","state":"locked","battery":{"level":[1,2]},"x":null})")
                    .locked);
}

TEST(Ndjson, SaysWhatWasExpected) {
    const std::string rest = R"("kind":"user_interaction"})";
    const std::string time = "expected 'ts' as a time such as 2026-09-20T07:02:10.900Z (RFC 3339)";
    EXPECT_EQ(error_of("[]"), "expected one JSON object");
    EXPECT_EQ(
        error_of("{\"v\":1"),
        "expected one JSON object: Missing a comma or '}' after an object member. (at byte 7)");
    EXPECT_EQ(error_of(R"({"ts":"2026-09-20T06:00:00Z","device_id":"d",)" + rest),
              "expected 'v' as 1");
    EXPECT_EQ(error_of(R"({"v":2,"ts":"2026-09-20T06:00:00Z","device_id":"d",)" + rest),
              "expected 'v' as 1");
    EXPECT_EQ(error_of(R"({"v":"1","ts":"2026-09-20T06:00:00Z","device_id":"d",)" + rest),
              "expected 'v' as 1");
    EXPECT_EQ(error_of(R"({"v":1,"device_id":"d",)" + rest), time);
    EXPECT_EQ(error_of(R"({"v":1,"ts":1789887730,"device_id":"d",)" + rest), time);
    EXPECT_EQ(error_of(R"({"v":1,"ts":"yesterday","device_id":"d",)" + rest), time);
    EXPECT_EQ(error_of(R"({"v":1,"ts":"2026-09-20T06:00:00Z",)" + rest),
              "expected 'device_id' as a text that is not empty");
    EXPECT_EQ(error_of(R"({"v":1,"ts":"2026-09-20T06:00:00Z","device_id":"",)" + rest),
              "expected 'device_id' as a text that is not empty");
    EXPECT_EQ(error_of(R"({"v":1,"ts":"2026-09-20T06:00:00Z","device_id":"d"})"),
              "expected 'kind' as a text that is not empty");
    EXPECT_EQ(error_of(kStart + R"("kind":"leese"})"),
              "unknown kind 'leese'; known are device, lease, lock_state, app_state, "
              "user_interaction, job_start, connect, app_inventory, process_start");
}

TEST(Ndjson, SaysWhatWasExpectedOfAKind) {
    const auto error = [](const std::string& rest) { return error_of(kStart + rest); };
    EXPECT_EQ(error(R"("kind":"device","managed":"yes"})"),
              "expected 'managed' as true or false in an event of kind device");
    EXPECT_EQ(error(R"("kind":"device","name":7})"),
              "expected 'name' as a text in an event of kind device");
    EXPECT_EQ(error(R"("kind":"lease","address":"10.20.1","state":"granted"})"),
              "expected 'address' as an IPv4 or IPv6 address in an event of kind lease");
    EXPECT_EQ(error(R"("kind":"lease","address":"10.20.1.1\u00004","state":"granted"})"),
              "expected 'address' as an IPv4 or IPv6 address in an event of kind lease");
    EXPECT_EQ(error(R"("kind":"lease","address":"10.20.1.14","state":"taken"})"),
              "expected 'state' as 'granted' or 'released' in an event of kind lease");
    EXPECT_EQ(error(R"("kind":"lock_state"})"),
              "expected 'state' as 'locked' or 'unlocked' in an event of kind lock_state");
    EXPECT_EQ(error(R"("kind":"app_state","state":"background"})"),
              "expected 'app' as a text that is not empty in an event of kind app_state");
    EXPECT_EQ(error(R"("kind":"app_state","app":"x","state":"paused"})"),
              "expected 'state' as 'foreground' or 'background' in an event of kind app_state");
    EXPECT_EQ(error(R"("kind":"job_start","app":"x"})"),
              "expected 'job' as a text that is not empty in an event of kind job_start");
    const std::string connect = R"("kind":"connect","app":"x","destination":"10.0.0.1",)";
    for (const std::string port : {"0", "65536", "-1", "\"80\"", "80.5", "null"}) {
        EXPECT_EQ(error(connect + R"("transport":"tcp","port":)" + port + "}"),
                  "expected 'port' as a number from 1 to 65535 in an event of kind connect");
    }
    EXPECT_EQ(error(connect + R"("port":80,"transport":"sctp"})"),
              "expected 'transport' as 'tcp' or 'udp' in an event of kind connect");
    EXPECT_EQ(error(R"("kind":"app_inventory","app":"x","approved":1})"),
              "expected 'approved' as true or false in an event of kind app_inventory");
}

TEST(Ndjson, KeepsGoodLinesAndTellsOfBadOnes) {
    const std::string good = kStart + R"("kind":"user_interaction"})";

    const NdjsonEvents feed = read(good + "\n\n  \t\r\nnonsense\n" + good + "\r\n" + good);

    EXPECT_EQ(feed.events.size(), 3U) << "the last line needs no end";
    EXPECT_EQ(feed.rejected_lines, 1U);
    ASSERT_EQ(feed.rejections.size(), 1U);
    EXPECT_EQ(feed.rejections[0],
              "events.ndjson:4: expected one JSON object: Invalid value. (at byte 2)");
}

TEST(Ndjson, CountsAllRejectionsAndKeepsTheFirst) {
    std::string text;
    for (int i = 0; i < 250; ++i)
        text += "?\n";

    const NdjsonEvents feed = read(text);

    EXPECT_EQ(feed.rejected_lines, 250U);
    EXPECT_EQ(feed.rejections.size(), NdjsonEvents::kMaxRejections);
    EXPECT_TRUE(feed.rejections.back().starts_with("events.ndjson:100: "));
}

TEST(Ndjson, BoundsTheLengthOfALine) {
    const std::string event = kStart + R"("kind":"user_interaction","note":")";
    const std::string longest = event + std::string(kMaxLine - event.size() - 2, 'x') + "\"}";
    const std::string longer = event + std::string(kMaxLine - event.size() - 1, 'x') + "\"}";
    ASSERT_EQ(longest.size(), kMaxLine);

    const NdjsonEvents feed = read(longest + "\n" + longer + "\n" + longest + "\n");

    EXPECT_EQ(feed.events.size(), 2U);
    ASSERT_EQ(feed.rejections.size(), 1U);
    EXPECT_EQ(feed.rejections[0], "events.ndjson:2: expected lines of at most 65536 bytes");
}

TEST(Ndjson, ATruncatedFileNeverYieldsAWrongEvent) {
    const std::string text =
        kStart + R"("kind":"lease","address":"10.20.1.14","state":"granted"})" + "\n" + kStart +
        R"("kind":"connect","app":"com.x","destination":"198.51.100.7","port":7878,)" +
        R"("transport":"tcp"})" + "\n";
    const NdjsonEvents whole = read(text);
    ASSERT_EQ(whole.events.size(), 2U);

    for (std::size_t length = 0; length < text.size(); ++length) {
        const NdjsonEvents cut = read(text.substr(0, length));
        ASSERT_LE(cut.events.size(), 2U);
        for (std::size_t i = 0; i < cut.events.size(); ++i) {
            EXPECT_EQ(cut.events[i].time, whole.events[i].time) << length;
            EXPECT_EQ(cut.events[i].fact, whole.events[i].fact) << length;
        }
    }
}

TEST(Ndjson, AFileThatCannotBeReadIsOneLine) {
    const auto absent = read_ndjson_file("/nonexistent/events.ndjson");
    ASSERT_FALSE(absent);
    EXPECT_EQ(absent.error().message, "/nonexistent/events.ndjson: No such file or directory");

    const auto folder = read_ndjson_file("/");
    ASSERT_FALSE(folder);
    EXPECT_EQ(folder.error().message, "/: cannot be read; it must be a file of JSON lines");
}

TEST(Ndjson, SomethingElseThatNeverEndsIsGivenUp) {
    const auto zeros = read_ndjson_file("/dev/zero");
    ASSERT_FALSE(zeros);
    EXPECT_EQ(zeros.error().message,
              "/dev/zero:1: a line of 16 MiB or more; the file must be of JSON lines");

    std::string lines;
    for (std::uint64_t i = 0; i < 2 * kForeignLines; ++i)
        lines += "y\n";
    const NdjsonEvents feed = read(lines);
    EXPECT_EQ(feed.foreign, "events.ndjson:100000: not one identity event up to here");
    EXPECT_EQ(feed.rejected_lines, kForeignLines - 1);
}

}  // namespace
}  // namespace sensor::attribute::feeds
