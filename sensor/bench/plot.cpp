#include "sensor/bench/plot.h"

#include <iomanip>
#include <sstream>

#include "sensor/bench/bench.h"
#include "sensor/bench/svg.h"

namespace sensor::bench {
namespace {

constexpr double kNano = 1e9;
constexpr double kMega = 1e6;

std::string fixed(double value, int digits) {
    std::ostringstream text;
    text << std::fixed << std::setprecision(digits) << value;
    return text.str();
}

double rate_of(const ModeResult& mode) {
    return kNano / mode.nanoseconds().median / kMega;
}

/// What each mode of a case adds to the one before, the bare loop left out.
ChartRow stage_row(const CaseResult& result) {
    ChartRow row{.label = name_of(result.what), .bars = {{}}, .notes = {}};
    double before = 0;
    for (const ModeResult& mode : result.modes) {
        if (mode.mode == Mode::kBare) continue;
        const double now = mode.nanoseconds().median;
        const auto series = static_cast<std::size_t>(mode.mode) - 1;
        row.bars.front().push_back({.series = series, .value = now - before});
        before = std::max(before, now);
    }
    row.notes = {fixed(before, 0) + " ns"};
    return row;
}

BarChart stage_chart(const Report& report) {
    BarChart chart{
        .title = "What each stage costs",
        .axis = "CPU time a frame, nanoseconds",
        .series = {"receive", "decode", "flow", "identify", "attribute", "judge", "tell"},
        .rows = {}};
    for (const CaseResult& result : report.cases) {
        if (result.find(Mode::kDecode) != nullptr) chart.rows.push_back(stage_row(result));
    }
    return chart;
}

BarChart rate_chart(const Report& report) {
    BarChart chart{.title = "Frames a second on one core",
                   .axis = "million frames a second",
                   .series = {"bare loop", "whole sensor", "whole sensor, no loss"},
                   .rows = {}};
    for (const CaseResult& result : report.cases) {
        const ModeResult* bare = result.find(Mode::kBare);
        const ModeResult* whole = result.find(Mode::kWhole);
        if (bare == nullptr || whole == nullptr) continue;
        ChartRow row{.label = name_of(result.what), .bars = {}, .notes = {}};
        row.bars.push_back({{.series = 0, .value = rate_of(*bare)}});
        row.notes.push_back(fixed(rate_of(*bare), 1));
        row.bars.push_back({{.series = 1, .value = rate_of(*whole)}});
        row.notes.push_back(fixed(rate_of(*whole), 2) + ", ratio " + fixed(*result.ratio(), 2));
        if (result.search) {
            row.bars.push_back({{.series = 2, .value = result.search->rate / kMega}});
            row.notes.push_back(fixed(result.search->rate / kMega, 2));
        }
        chart.rows.push_back(std::move(row));
    }
    return chart;
}

BarChart session_chart(const Report& report) {
    BarChart chart{.title = "New sessions identified on one core",
                   .axis = "million sessions a second",
                   .series = {"whole sensor"},
                   .rows = {}};
    for (const CaseResult& result : report.cases) {
        const auto rate = result.sessions_per_second();
        if (!rate) continue;
        chart.rows.push_back({.label = name_of(result.what),
                              .bars = {{{.series = 0, .value = *rate / kMega}}},
                              .notes = {fixed(*rate / kMega, 3)}});
    }
    return chart;
}

}  // namespace

std::string plot_of(const Report& report) {
    const Machine& machine = report.machine;
    std::string subtitle =
        machine.cpu + ", core about " + fixed(machine.core_cycles_per_second / kMega, 0) + " MHz";
    if (machine.memory) {
        subtitle += ", memory " + fixed(machine.memory->nanoseconds, 0) + " ns a dependent load";
    }
    subtitle += "; medians of " + std::to_string(report.runs) + " interleaved runs";
    return svg_of("offport " + report.version + ", one worker", subtitle,
                  {stage_chart(report), rate_chart(report), session_chart(report)});
}

}  // namespace sensor::bench
