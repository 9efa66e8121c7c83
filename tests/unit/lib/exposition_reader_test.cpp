#include "lib/metrics/exposition_reader.h"

#include <cmath>

#include <gtest/gtest.h>

#include "lib/metrics/exposition.h"
#include "tests/unit/lib/sample_families.h"

namespace metrics {
namespace {

std::string objection_to(std::string_view text, const ReadingLimits& limits = {}) {
    const auto read = read_exposition(text, limits);
    return read ? "" : read.error().message;
}

/// "name{label=value,...} value", as many as there are, in brackets.
std::string told(std::string_view text) {
    const auto read = read_exposition(text);
    if (!read) return read.error().message;
    std::string all;
    for (const Series& series : *read) {
        all += "[" + series.name;
        for (const Label& label : series.labels)
            all += " " + label.name + "=" + label.value;
        all += " " + std::to_string(series.value) + "]";
    }
    return all;
}

TEST(ExpositionReader, TellsNamesLabelsAndValues) {
    EXPECT_EQ(told("# HELP rx_total Packets.\n"
                   "# TYPE rx_total counter\n"
                   "rx_total{port=\"0\",queue=\"1\"} 12\n"
                   "rx_total{port=\"1\"} 0.5\n"
                   "up 1\n"),
              "[rx_total port=0 queue=1 12.000000][rx_total port=1 0.500000][up 1.000000]");
    EXPECT_EQ(told(""), "");
}

TEST(ExpositionReader, UndoesWhatLabelsEscape) {
    EXPECT_EQ(told("a{b=\"\\\\ \\\" \\n } , =\"} 1\n"), "[a b=\\ \" \n } , = 1.000000]");
}

TEST(ExpositionReader, TakesTheFormatsFreedoms) {
    EXPECT_EQ(told("\n"
                   "  \t\n"
                   "# any remark \\ at all\n"
                   "#\n"
                   " a { b = \"c\" , d = \"e\" , }\t1e3   1395066363000 \n"
                   "ns:b{}-2\n"),
              "[a b=c d=e 1000.000000][ns:b -2.000000]");
}

TEST(ExpositionReader, ReadsNumbersOfAllKinds) {
    const auto read = read_exposition("a NaN\nb Nan\nc +Inf\nd -Inf\ne 1e300\nf +3\ng .5\n");
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_TRUE(std::isnan((*read)[0].value));
    EXPECT_TRUE(std::isnan((*read)[1].value));
    EXPECT_EQ((*read)[2].value, std::numeric_limits<double>::infinity());
    EXPECT_EQ((*read)[3].value, -std::numeric_limits<double>::infinity());
    EXPECT_EQ((*read)[4].value, 1e300);
    EXPECT_EQ((*read)[5].value, 3);
    EXPECT_EQ((*read)[6].value, 0.5);
}

TEST(ExpositionReader, ReadsWhatTheExpositionWrites) {
    const auto read = read_exposition(exposition(sample_families()));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->size(), 21U);
    EXPECT_EQ((*read)[0].value, 4'503'599'627'370'497);
    EXPECT_EQ((*read)[2].labels[0].value, "a\\b\"c\nd");
    EXPECT_EQ(read->back().labels[0].value, "+Inf");
}

TEST(ExpositionReader, RefusesNearMissesByLine) {
    const std::pair<std::string_view, std::string_view> near_misses[] = {
        {"a\n", "line 1: a blank is missing behind the metric's name"},
        {"a \n", "line 1: the value is no number"},
        {"a one\n", "line 1: the value is no number"},
        {"a 1x\n", "line 1: the value is no number"},
        {"a 0x10\n", "line 1: the value is no number"},
        {"a ++1\n", "line 1: the value is no number"},
        {"a +-1\n", "line 1: the value is no number"},
        {"a 1e999\n", "line 1: the value is no number"},
        {"a 1 2 3\n", "line 1: nothing may stand behind the value and its time"},
        {"a 1 2.5\n", "line 1: the time behind the value is no whole number"},
        {"ok 1\n9a 1\n", "line 2: a sample must begin with a metric's name"},
        {"a-b 1\n", "line 1: a blank is missing behind the metric's name"},
        {"a{b} 1\n", "line 1: a label needs '=' behind its name"},
        {"a{b=c} 1\n", "line 1: a label's value must be in quotes"},
        {"a{b=\"c} 1\n", "line 1: a label's value has no end"},
        {"a{b=\"c\\t\"} 1\n", "line 1: a backslash in a label's value must be before \\, \" or n"},
        {"a{b=\"c\" d=\"e\"} 1\n", "line 1: ',' or '}' is missing behind a label"},
        {"a{b=\"c\"\n", "line 1: ',' or '}' is missing behind a label"},
        {"a{,} 1\n", "line 1: a label's name, or '}', is missing"},
        {"a{1b=\"c\"} 1\n", "line 1: a label's name, or '}', is missing"},
        {"a{b:c=\"d\"} 1\n", "line 1: a label needs '=' behind its name"},
        {"a{b=\"c\",b=\"d\"} 1\n", "line 1: the label b comes twice"},
        {"a{b=\"\xff\"} 1\n", "line 1: a label's value is not UTF-8"},
        {"a 1\na 2\n", "line 2: this series comes twice"},
        {"a{b=\"}\"} 1\na{b=\"}\"} 1\n", "line 2: this series comes twice"},
        {"# TYPE a count\n", "line 1: a type is counter, gauge, histogram, summary or untyped"},
        {"# TYPE a gauge x\n", "line 1: nothing may stand behind a type"},
        {"# TYPE a gauge\n# TYPE a gauge\n", "line 2: a metric has two types"},
        {"# TYPE\n", "line 1: TYPE wants a metric's name"},
        {"# HELP 1a text\n", "line 1: HELP wants a metric's name"},
        {"# HELP a \\t\n", "line 1: a backslash in a help must be before \\ or n"},
        {"# HELP a \xff\n", "line 1: the help is not UTF-8"},
        {std::string_view{"a\0 1\n", 5}, "line 1: a blank is missing behind the metric's name"},
    };
    for (const auto& [text, why] : near_misses)
        EXPECT_EQ(objection_to(text), why) << text;
}

TEST(ExpositionReader, TakesNoTextThatEndsWithinALine) {
    const std::string whole = exposition(sample_families());
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const std::string cut = whole.substr(0, length);
        const bool ends_a_line = cut.empty() || cut.back() == '\n';
        EXPECT_EQ(read_exposition(cut).has_value(), ends_a_line) << cut;
    }
}

TEST(ExpositionReader, IsBounded) {
    EXPECT_EQ(objection_to("a 1\n", {.most_bytes = 4}), "");
    EXPECT_EQ(objection_to("a 1\n", {.most_bytes = 3}), "the text is longer than 3 bytes");
    EXPECT_EQ(objection_to("a 1\nb 1\n", {.most_series = 2}), "");
    EXPECT_EQ(objection_to("a 1\nb 1\n", {.most_series = 1}), "line 2: there are too many series");
    EXPECT_EQ(objection_to("a{b=\"\",c=\"\"} 1\n", {.most_labels = 2}), "");
    EXPECT_EQ(objection_to("a{b=\"\",c=\"\"} 1\n", {.most_labels = 1}),
              "line 1: there are too many labels");
}

}  // namespace
}  // namespace metrics
