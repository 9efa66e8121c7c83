#include "sensor/attribute/feeds/csv_row.h"

#include <algorithm>
#include <utility>

namespace sensor::attribute::feeds {

CsvRows::CsvRows(std::string_view text) : rest_{text} {
    constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
    if (rest_.starts_with(kByteOrderMark)) rest_.remove_prefix(kByteOrderMark.size());
    const std::string_view header = rest_.substr(0, rest_.find('\n'));
    for (const char separator : {',', ';', '\t'}) {
        if (header.find(separator) == std::string_view::npos) continue;
        separator_ = separator;
        break;
    }
}

void CsvRows::advance(std::size_t bytes) {
    const std::string_view passed = rest_.substr(0, bytes);
    next_line_ += static_cast<std::uint64_t>(std::ranges::count(passed, '\n'));
    rest_.remove_prefix(passed.size());
}

void CsvRows::add(std::string field) {
    if (fields_.size() < kMostFields) {
        fields_.push_back(std::move(field));
    } else {
        error_ = "expected at most 256 fields";
    }
}

bool CsvRows::next() {
    while (!rest_.empty()) {
        line_ = next_line_;
        fields_.clear();
        error_ = {};
        take_row();
        const bool is_blank = fields_.size() == 1 && fields_.front().empty();
        if (!is_blank || !error_.empty()) return true;
    }
    return false;
}

void CsvRows::take_quoted(std::string& field) {
    advance(1);
    for (;;) {
        const std::size_t quote = rest_.find('"');
        field += rest_.substr(0, quote);
        if (quote == std::string_view::npos) {
            error_ = "a quoted field does not end";
            return advance(rest_.size());
        }
        const bool is_doubled = rest_.substr(quote + 1).starts_with('"');
        advance(quote + (is_doubled ? 2 : 1));
        if (!is_doubled) return;
        field += '"';
    }
}

void CsvRows::take_row() {
    for (;;) {
        std::string field;
        if (rest_.starts_with('"')) {
            take_quoted(field);
            if (rest_.starts_with('\r')) advance(1);
            if (!ends_here() && rest_.front() != separator_) error_ = "text follows a quoted field";
        }
        // Of a quoted field nothing is left here, if it is sound.
        const std::size_t length = std::min(rest_.find(separator_), rest_.find('\n'));
        field += rest_.substr(0, length);
        advance(std::min(length, rest_.size()));
        if (ends_here() && field.ends_with('\r')) field.pop_back();
        add(std::move(field));
        if (ends_here()) return advance(std::min<std::size_t>(rest_.size(), 1));
        advance(1);  // the separator
    }
}

}  // namespace sensor::attribute::feeds
