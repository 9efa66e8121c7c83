#include "sensor/attribute/rfc3339.h"

#include <string>

#include <gtest/gtest.h>

namespace sensor::attribute {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
// 2026-09-20T07:02:10Z
constexpr std::int64_t kMorning = 1'789'887'730 * kSecond;

std::optional<std::int64_t> nanoseconds(std::string_view text) {
    const auto time = parse_rfc3339(text);
    if (!time) return std::nullopt;
    return nanoseconds_of(*time);
}

TEST(Rfc3339, ReadsUtc) {
    EXPECT_EQ(nanoseconds("1970-01-01T00:00:00Z"), 0);
    EXPECT_EQ(nanoseconds("2026-09-20T07:02:10Z"), kMorning);
    EXPECT_EQ(nanoseconds("2026-09-20t07:02:10z"), kMorning);
    EXPECT_EQ(nanoseconds("2026-09-20 07:02:10Z"), kMorning);
    EXPECT_EQ(nanoseconds("2024-02-29T00:00:00Z"), 1'709'164'800 * kSecond);
}

TEST(Rfc3339, ReadsFractionsOfOneToNineDigits) {
    EXPECT_EQ(nanoseconds("2026-09-20T07:02:10.9Z"), kMorning + 900'000'000);
    EXPECT_EQ(nanoseconds("2026-09-20T07:02:10.900Z"), kMorning + 900'000'000);
    EXPECT_EQ(nanoseconds("2026-09-20T07:02:10.000001Z"), kMorning + 1000);
    EXPECT_EQ(nanoseconds("2026-09-20T07:02:10.123456789Z"), kMorning + 123'456'789);
    EXPECT_EQ(nanoseconds("2026-09-20T07:02:10.1234567890Z"), std::nullopt);
    EXPECT_EQ(nanoseconds("2026-09-20T07:02:10.Z"), std::nullopt);
}

TEST(Rfc3339, ReadsOffsets) {
    EXPECT_EQ(nanoseconds("2026-09-20T09:02:10+02:00"), kMorning);
    EXPECT_EQ(nanoseconds("2026-09-20T01:32:10.5-05:30"), kMorning + kSecond / 2);
    EXPECT_EQ(nanoseconds("2026-09-20T07:02:10-00:00"), kMorning);
    EXPECT_EQ(nanoseconds("2026-09-20T09:02:10+0200"), std::nullopt);
    EXPECT_EQ(nanoseconds("2026-09-20T09:02:10+24:00"), std::nullopt);
    EXPECT_EQ(nanoseconds("2026-09-20T09:02:10+02:60"), std::nullopt);
    EXPECT_EQ(nanoseconds("2026-09-20T09:02:10+02"), std::nullopt);
}

TEST(Rfc3339, ALeapSecondIsTheNextMinutesStart) {
    EXPECT_EQ(nanoseconds("2016-12-31T23:59:60Z"), nanoseconds("2017-01-01T00:00:00Z"));
    EXPECT_EQ(nanoseconds("2016-12-31T23:59:61Z"), std::nullopt);
}

TEST(Rfc3339, RefusesWhatIsNoTime) {
    for (const std::string_view text : {"",
                                        "2026-09-20",
                                        "2026-09-20T07:02:10",
                                        "2026-13-01T00:00:00Z",
                                        "2026-00-01T00:00:00Z",
                                        "2026-02-29T00:00:00Z",
                                        "2026-04-31T00:00:00Z",
                                        "2026-09-20T24:00:00Z",
                                        "2026-09-20T07:60:00Z",
                                        "2026-9-20T07:02:10Z",
                                        "26-09-20T07:02:10Z",
                                        "2026-09-20T07:02:10Zulu",
                                        " 2026-09-20T07:02:10Z",
                                        "2026-09-20T07:02:10Z ",
                                        "2026-09-20T07:02:+1Z",
                                        "1969-12-31T23:59:59Z",
                                        "2262-01-01T00:00:00Z",
                                        "1970-01-01T00:00:00+00:01",
                                        "2261-12-31T23:59:59-00:01",
                                        "2261-12-31T23:59:60Z",
                                        "2026/09/20T07:02:10Z",
                                        "2026-09-20T07:02Z"}) {
        EXPECT_EQ(nanoseconds(text), std::nullopt) << text;
    }
}

TEST(Rfc3339, RefusesEveryTruncation) {
    const std::string whole = "2026-09-20T09:02:10.123+02:00";
    ASSERT_TRUE(parse_rfc3339(whole));
    for (std::size_t length = 0; length < whole.size(); ++length) {
        EXPECT_EQ(nanoseconds(whole.substr(0, length)), std::nullopt) << length;
    }
}

}  // namespace
}  // namespace sensor::attribute
