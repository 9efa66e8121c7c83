// offport top: one look at a daemon as text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sensor/commands/top_problems.h"
#include "sensor/commands/top_view.h"
#include "sensor/report/style.h"

namespace sensor::commands {

/// What is around the numbers.
struct Frame {
    std::string where{};   ///< "127.0.0.1:9469"
    std::string clock{};   ///< when the last sample was taken, "07:02:11Z"
    std::string up_for{};  ///< "3 h 5 min"; empty if it is not known
    std::string away{};    ///< why there is no newer sample; empty if there is
    bool is_utf8 = false;  ///< whether bars may be drawn
    std::vector<double>
        packets_before{};  ///< a second, the oldest first; drawn beside those of now
};

/// Lines of at most `style.width` columns, without line feeds. Sections are in a fixed order;
/// ports, cores, protocols, findings, records and identity are always there.
[[nodiscard]] std::vector<std::string> lines_of(const View& view,
                                                const std::vector<Problem>& problems,
                                                const Frame& frame, const report::Style& style);

/// The first of `lines`, so that they fit into `rows`; the last one says how many do not. 0 rows:
/// all.
[[nodiscard]] std::string page_of(const std::vector<std::string>& lines, std::size_t rows);

}  // namespace sensor::commands
