// Bar charts as SVG, by hand: no more of it than a report needs. Cold path.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sensor::bench {

/// One row of a chart: bars one above the other, each of pieces end to end.
struct ChartRow {
    std::string label;
    struct Piece {
        std::size_t series = 0;  ///< which of the chart's
        double value = 0;        ///< below zero counts as zero
    };
    std::vector<std::vector<Piece>> bars;
    std::vector<std::string> notes;  ///< behind each bar
};

/// Horizontal bars over one axis that begins at zero.
struct BarChart {
    std::string title;
    std::string axis;  ///< what is measured, and its unit
    std::vector<std::string> series;
    std::vector<ChartRow> rows;
};

/// One picture with the charts below each other under `title` and `subtitle`.
[[nodiscard]] std::string svg_of(std::string_view title, std::string_view subtitle,
                                 const std::vector<BarChart>& charts);

}  // namespace sensor::bench
