#include "sensor/report/time_text.h"

#include <limits>

#include <gtest/gtest.h>

#include "tests/unit/report/samples.h"

namespace sensor::report {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::nanoseconds;
using std::chrono::seconds;

TEST(TimeText, ForEveHasMicrosecondsAndAZoneWithoutColon) {
    EXPECT_EQ(eve_time_text(at(7, 2, 11, 420)), "2026-09-21T07:02:11.420000+0000");
    EXPECT_EQ(eve_time_text(at(7, 2, 11) + nanoseconds{1999}), "2026-09-21T07:02:11.000001+0000");
}

TEST(TimeText, Rfc3339HasAZAndCutsBelowMicroseconds) {
    EXPECT_EQ(rfc3339_text(at(7, 2, 11, 420)), "2026-09-21T07:02:11.420000Z");
    EXPECT_EQ(rfc3339_text(at(0, 0, 0) + std::chrono::nanoseconds{1'999}),
              "2026-09-21T00:00:00.000001Z");
    EXPECT_EQ(rfc3339_text(Timestamp{} - std::chrono::nanoseconds{1}),
              "1969-12-31T23:59:59.999999Z");
}

TEST(TimeText, BeforeTheEpochStillRoundsDown) {
    EXPECT_EQ(eve_time_text(timestamp_of(0)), "1970-01-01T00:00:00.000000+0000");
    EXPECT_EQ(eve_time_text(timestamp_of(-1)), "1969-12-31T23:59:59.999999+0000");
}

TEST(TimeText, ForEveReachesAsFarAsTheClockDoes) {
    using Limits = std::numeric_limits<std::int64_t>;
    EXPECT_EQ(eve_time_text(timestamp_of(Limits::max())), "2262-04-11T23:47:16.854775+0000");
    EXPECT_EQ(eve_time_text(timestamp_of(Limits::min())), "1677-09-21T00:12:43.145224+0000");
    EXPECT_EQ(eve_time_text(at(24 * 1621, 9, 5, 7)), "2031-02-28T00:09:05.007000+0000");
}

TEST(TimeText, ForPeopleIsTheClock) {
    EXPECT_EQ(date_text(at(7, 2, 11)), "2026-09-21");
    EXPECT_EQ(clock_text(at(7, 2, 11, 999)), "07:02:11Z");
    EXPECT_EQ(date_clock_text(at(23, 59, 59)), "2026-09-21 23:59:59Z");
}

TEST(TimeText, OfASpanNamesTheDayOnlyIfItChanges) {
    EXPECT_EQ(span_text(at(7, 2, 11), at(7, 37, 11)), "07:02:11 to 07:37:11Z");
    EXPECT_EQ(span_text(at(23, 50, 0), at(24, 10, 0)),
              "2026-09-21 23:50:00 to 2026-09-22 00:10:00Z");
    EXPECT_EQ(date_span_text(at(7, 2, 11), at(7, 37, 11)), "2026-09-21 07:02:11 to 07:37:11Z");
    EXPECT_EQ(date_span_text(at(23, 50, 0), at(24, 10, 0)),
              "2026-09-21 23:50:00 to 2026-09-22 00:10:00Z");
}

TEST(TimeText, OfADurationKeepsTwoUnits) {
    EXPECT_EQ(duration_text(Duration::zero()), "0 s");
    EXPECT_EQ(duration_text(microseconds{900}), "0 ms");
    EXPECT_EQ(duration_text(milliseconds{420}), "420 ms");
    EXPECT_EQ(duration_text(milliseconds{12900}), "12 s");
    EXPECT_EQ(duration_text(seconds{250}), "4 min 10 s");
    EXPECT_EQ(duration_text(minutes{4}), "4 min");
    EXPECT_EQ(duration_text(minutes{125} + seconds{59}), "2 h 5 min");
    EXPECT_EQ(duration_text(hours{76}), "3 d 4 h");
    EXPECT_EQ(duration_text(-seconds{250}), "-4 min 10 s");
}

TEST(TimeText, OfAnIntervalIsRounded) {
    EXPECT_EQ(interval_text(Duration::zero()), "0 s");
    EXPECT_EQ(interval_text(milliseconds{40}), "0 s");
    EXPECT_EQ(interval_text(milliseconds{449}), "0.4 s");
    EXPECT_EQ(interval_text(milliseconds{450}), "0.5 s");
    EXPECT_EQ(interval_text(milliseconds{1040}), "1 s");
    EXPECT_EQ(interval_text(milliseconds{9960}), "10 s");
    EXPECT_EQ(interval_text(milliseconds{299700}), "300 s");
    EXPECT_EQ(interval_text(seconds{900}), "15 min");
}

TEST(TimeText, OfTwoIntervalsHasOneUnit) {
    EXPECT_EQ(interval_text(seconds{1034}, seconds{526}), "17 min 14 s");
    EXPECT_EQ(interval_text(seconds{526}, seconds{1034}), "8 min 46 s");
    EXPECT_EQ(interval_text(seconds{410}, seconds{526}), "410 s");
    EXPECT_EQ(interval_text(milliseconds{40}, seconds{1034}), "0 s");
}

TEST(TimeText, SecondsOfADurationHaveThreeDecimals) {
    EXPECT_EQ(seconds_of(microseconds{1500400}), 1.5);
    EXPECT_EQ(seconds_of(microseconds{1500600}), 1.501);
}

}  // namespace
}  // namespace sensor::report
