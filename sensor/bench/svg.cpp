#include "sensor/bench/svg.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iomanip>
#include <sstream>

namespace sensor::bench {
namespace {

// Pixels.
constexpr double kWidth = 1000;
constexpr double kMargin = 20;
constexpr double kLabels = 250;  // what stands in front of the bars
constexpr double kNotes = 90;    // and behind them
constexpr double kBar = 14;
constexpr double kRowGap = 8;
constexpr double kLine = 20;

/// Okabe and Ito's colours, which stay distinct for eyes that see few.
constexpr std::array<std::string_view, 8> kColors{"#999999", "#56b4e9", "#009e73", "#e69f00",
                                                  "#0072b2", "#cc79a7", "#d55e00", "#f0e442"};

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            default: out += c;
        }
    }
    return out;
}

class Canvas {
  public:
    void text(double x, double y, std::string_view words, std::string_view attributes = {}) {
        out_ << "<text x=\"" << x << "\" y=\"" << y << "\" " << attributes << ">" << escaped(words)
             << "</text>\n";
    }
    void bar(double x, double y, double width, std::size_t series) {
        out_ << "<rect x=\"" << x << "\" y=\"" << y << "\" width=\"" << width << "\" height=\""
             << kBar << "\" fill=\"" << kColors[series % kColors.size()] << "\"/>\n";
    }
    void line(double x, double top, double bottom) {
        out_ << "<line x1=\"" << x << "\" y1=\"" << top << "\" x2=\"" << x << "\" y2=\"" << bottom
             << "\" stroke=\"#dddddd\"/>\n";
    }
    [[nodiscard]] std::string picture(double height) const {
        std::ostringstream whole;
        whole << "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" << kWidth << "\" height=\""
              << height << "\" viewBox=\"0 0 " << kWidth << ' ' << height
              << "\" font-family=\"sans-serif\" font-size=\"12\">\n"
              << "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
              << out_.str() << "</svg>\n";
        return whole.str();
    }

  private:
    std::ostringstream out_;
};

double length_of(const std::vector<ChartRow::Piece>& bar) {
    double sum = 0;
    for (const ChartRow::Piece& piece : bar)
        sum += std::max(piece.value, 0.0);
    return sum;
}

/// Steps of 1, 2 or 5 times a power of ten, about six along the axis.
double step_of(double most) {
    constexpr double kSteps = 6;
    const double rough = most / kSteps;
    const double power = std::pow(10, std::floor(std::log10(rough)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (rough <= factor * power) return factor * power;
    }
    return 10 * power;
}

std::string number_text(double value) {
    std::ostringstream text;
    text << value;
    return text.str();
}

/// Draws one chart from `top` on; returns where it ends.
class ChartPainter {
  public:
    ChartPainter(Canvas& canvas, const BarChart& chart) : canvas_{canvas}, chart_{chart} {
        double most = 0;
        for (const ChartRow& row : chart.rows) {
            for (const auto& bar : row.bars)
                most = std::max(most, length_of(bar));
        }
        if (most <= 0) most = 1;
        step_ = step_of(most);
        end_ = std::ceil(most / step_) * step_;
    }

    double paint(double top) {
        canvas_.text(kMargin, top, chart_.title, "font-size=\"15\" font-weight=\"bold\"");
        paint_legend(top + kLine);
        const double begin = top + 1.6 * kLine;
        double bottom = begin;
        for (const ChartRow& row : chart_.rows)
            bottom += height_of(row);
        for (double value = 0; value <= end_ + step_ / 2; value += step_) {
            canvas_.line(x_of(value), begin, bottom);
            canvas_.text(x_of(value), bottom + kLine * 0.75, number_text(value),
                         "text-anchor=\"middle\" fill=\"#555555\"");
        }
        canvas_.text(x_of(end_ / 2), bottom + kLine * 1.6, chart_.axis,
                     "text-anchor=\"middle\" fill=\"#555555\"");
        double y = begin;
        for (const ChartRow& row : chart_.rows) {
            paint_row(row, y);
            y += height_of(row);
        }
        return bottom + kLine * 3.2;
    }

  private:
    static double height_of(const ChartRow& row) {
        return static_cast<double>(row.bars.size()) * kBar + kRowGap;
    }
    [[nodiscard]] double x_of(double value) const {
        constexpr double kLeft = kMargin + kLabels;
        return kLeft + value / end_ * (kWidth - kLeft - kNotes - kMargin);
    }
    void paint_legend(double y) {
        constexpr double kPerLetter = 7.5;
        double x = kMargin + kLabels;
        for (std::size_t series = 0; series < chart_.series.size(); ++series) {
            canvas_.bar(x, y - kBar + 3, kBar, series);
            canvas_.text(x + kBar + 4, y, chart_.series[series]);
            x += kBar + 20 + kPerLetter * static_cast<double>(chart_.series[series].size());
        }
    }
    void paint_row(const ChartRow& row, double y) {
        canvas_.text(kMargin + kLabels - 8, y + kRowGap / 2 + kBar * 0.8, row.label,
                     "text-anchor=\"end\"");
        y += kRowGap / 2;
        for (std::size_t i = 0; i < row.bars.size(); ++i, y += kBar) {
            double value = 0;
            for (const ChartRow::Piece& piece : row.bars[i]) {
                const double longer = value + std::max(piece.value, 0.0);
                canvas_.bar(x_of(value), y, x_of(longer) - x_of(value), piece.series);
                value = longer;
            }
            if (i < row.notes.size()) canvas_.text(x_of(value) + 5, y + kBar * 0.8, row.notes[i]);
        }
    }

    Canvas& canvas_;
    const BarChart& chart_;
    double step_ = 1;
    double end_ = 1;
};

}  // namespace

std::string svg_of(std::string_view title, std::string_view subtitle,
                   const std::vector<BarChart>& charts) {
    Canvas canvas;
    canvas.text(kMargin, kLine * 1.5, title, "font-size=\"18\" font-weight=\"bold\"");
    canvas.text(kMargin, kLine * 2.5, subtitle, "fill=\"#555555\"");
    double y = kLine * 4;
    for (const BarChart& chart : charts) {
        if (!chart.rows.empty()) y = ChartPainter{canvas, chart}.paint(y);
    }
    return canvas.picture(y);
}

}  // namespace sensor::bench
