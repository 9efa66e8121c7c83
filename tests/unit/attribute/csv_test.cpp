#include "sensor/attribute/feeds/csv_row.h"
#include "tests/unit/attribute/feed_reading.h"

namespace sensor::attribute::feeds {
namespace {

std::vector<std::vector<std::string>> rows_of(std::string_view text) {
    std::vector<std::vector<std::string>> all;
    for (CsvRows rows{text}; rows.next();) {
        EXPECT_EQ(rows.error(), "") << text;
        all.push_back(rows.fields());
    }
    return all;
}

TEST(CsvRows, PartsFields) {
    using Rows = std::vector<std::vector<std::string>>;
    EXPECT_EQ(rows_of("a,b\r\n1,\r\n,2"), (Rows{{"a", "b"}, {"1", ""}, {"", "2"}}));
    EXPECT_EQ(rows_of("\xef\xbb\xbf"
                      "a;b\n1,5;2\n"),
              (Rows{{"a", "b"}, {"1,5", "2"}}));
    EXPECT_EQ(rows_of("a\tb\n1\t2"), (Rows{{"a", "b"}, {"1", "2"}}));
    EXPECT_EQ(rows_of("a,b\n\"x, \"\"y\"\"\",\"two\nlines\"\r\nz,\"\"\n"),
              (Rows{{"a", "b"}, {"x, \"y\"", "two\nlines"}, {"z", ""}}));
    EXPECT_EQ(rows_of("a\n\n\nb\n"), (Rows{{"a"}, {"b"}}));
    EXPECT_EQ(rows_of(""), Rows{});
    EXPECT_EQ(rows_of("a,"), (Rows{{"a", ""}}));
}

TEST(CsvRows, CountsLines) {
    CsvRows rows{"a\n\n\"x\ny\"\nb\n"};
    ASSERT_TRUE(rows.next());
    EXPECT_EQ(rows.line(), 1U);
    ASSERT_TRUE(rows.next());
    EXPECT_EQ(rows.line(), 3U);
    ASSERT_TRUE(rows.next());
    EXPECT_EQ(rows.line(), 5U);
    EXPECT_FALSE(rows.next());
}

TEST(CsvRows, SaysWhatIsWrong) {
    CsvRows open{"a\n\"x"};
    ASSERT_TRUE(open.next() && open.next());
    EXPECT_EQ(open.error(), "a quoted field does not end");
    CsvRows follows{"a,b\n\"x\"y,1\n2,3\n"};
    ASSERT_TRUE(follows.next() && follows.next());
    EXPECT_EQ(follows.error(), "text follows a quoted field");
    ASSERT_TRUE(follows.next());
    EXPECT_EQ(follows.error(), "");
    const std::string commas(300, ',');
    CsvRows wide{commas};
    ASSERT_TRUE(wide.next());
    EXPECT_EQ(wide.error(), "expected at most 256 fields");
    EXPECT_EQ(wide.fields().size(), CsvRows::kMostFields);
}

const std::string kTable =
    "serial,mac,name,user,platform,managed,compliant,app,app_managed,app_approved,version,cost\r\n"
    "r5ct1,7C-11-11-11-11-11,phone-114,a@ex.org,android,true,no,com.a,yes,,1.2,9\r\n"
    "r5ct1,7C-11-11-11-11-11,phone-114,a@ex.org,android,true,no,com.b,false,1,,\r\n"
    "r5ct2,,,,,,,,,,,\r\n";

TEST(Csv, ReadsDevicesAndTheirApps) {
    const FeedEvents held = read_by("csv", kTable);

    EXPECT_EQ(held.rejected, 0U);
    EXPECT_EQ(held.passed_over, 1U);
    ASSERT_EQ(held.events.size(), 3U);  // the device is said once
    EXPECT_EQ(held.events[0].device, "serial:R5CT1");
    EXPECT_EQ(held.events[0].time, kReceived);
    EXPECT_EQ(fact_in<DeviceFact>(held.events[0]),
              (DeviceFact{.name = "phone-114",
                          .user = "a@ex.org",
                          .platform = Platform::kAndroid,
                          .managed = Tristate::kYes,
                          .compliant = Tristate::kNo,
                          .also_known_as = {"mac:7c1111111111"}}));
    EXPECT_EQ(fact_in<AppFact>(held.events[1]),
              (AppFact{.app = "com.a", .managed = Tristate::kYes, .version = "1.2"}));
    EXPECT_EQ(fact_in<AppFact>(held.events[2]),
              (AppFact{.app = "com.b", .managed = Tristate::kNo, .approved = Tristate::kYes}));
}

TEST(Csv, ReadsTheTimeAndTheDevicesOwnId) {
    const auto events = sound("csv", "time;device;supervised\n2026-09-20T05:00:00Z;tab 9;true\n");
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].device, "tab 9");
    EXPECT_EQ(events[0].time, at("2026-09-20T05:00:00Z"));
    EXPECT_EQ(fact_in<DeviceFact>(events[0]), (DeviceFact{.supervised = Tristate::kYes}));
}

TEST(Csv, SaysWhichLineIsWrong) {
    EXPECT_EQ(rejection("csv", "serial,managed\na,true\nb,perhaps\nc,no\n"),
              "3: expected 'managed' as true, false or nothing");
    EXPECT_EQ(read_by("csv", "serial,managed\na,true\nb,perhaps\nc,no\n").events.size(), 2U);
    EXPECT_EQ(rejection("csv", "serial,managed\na\n"), "2: expected 2 fields, got 1");
    EXPECT_EQ(rejection("csv", "serial,managed\n,true\n"),
              "2: expected an id of the device in one of its columns");
    EXPECT_EQ(rejection("csv", "serial,time\na,today\n"),
              "2: expected 'time' as a time such as 2026-09-20T07:02:10Z (RFC 3339), or nothing");
    EXPECT_EQ(rejection("csv", "serial,managed\n\"a,true\n"), "2: a quoted field does not end");
}

TEST(Csv, NeedsAHeader) {
    EXPECT_EQ(rejection("csv", ""), "0: expected a row of names");
    EXPECT_TRUE(rejection("csv", "r5ct1,true\n").starts_with("0: the first row must name the "));
    EXPECT_EQ(rejection("csv", "serial,app,app\n"),
              "0: the column 'app' stands in the header twice");
}

TEST(Csv, TakesOfWhatIsCutTheWholeRowsOnly) {
    for (std::size_t length = 0; length < kTable.size(); ++length) {
        const std::vector<char> cut(kTable.begin(),
                                    kTable.begin() + static_cast<std::ptrdiff_t>(length));
        const FeedEvents held = read_by("csv", {cut.data(), cut.size()});
        EXPECT_LE(held.events.size(), 3U);
        EXPECT_LE(held.rejected, 1U) << length;
        const auto first_row = kTable.find('\n', kTable.find('\n') + 1);
        EXPECT_EQ(held.events.empty(), length + 3 <= first_row) << length;
    }
}

TEST(DocumentFeeds, AreSortedAndFoundByNameAndFile) {
    std::string_view before;
    for (const DocumentFeed* feed : document_feeds()) {
        EXPECT_LT(before, feed->name);
        before = feed->name;
        EXPECT_EQ(find_document_feed(feed->name), feed);
        EXPECT_EQ(feed_of_file("export-1" + std::string{feed->suffix}), feed);
        EXPECT_FALSE(feed->summary.empty());
        EXPECT_EQ(feed->read("\xff\xfe", kReceived).events.size(), 0U) << feed->name;
        EXPECT_EQ(feed->read("\xff\xfe", kReceived).rejected, 1U) << feed->name;
    }
    EXPECT_EQ(find_document_feed("radius"), nullptr);
    EXPECT_EQ(find_document_feed(""), nullptr);
    EXPECT_EQ(feed_of_file("export.json"), nullptr);
    EXPECT_TRUE(document_feed_names().starts_with("android-management, apple-mdm, "));
}

TEST(DocumentFeeds, ReadLinesOfEvents) {
    const std::string line =
        R"({"v":1,"ts":"2026-09-20T06:00:00Z","device_id":"d","kind":"user_interaction"})";
    EXPECT_EQ(sound("ndjson", line + "\n\r\n" + line).size(), 2U);
    EXPECT_EQ(sound("ndjson", "").size(), 0U);
    EXPECT_EQ(rejection("ndjson", line + "\n\n{}\n" + line), "3: expected 'v' as 1");
    EXPECT_EQ(rejection("ndjson", std::string(70'000, ' ') + "x"),
              "1: expected lines of at most 65536 bytes");
}

}  // namespace
}  // namespace sensor::attribute::feeds
