#include "lib/metrics/exposition.h"

#include <locale>

#include <gtest/gtest.h>

#include "tests/unit/lib/sample_families.h"

namespace metrics {
namespace {

TEST(Exposition, WritesEveryTypeAsTheFormatSays) {
    EXPECT_EQ(exposition(sample_families()),
              R"(# HELP rx_packets_total Packets received.
# TYPE rx_packets_total counter
rx_packets_total{port="0",queue="1"} 4503599627370497
rx_packets_total{port="1"} 0
# HELP answers_total Backslash \\, "quote",\nand a second line.
# TYPE answers_total counter
answers_total{said="a\\b\"c\nd"} 1
answers_total{said=""} 2
answers_total{said="grüß"} 3
# HELP fill_ratio Gauges of all kinds.
# TYPE fill_ratio gauge
fill_ratio 0.1
fill_ratio{is="nothing"} Nan
fill_ratio{is="too much"} +Inf
fill_ratio{is="too little"} -Inf
fill_ratio{is="large"} 1e+300
# HELP burst_packets Packets a burst.
# TYPE burst_packets histogram
burst_packets_count{worker="0"} 4
burst_packets_sum{worker="0"} 10
burst_packets_bucket{worker="0",le="1"} 2
burst_packets_bucket{worker="0",le="2"} 2
burst_packets_bucket{worker="0",le="4"} 3
burst_packets_bucket{worker="0",le="+Inf"} 4
# HELP wait_seconds Time in the ring.
# TYPE wait_seconds histogram
wait_seconds_count 3
wait_seconds_sum 1.201e-06
wait_seconds_bucket{le="1e-09"} 1
wait_seconds_bucket{le="1e-06"} 3
wait_seconds_bucket{le="+Inf"} 3
)");
}

TEST(Exposition, OfNothingIsEmpty) {
    EXPECT_EQ(exposition({}), "");
    EXPECT_EQ(exposition({{"a", "No series.", Type::kGauge, {}, {}}}), "");
}

TEST(Exposition, WritesNumbersAlikeInEveryLocale) {
    struct Comma : std::numpunct<char> {
        [[nodiscard]] char do_decimal_point() const override { return ','; }
        [[nodiscard]] char do_thousands_sep() const override { return '.'; }
        [[nodiscard]] std::string do_grouping() const override { return "\3"; }
    };
    const std::string before = exposition(sample_families());

    const std::locale previous = std::locale::global(std::locale{std::locale{}, new Comma});
    const std::string after = exposition(sample_families());
    std::locale::global(previous);

    EXPECT_EQ(after, before);
}

Family family(std::string name, Type type, std::vector<Sample> samples = {}) {
    return {std::move(name), "Help.", type, std::move(samples), {}};
}

std::string objection_to(const Family& one) {
    return objection({one}).value_or("none");
}

TEST(Objection, HasNoneToGoodFamilies) {
    EXPECT_EQ(objection(sample_families()), std::nullopt);
    EXPECT_EQ(objection({}), std::nullopt);
    EXPECT_EQ(objection_to(family("_a:B_9", Type::kGauge, {{{{"_b9", ""}}, 0}})), "none");
}

TEST(Objection, NamesAreOfTheFormat) {
    for (const std::string name : {"", "9a", "a-b", "a b", "a.b", "gr\u00fc\u00df", "a\n"})
        EXPECT_EQ(objection_to(family(name, Type::kGauge)), "\"" + name + "\" is no metric name");
    for (const std::string name : {"", "9a", "a:b", "a-b", "__a", "gr\u00fc\u00df"})
        EXPECT_EQ(objection_to(family("a", Type::kGauge, {{{{name, "1"}}, 0}})),
                  "a: \"" + name + "\" is no label name");
}

TEST(Objection, NamesTellTheType) {
    EXPECT_EQ(objection_to(family("a", Type::kCounter)),
              "a is a counter and does not end in _total");
    EXPECT_EQ(objection_to(family("a_total", Type::kCounter)), "none");
    EXPECT_EQ(objection_to(family("a_total", Type::kGauge)),
              "a_total ends in _total and is no counter");
    EXPECT_EQ(objection_to(family("a_total_b", Type::kGauge)), "none");
    EXPECT_EQ(objection_to(family("a_count", Type::kGauge)),
              "a_count ends in _count, as a histogram's series do");
    EXPECT_EQ(objection_to({"a", "", Type::kGauge, {}, {}}), "a has no help");
}

TEST(Objection, TextsAreUtf8) {
    EXPECT_EQ(objection_to(family("a", Type::kGauge, {{{{"x", "caf\xe9"}}, 0}})),
              "a: the value of the label x is no UTF-8");
    EXPECT_EQ(objection_to({"a", "caf\xe9", Type::kGauge, {}, {}}), "a: the help is no UTF-8");
    EXPECT_EQ(objection_to({"a", "caf\u00e9", Type::kGauge, {}, {}}), "none");
}

TEST(Objection, SeriesDiffer) {
    EXPECT_EQ(objection({family("a", Type::kGauge), family("a", Type::kGauge)}),
              "a is there twice");
    EXPECT_EQ(objection_to(family("a", Type::kGauge, {{{}, 1}, {{}, 2}})),
              "a has two series with the same labels");
    EXPECT_EQ(objection_to(family("a", Type::kGauge,
                                  {{{{"x", "1"}, {"y", "2"}}, 1}, {{{"y", "2"}, {"x", "1"}}, 1}})),
              "a has two series with the same labels");
    EXPECT_EQ(objection_to(family("a", Type::kGauge, {{{{"x", "1"}, {"x", "2"}}, 1}})),
              "a has the label x twice in one series");
    EXPECT_EQ(objection_to(family("a", Type::kGauge, {{{{"x", "1"}}, 1}, {{{"x", "2"}}, 1}})),
              "none");
}

TEST(Objection, HistogramsAscend) {
    const auto histogram = [](std::vector<Distribution::Bucket> buckets) {
        return Family{"a", "Help.", Type::kHistogram, {}, {{{}, std::move(buckets), 0, 0}}};
    };
    constexpr double kInfinity = std::numeric_limits<double>::infinity();

    EXPECT_EQ(objection_to(histogram({{1, 0}, {2, 0}})), "none");
    EXPECT_EQ(objection_to(histogram({})), "none");
    for (const double second : {1.0, 0.5, kInfinity, std::numeric_limits<double>::quiet_NaN()})
        EXPECT_EQ(objection_to(histogram({{1, 0}, {second, 0}})),
                  "a: the bounds are not finite and ascending");
    EXPECT_EQ(objection_to({"a", "Help.", Type::kHistogram, {}, {{{{"le", "1"}}, {}, 0, 0}}}),
              "a: \"le\" is no label name");
    EXPECT_EQ(objection_to(family("a", Type::kHistogram, {{{}, 1}})),
              "a has series of another type than its own");
}

}  // namespace
}  // namespace metrics
