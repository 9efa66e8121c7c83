// Whatever a feed yields, and so acknowledges, the journal gives back.
#include "tests/support/reads_back.h"

#include <array>
#include <set>

#include "sensor/attribute/feeds/sound_event.h"
#include "tests/fuzz/feed_seeds.h"
#include "tests/unit/attribute/feed_reading.h"

namespace sensor::attribute::feeds {
namespace {

/// How many events `document` yields, each of which must read back.
std::size_t expect_all_read_back(std::string_view feed, const std::string& document) {
    const FeedEvents held = read_by(feed, document);
    for (const IdentityEvent& event : held.events)
        EXPECT_TRUE(test::reads_back(event)) << feed << ": " << document;
    return held.events.size();
}

TEST(ReadsBack, WhatEveryFeedYields) {
    std::set<std::string_view> yielding;
    for (const fuzz::FeedSeed& seed : fuzz::kFeedSeeds)
        if (expect_all_read_back(seed.feed, std::string{seed.document}) != 0)
            yielding.insert(seed.feed);
    EXPECT_EQ(yielding.size(), document_feeds().size());
}

TEST(ReadsBack, WhatEveryFeedYieldsOfStrangeTexts) {
    const std::array<std::string, 9> strange{":x",        R"(\u0000)", R"(\u001b[2J)",
                                             R"(\u009b)", "\x7f",      "\xe9",
                                             "\xc2\x85",  "\t",        std::string(5000, 'x')};
    std::size_t events = 0;
    for (const fuzz::FeedSeed& seed : fuzz::kFeedSeeds) {
        const std::string document{seed.document};
        for (std::size_t at = 0; at < document.size(); ++at) {
            if (document[at] != '"' && document[at] != ',') continue;
            for (const std::string& text : strange) {
                std::string changed = document;
                changed.insert(at + 1, text);
                events += expect_all_read_back(seed.feed, changed);
                // In place of what stands there, too.
                const std::size_t end = document.find_first_of("\",", at + 1);
                if (end == std::string::npos) continue;
                changed = document;
                changed.replace(at + 1, end - at - 1, text);
                events += expect_all_read_back(seed.feed, changed);
            }
        }
    }
    EXPECT_GT(events, 1000U);
}

TEST(ReadsBack, RefusesAnAppWithoutId) {
    const std::string process =
        R"({"device":"d","usageLogEvents":[{"eventTime":"2026-09-20T07:02:11Z","eventType":)"
        R"("APP_PROCESS_START","appProcessStartEvent":{"processInfo":{"processName":":x"}}}]})";
    EXPECT_EQ(rejection("android-management", process),
              "1: expected the app's id as 1 to 1024 bytes of text without control characters");
    const std::string flow =
        R"({"src":"10.8.3.7","dst":"198.51.100.7","sport":1,"dport":2,"protocol":6,)"
        R"("procname":":x","start":1789888931})";
    EXPECT_EQ(rejection("samsung-npa", flow),
              "1: expected the app's id as 1 to 1024 bytes of text without control characters");
}

TEST(ReadsBack, RefusesADeviceWithoutId) {
    EXPECT_TRUE(rejection("cloudconnexa",
                          R"({"timestamp":"2026-09-20T07:00:01Z","eventName":"flow-established",)"
                          R"("log":{"sourceEntityType":"Device","sourceEntityId":"\u0001",)"
                          R"("sourceIp":"10.8.3.7"}})")
                    .starts_with("1: expected the device's id as"));
}

TEST(ReadsBack, MakesNamesReadable) {
    const std::string table = "serial,name,user\nR5,a\x1b[2Jb\xe9,";
    const auto device = only<DeviceFact>("csv", table + std::string(2000, 'u') + "\n");
    EXPECT_EQ(device.name, "a [2Jb\xef\xbf\xbd");
    EXPECT_EQ(device.user, std::string(1024, 'u'));
}

TEST(ReadsBack, KnowsWhatIsNoEvent) {
    IdentityEvent event{kReceived, "serial:R5", "csv", AppFact{.app = "com.a"}};
    EXPECT_EQ(objection_to(event), "");
    event.fact = AppFact{.app = std::string(1024, 'a')};
    EXPECT_EQ(objection_to(event), "");
    EXPECT_TRUE(test::reads_back(event));
    for (const std::string& app : {std::string{}, std::string(1025, 'a'), std::string{"a\n"},
                                   std::string{"a\0", 2}, std::string{"\xff"}}) {
        event.fact = AppFact{.app = app};
        EXPECT_NE(objection_to(event), "") << app;
    }
    event.fact = LockFact{};
    event.time = timestamp_of(-1);
    EXPECT_EQ(objection_to(event), "expected a time from 1970 to 2261");
    event.time = Timestamp::max();
    EXPECT_EQ(objection_to(event), "expected a time from 1970 to 2261");
    event.time = kReceived;
    event.device.clear();
    EXPECT_NE(objection_to(event), "");
    event.fact = ConnectFact{.app = "com.a"};
    EXPECT_NE(objection_to(event), "");
    event.fact = ConnectFact{.app = "com.a", .client = Endpoint{}};
    EXPECT_EQ(objection_to(event), "");
    event.device = "serial:R5";
    event.fact = DeviceFact{.also_known_as = std::vector<std::string>(65, "mac:7c1111111111")};
    EXPECT_EQ(objection_to(event), "expected at most 64 ids of one device");
}

TEST(ReadsBack, BelievesTheSourceOfAKeptEventOnly) {
    const std::string line =
        R"({"v":1,"ts":"2026-09-20T06:00:00Z","device_id":"d","kind":"user_interaction",)"
        R"("told_by":"radius"})";
    EXPECT_EQ(parse_kept_event(line)->source, "radius");
    EXPECT_EQ(parse_ndjson_event(line)->source, "ndjson");
    EXPECT_EQ(sound("ndjson", line).at(0).source, "ndjson");
}

}  // namespace
}  // namespace sensor::attribute::feeds
