// offport top: numbers in columns, as many as there is room for.
#pragma once

#include <string>
#include <vector>

#include "sensor/report/style.h"

namespace sensor::commands {

struct Cell {
    Cell(std::string words, report::Ink colour = report::Ink::kPlain)  // NOLINT: implicit
        : text{std::move(words)}, ink{colour} {}
    Cell(const char* words) : text{words} {}  // NOLINT: implicit

    std::string text;  // printable
    report::Ink ink = report::Ink::kPlain;
};

/// The first column is left-aligned, the others right-aligned, each at least as wide as its head.
/// Columns without room are left out, the last first; a first one that is too wide is cut.
class Table {
  public:
    explicit Table(std::vector<std::string> head) : head_{std::move(head)} {}

    /// As many cells as there are in the head.
    void add(std::vector<Cell> row) { rows_.push_back(std::move(row)); }
    void append_to(std::vector<std::string>& lines, const report::Style& style) const;

  private:
    [[nodiscard]] std::vector<std::size_t> widths(std::size_t columns) const;

    std::vector<std::string> head_;
    std::vector<std::vector<Cell>> rows_;
};

/// `text` in at most `columns`; "..." says that it was cut.
[[nodiscard]] std::string cut_to(std::string_view text, std::size_t columns);

}  // namespace sensor::commands
