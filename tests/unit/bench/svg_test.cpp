#include "sensor/bench/svg.h"

#include <gtest/gtest.h>

namespace sensor::bench {
namespace {

std::size_t occurrences(const std::string& text, std::string_view what) {
    std::size_t count = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
        ++count;
    return count;
}

BarChart chart() {
    return {.title = "Cost",
            .axis = "ns",
            .series = {"a & b", "c"},
            .rows = {{.label = "x < y",
                      .bars = {{{.series = 0, .value = 3}, {.series = 1, .value = 4}}},
                      .notes = {"7 ns"}}}};
}

TEST(Svg, DrawsEveryPieceAndItsKey) {
    const std::string picture = svg_of("title", "subtitle", {chart()});

    EXPECT_TRUE(picture.starts_with("<svg "));
    EXPECT_TRUE(picture.ends_with("</svg>\n"));
    EXPECT_EQ(occurrences(picture, "<rect"), 1U + 2U + 2U);  // ground, pieces, keys
    for (const char* word : {">title<", ">subtitle<", ">Cost<", ">ns<", ">7 ns<"})
        EXPECT_EQ(occurrences(picture, word), 1U) << word;
}

TEST(Svg, EscapesWhatXmlWouldTakeForItsOwn) {
    const std::string picture = svg_of("<&>", "", {chart()});

    EXPECT_NE(picture.find("&lt;&amp;&gt;"), std::string::npos);
    EXPECT_NE(picture.find("x &lt; y"), std::string::npos);
}

TEST(Svg, LeavesChartsWithoutRowsOut) {
    BarChart empty = chart();
    empty.rows.clear();

    EXPECT_EQ(svg_of("t", "s", {empty}).find("Cost"), std::string::npos);
}

TEST(Svg, NegativeValuesTakeNoRoom) {
    BarChart negative = chart();
    negative.rows.front().bars.front().back().value = -5;

    EXPECT_EQ(svg_of("t", "s", {negative}).find("width=\"-"), std::string::npos);
}

}  // namespace
}  // namespace sensor::bench
