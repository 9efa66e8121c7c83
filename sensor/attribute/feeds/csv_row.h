// Comma-separated values (RFC 4180), row by row. Cold path.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sensor::attribute::feeds {

class CsvRows {
  public:
    static constexpr std::size_t kMostFields = 256;

    /// `text` must outlive it. A byte order mark is passed over. The first line says what parts
    /// fields: a semicolon or a tab if it has no comma.
    explicit CsvRows(std::string_view text);

    /// False at the end. Blank lines are passed over.
    [[nodiscard]] bool next();
    [[nodiscard]] const std::vector<std::string>& fields() const noexcept { return fields_; }
    /// Where the row begins, from 1.
    [[nodiscard]] std::uint64_t line() const noexcept { return line_; }
    /// What is wrong with the row; empty if nothing is.
    [[nodiscard]] std::string_view error() const noexcept { return error_; }

  private:
    void take_row();
    void take_quoted(std::string& field);
    void add(std::string field);
    [[nodiscard]] bool ends_here() const noexcept { return rest_.empty() || rest_.front() == '\n'; }
    void advance(std::size_t bytes);

    std::string_view rest_;
    char separator_ = ',';
    std::uint64_t next_line_ = 1;
    std::uint64_t line_ = 0;
    std::vector<std::string> fields_;
    std::string_view error_;
};

}  // namespace sensor::attribute::feeds
