#include <string>

#include <gtest/gtest.h>

#include "sensor/commands/top_json.h"
#include "sensor/commands/top_numbers.h"
#include "sensor/commands/top_problems.h"
#include "sensor/commands/top_table.h"
#include "sensor/commands/top_text.h"
#include "sensor/commands/top_view.h"

namespace sensor::commands {
namespace {

Scrape scrape_of(std::string_view text, int seconds) {
    auto series = metrics::read_exposition(text);
    EXPECT_TRUE(series) << series.error().message;
    return {Scrape::Clock::time_point{std::chrono::seconds{seconds}}, std::move(*series)};
}

/// What is seen at 10 and at 12 seconds.
View view_between(std::string_view before, std::string_view after) {
    const Scrape first = scrape_of(before, 10);
    const Scrape second = scrape_of(after, 12);
    return view_of(Change{first, second});
}

std::vector<std::string> texts_of(const View& view) {
    std::vector<std::string> texts;
    for (const Problem& problem : problems_of(view))
        texts.push_back(std::string{name_of(problem.grade)} + ": " + problem.text);
    return texts;
}

TEST(TopChange, IsWhatWasAddedASecond) {
    const Scrape before = scrape_of("offport_a_total{port=\"0\"} 10\nother 1\n", 10);
    const Scrape after =
        scrape_of("offport_a_total{port=\"0\"} 16\noffport_a_total{port=\"1\"} 4\nother 9\n", 12);
    const Change change{before, after};

    EXPECT_EQ(change.seconds(), 2);
    EXPECT_EQ(change.rate("a_total").per_second, 5);  // a new series counted from zero
    EXPECT_EQ(change.rate("a_total").total, 20);
    EXPECT_EQ(change.rate("a_total", {{"port", "0"}}).per_second, 3);
    EXPECT_EQ(change.rate("a_total", {{"port", "2"}}).total, 0);
    EXPECT_EQ(change.rate("a_total", {{"queue", "0"}}).total, 0);
    EXPECT_EQ(change.values("a_total", "port"), (std::vector<std::string>{"0", "1"}));
    EXPECT_FALSE(change.has("other"));
    EXPECT_FALSE(change.is_new_daemon());
}

TEST(TopChange, OfACounterThatFellIsWhatItHasCountedSince) {
    const Scrape before = scrape_of("offport_a_total 100\n", 10);
    const Scrape after = scrape_of("offport_a_total 6\n", 12);

    EXPECT_EQ(Change(before, after).rate("a_total").per_second, 3);
}

TEST(TopChange, OfANewDaemonIsAllThatItCounted) {
    const Scrape before = scrape_of("offport_start_time_seconds 5\noffport_a_total 4\n", 10);
    const Scrape after = scrape_of("offport_start_time_seconds 11\noffport_a_total 6\n", 12);
    const Change change{before, after};

    EXPECT_TRUE(change.is_new_daemon());
    EXPECT_EQ(change.rate("a_total").per_second, 3);
}

TEST(TopChange, HasNoRateWithoutTimeAndNoneOfWhatIsNoNumber) {
    const Scrape before = scrape_of("offport_a_total 1\n", 10);
    const Scrape after = scrape_of("offport_a_total 2\noffport_b NaN\noffport_b{c=\"\"} 2\n", 10);
    const Change change{before, after};

    EXPECT_EQ(change.rate("a_total").per_second, 0);
    EXPECT_EQ(change.now("b"), 2);
}

TEST(TopChange, FindsTheHighestBucketInWhichAnythingFell) {
    const auto buckets = [](int low, int middle, int high) {
        const auto one = [](const char* bound, int count) {
            return "offport_a_bucket{ring=\"r\",le=\"" + std::string{bound} + "\"} " +
                   std::to_string(count) + "\n";
        };
        return one("0", low) + one("0.25", middle) + one("1", high) + one("+Inf", high);
    };
    const auto highest = [](const std::string& from, const std::string& to) {
        const Scrape before = scrape_of(from, 10);
        const Scrape after = scrape_of(to, 12);
        return Change{before, after}.highest("a", {{"ring", "r"}});
    };

    EXPECT_EQ(highest(buckets(1, 2, 3), buckets(1, 2, 3)), std::nullopt);
    EXPECT_EQ(highest(buckets(1, 2, 3), buckets(2, 3, 4)), 0);
    EXPECT_EQ(highest(buckets(1, 2, 3), buckets(1, 3, 4)), 0.25);
    EXPECT_EQ(highest(buckets(1, 2, 3), buckets(9, 10, 12)), 1);
}

constexpr std::string_view kBefore =
    "offport_build_info{version=\"1.2\",dpdk=\"22.11\",hyperscan=\"5.4\"} 1\n"
    "offport_start_time_seconds 100\n"
    "offport_port_up{port=\"eth1\"} 1\n"
    "offport_received_packets_total{port=\"eth1\"} 1000\n"
    "offport_received_bytes_total{port=\"eth1\"} 5000\n"
    "offport_missed_packets_total{port=\"eth1\"} 0\n"
    "offport_burst_duration_seconds_sum{core=\"0\"} 1\n"
    "offport_burst_packets_count{core=\"0\"} 10\n"
    "offport_burst_packets_sum{core=\"0\"} 1000\n"
    "offport_sessions_total{worker=\"0\"} 5\n"
    "offport_sessions_active{worker=\"0\"} 5\n"
    "offport_sessions_limit{worker=\"0\"} 1000\n"
    "offport_sessions_by_protocol_total{protocol=\"dns\"} 100\n"
    "offport_sessions_by_protocol_total{protocol=\"tls\"} 1\n"
    "offport_finding_revisions_total{severity=\"high\"} 1\n"
    "offport_identity_events_total{feed=\"csv\",outcome=\"accepted\"} 0\n"
    "offport_identity_events_total{feed=\"intune\",outcome=\"accepted\"} 1\n"
    "offport_identity_journal_failing 0\n"
    "offport_sink_up{sink=\"siem\"} 1\n"
    "offport_sink_records_total{sink=\"siem\",outcome=\"written\"} 1\n"
    "offport_sink_records_total{sink=\"siem\",outcome=\"spool_full\"} 0\n"
    "offport_sink_records_waiting{sink=\"siem\"} 0\n";
constexpr std::string_view kAfter =
    "offport_build_info{version=\"1.2\",dpdk=\"22.11\",hyperscan=\"5.4\"} 1\n"
    "offport_start_time_seconds 100\n"
    "offport_port_up{port=\"eth1\"} 1\n"
    "offport_received_packets_total{port=\"eth1\"} 3000\n"
    "offport_received_bytes_total{port=\"eth1\"} 6000\n"
    "offport_missed_packets_total{port=\"eth1\"} 240\n"
    "offport_burst_duration_seconds_sum{core=\"0\"} 2\n"
    "offport_burst_packets_count{core=\"0\"} 110\n"
    "offport_burst_packets_sum{core=\"0\"} 3000\n"
    "offport_sessions_total{worker=\"0\"} 15\n"
    "offport_sessions_active{worker=\"0\"} 250\n"
    "offport_sessions_limit{worker=\"0\"} 1000\n"
    "offport_sessions_by_protocol_total{protocol=\"dns\"} 100\n"
    "offport_sessions_by_protocol_total{protocol=\"tls\"} 5\n"
    "offport_finding_revisions_total{severity=\"high\"} 3\n"
    "offport_identity_events_total{feed=\"csv\",outcome=\"accepted\"} 0\n"
    "offport_identity_events_total{feed=\"intune\",outcome=\"accepted\"} 5\n"
    "offport_identity_journal_failing 1\n"
    "offport_sink_up{sink=\"siem\"} 0\n"
    "offport_sink_records_total{sink=\"siem\",outcome=\"written\"} 5\n"
    "offport_sink_records_total{sink=\"siem\",outcome=\"spool_full\"} 1000\n"
    "offport_sink_records_waiting{sink=\"siem\"} 7\n";

TEST(TopView, HasPortsCoresAndProtocols) {
    const View view = view_between(kBefore, kAfter);

    EXPECT_EQ(view.version, "1.2");
    EXPECT_FALSE(view.is_inline);
    ASSERT_EQ(view.ports.size(), 1U);
    EXPECT_EQ(view.ports[0].name, "eth1");
    EXPECT_TRUE(view.ports[0].is_up);
    EXPECT_EQ(view.ports[0].packets.per_second, 1000);
    EXPECT_EQ(view.ports[0].bits_per_second, 4000);
    EXPECT_EQ(view.ports[0].dropped().per_second, 120);
    EXPECT_EQ(view.ports[0].dropped().total, 240);
    ASSERT_EQ(view.cores.size(), 1U);
    EXPECT_EQ(view.cores[0].name, "0");
    EXPECT_TRUE(view.cores[0].is_worker);
    EXPECT_EQ(view.cores[0].busy, 0.5);
    EXPECT_EQ(view.cores[0].packets_per_second, 1000);
    EXPECT_EQ(view.cores[0].packets_per_burst, 20);
    EXPECT_EQ(view.cores[0].new_sessions.per_second, 5);
    EXPECT_EQ(view.cores[0].table(), 0.25);
    ASSERT_EQ(view.protocols.size(), 2U);
    EXPECT_EQ(view.protocols[0].name, "tls");  // the most frequent now
    EXPECT_EQ(view.protocols[0].rate.per_second, 2);
    EXPECT_EQ(view.findings[0].name, "high");
    EXPECT_EQ(view.findings[0].rate.per_second, 1);
}

TEST(TopView, HasOutputsAndTheFeedsThatWereHeard) {
    const View view = view_between(kBefore, kAfter);

    ASSERT_EQ(view.feeds.size(), 1U);
    EXPECT_EQ(view.feeds[0].name, "intune");
    EXPECT_EQ(view.feeds[0].accepted.per_second, 2);
    ASSERT_EQ(view.outputs.size(), 1U);
    EXPECT_EQ(view.outputs[0].name, "siem");
    EXPECT_FALSE(view.outputs[0].is_up);
    EXPECT_EQ(view.outputs[0].written.per_second, 2);
    EXPECT_EQ(view.outputs[0].lost.per_second, 500);
    EXPECT_EQ(view.outputs[0].waiting, 7);
    ASSERT_TRUE(view.journal);
    EXPECT_TRUE(view.journal->is_failing);
}

TEST(TopProblems, AreRankedTheWorstFirst) {
    View view = view_between(kBefore, kAfter);
    view.ports.push_back({.name = "eth2"});
    view.suppressed.per_second = 3;

    EXPECT_EQ(texts_of(view),
              (std::vector<std::string>{
                  "blind: port eth2 is down: it sees nothing",
                  "losing: LOSING records of output siem: 500/s",
                  "losing: LOSING packets on port eth1: 120/s dropped by the card or the kernel; "
                  "add workers",
                  "failing: output siem takes nothing: 7 records wait for it",
                  "failing: the disk of the identity journal fails; see to `state` in sensor.yaml",
                  "strained: findings are not told: 3/s beyond AlertLimits"}));
}

TEST(TopProblems, AreNotWhatIsOver) {
    EXPECT_EQ(texts_of(view_between(kBefore, kBefore)), std::vector<std::string>{});
    View view = view_between(kAfter, kAfter);
    view.outputs.clear();
    view.journal.reset();
    EXPECT_EQ(texts_of(view), std::vector<std::string>{});
}

TEST(TopNumbers, HaveThreeDigitsThatCount) {
    EXPECT_EQ(rate_text(0), "0");
    EXPECT_EQ(rate_text(-1), "0");
    EXPECT_EQ(rate_text(0.01), "<0.1");
    EXPECT_EQ(rate_text(0.5), "0.5");
    EXPECT_EQ(rate_text(7), "7");
    EXPECT_EQ(rate_text(12.34), "12.3");
    EXPECT_EQ(rate_text(99.96), "100");
    EXPECT_EQ(rate_text(999.4), "999");
    EXPECT_EQ(rate_text(999.6), "1.0k");
    EXPECT_EQ(rate_text(14'880'952), "14.9M");
    EXPECT_EQ(rate_text(1e10), "10.0G");
    EXPECT_EQ(count_text(9'999), "9,999");
    EXPECT_EQ(count_text(10'000), "10.0k");
    EXPECT_EQ(share_text(0), "0%");
    EXPECT_EQ(share_text(0.001), "<1%");
    EXPECT_EQ(share_text(0.519), "51%");
    EXPECT_EQ(share_text(1), "100%");
}

TEST(TopTable, LeavesOutColumnsWithoutRoom) {
    Table table{{"port", "packets/s", "lost"}};
    table.add({"a", "1", "22"});
    table.add({"eth1", "12345678901", "0"});
    const auto lines = [&](int width) {
        std::vector<std::string> all;
        table.append_to(all, {.width = width});
        return all;
    };

    EXPECT_EQ(lines(24),
              (std::vector<std::string>{"port    packets/s  lost", "a               1    22",
                                        "eth1  12345678901     0"}));
    EXPECT_EQ(lines(22), (std::vector<std::string>{"port    packets/s", "a               1",
                                                   "eth1  12345678901"}));
    EXPECT_EQ(lines(3), (std::vector<std::string>{"...", "a  ", "..."}));
}

TEST(TopTable, CutsWholeCharacters) {
    EXPECT_EQ(cut_to("abcdef", 6), "abcdef");
    EXPECT_EQ(cut_to("abcdefg", 6), "abc...");
    EXPECT_EQ(cut_to("ab\u00fc\u00fcefg", 6), "ab\u00fc...");
    EXPECT_EQ(cut_to("abcdefg", 2), "..");
}

std::string page(const View& view, const Frame& frame, int width) {
    return page_of(lines_of(view, problems_of(view), frame, {.width = width}), 0);
}

TEST(TopText, IsAsWideAsItMayBe) {
    const View view = view_between(kBefore, kAfter);
    for (const int width : {60, 80, 120}) {
        for (const std::string& line :
             lines_of(view, problems_of(view), {.where = "127.0.0.1:9469", .clock = "07:02:11Z"},
                      {.width = width})) {
            EXPECT_LE(report::columns_of(line), static_cast<std::size_t>(width)) << line;
        }
    }
}

TEST(TopText, ShowsOneLookAsIs) {
    const Frame frame{.where = "127.0.0.1:9469", .clock = "07:02:11Z", .up_for = "2 min"};
    EXPECT_EQ(page(view_between(kBefore, kAfter), frame, 80),
              R"(offport 1.2 at 127.0.0.1:9469, up 2 min                       07:02:11Z over 2 s
! LOSING records of output siem: 500/s
! LOSING packets on port eth1: 120/s dropped by the card or the kernel; add w...
! output siem takes nothing: 7 records wait for it
! the disk of the identity journal fails; see to `state` in sensor.yaml
  traffic   1.0k packets/s, 4.0k bits/s; 0 not decoded
  findings  3 (1/s) high, 0 medium, 0 low, 0 info; 0 suppressed, 0 withdrawn; 0
            behaviours open
  records   0/s, 0 written, 0 lost; 0 wait to be judged
  identity  0 devices; the journal FAILS

port  link  packets/s  bits/s  lost/s  received  lost
eth1    up       1.0k    4.0k     120     3,000   240

core       busy              packets/s  a burst  sessions  new/s  table  ring
worker 0  [#####.....]  50%       1.0k       20       250      5    25%    0%

output  state  written/s  lost/s  waiting    spool  written   lost
siem     down          2     500        7  0 bytes        5  1,000

feed    events/s  rejected/s  refused/s  events  rejected  refused
intune         2           0          0       5         0        0

protocol  sessions/s  ended  share
TLS                2      5     4%
DNS                0    100    95%
)");
}

TEST(TopText, SaysThatTheDaemonIsAwayOrNew) {
    View view = view_between(kBefore, kBefore);
    EXPECT_NE(page(view, {}, 80).find("nothing is lost, nothing fails\n"), std::string::npos);
    EXPECT_NE(page(view, {.away = "Connection refused"}, 80)
                  .find("! no answer, these numbers are old: Connection refused\n"),
              std::string::npos);
    view.is_new_daemon = true;
    EXPECT_NE(page(view, {}, 80).find("! the daemon was started anew\n"), std::string::npos);
}

TEST(TopText, MakesNamesHarmless) {
    View view = view_between(kBefore, kBefore);
    view.ports[0].name = "\x1b[2J";
    view.ports[0].is_up = false;
    const std::string text = page(view, {.where = "\x1b"}, 80);
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_NE(text.find("\\x1b[2J"), std::string::npos);
}

TEST(TopText, SaysHowManyLinesHaveNoRoom) {
    EXPECT_EQ(page_of({"a", "b", "c"}, 3), "a\nb\nc\n");
    EXPECT_EQ(page_of({"a", "b", "c"}, 2), "a\nand 2 lines; make the window higher\n");
}

TEST(TopJson, IsOneObject) {
    const View view = view_between(kBefore, kAfter);
    const std::string text = json_of(view, problems_of(view), "2026-09-21T07:02:11.000000Z");

    EXPECT_TRUE(text.starts_with("{\"time\":\"2026-09-21T07:02:11.000000Z\",\"seconds\":2"));
    EXPECT_NE(text.find("{\"grade\":\"losing\",\"text\":\"LOSING records of output siem: 500/s\"}"),
              std::string::npos);
    EXPECT_EQ(text.find('\n'), std::string::npos);
    EXPECT_EQ(json_of_absence("no \"answer\"", "T"),
              "{\"time\":\"T\",\"error\":\"no \\\"answer\\\"\"}");
}

}  // namespace
}  // namespace sensor::commands
