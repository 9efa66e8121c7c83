#include "sensor/commands/top_table.h"

#include <algorithm>

namespace sensor::commands {
namespace {

constexpr std::size_t kGap = 2;          // columns between two
constexpr std::size_t kWidestName = 32;  // of the first column

using report::Ink;
using report::Style;

}  // namespace

std::string cut_to(std::string_view text, std::size_t columns) {
    constexpr std::string_view kMore = "...";
    if (report::columns_of(text) <= columns) return std::string{text};
    if (columns <= kMore.size()) return std::string{kMore.substr(0, columns)};
    std::string_view first = text;
    while (report::columns_of(first) > columns - kMore.size()) {
        do {
            first.remove_suffix(1);
        } while (!first.empty() &&
                 (static_cast<unsigned char>(text[first.size()]) & 0xc0U) == 0x80U);
    }
    return std::string{first} + std::string{kMore};
}

std::vector<std::size_t> Table::widths(std::size_t columns) const {
    std::vector<std::size_t> widths;
    std::size_t used = 0;
    for (std::size_t i = 0; i < head_.size(); ++i) {
        std::size_t width = report::columns_of(head_[i]);
        for (const auto& row : rows_)
            width = std::max(width, report::columns_of(row[i].text));
        if (i == 0) width = std::min(width, std::min(kWidestName, columns));
        used += width + (i == 0 ? 0 : kGap);
        if (used > columns) break;
        widths.push_back(width);
    }
    return widths;
}

void Table::append_to(std::vector<std::string>& lines, const Style& style) const {
    const auto widths = this->widths(static_cast<std::size_t>(std::max(style.width, 1)));
    const auto add_line = [&](auto&& cell_at) {
        std::string line;
        for (std::size_t i = 0; i < widths.size(); ++i) {
            const Cell cell = cell_at(i);
            const std::string text =
                i == 0 ? report::left_aligned(cut_to(cell.text, widths[0]), widths[0])
                       : std::string(kGap, ' ') + report::right_aligned(cell.text, widths[i]);
            line += report::painted(text, cell.ink, style);
        }
        lines.push_back(std::move(line));
    };
    add_line([&](std::size_t i) { return Cell{head_[i], Ink::kFaint}; });
    for (const auto& row : rows_)
        add_line([&](std::size_t i) { return row[i]; });
}

}  // namespace sensor::commands
