#include "lib/metrics/exposition_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "lib/bytes/utf8.h"

namespace metrics {
namespace {

constexpr bool is_letter(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

bool is_utf8(std::string_view text) noexcept {
    while (!text.empty()) {
        const bytes::CodePoint next = bytes::first_code_point(text);
        if (!next.valid) return false;
        text.remove_prefix(next.length);
    }
    return true;
}

/// "+Inf", "NaN" and their kin, in any case: writers differ.
std::optional<double> unusual_number(std::string_view text) {
    const bool is_negative = text.starts_with('-');
    if (is_negative || text.starts_with('+')) text.remove_prefix(1);
    std::string word{text};
    std::ranges::transform(word, word.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    if (word == "nan") return std::numeric_limits<double>::quiet_NaN();
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    if (word == "inf") return is_negative ? -kInfinity : kInfinity;
    return std::nullopt;
}

std::optional<double> number_of(std::string_view text) {
    if (text.empty()) return std::nullopt;
    if (const auto unusual = unusual_number(text)) return unusual;
    if (text.starts_with('+')) text.remove_prefix(text.starts_with("+-") ? 0 : 1);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return std::isfinite(value) ? std::optional{value} : std::nullopt;
}

/// One line, from left to right. After the first objection there is nothing more to ask it for.
class Line {
  public:
    Line(std::string_view text, const ReadingLimits& limits) : left_{text}, limits_{limits} {}

    [[nodiscard]] const std::string& objection() const noexcept { return objection_; }

    [[nodiscard]] std::optional<Series> sample();
    /// Behind the '#'. Remembers in `typed` which families have had their type.
    void comment(std::set<std::string, std::less<>>& typed);

  private:
    void object(std::string why) {
        if (objection_.empty()) objection_ = std::move(why);
    }
    bool skip(char c) noexcept {
        if (!left_.starts_with(c)) return false;
        left_.remove_prefix(1);
        return true;
    }
    void skip_blanks() noexcept {
        left_.remove_prefix(std::min(left_.find_first_not_of(" \t"), left_.size()));
    }
    [[nodiscard]] std::string_view word() noexcept {
        skip_blanks();
        const std::string_view word = left_.substr(0, left_.find_first_of(" \t"));
        left_.remove_prefix(word.size());
        return word;
    }
    /// [a-zA-Z_][a-zA-Z0-9_]*, and colons if they are `allowed`; empty if there is none.
    enum class Colons : std::uint8_t { kRefused, kAllowed };
    [[nodiscard]] std::string name(Colons colons);
    [[nodiscard]] std::string quoted();
    [[nodiscard]] Labels labels();
    void check_help();

    std::string_view left_;
    const ReadingLimits& limits_;
    std::string objection_;
};

std::string Line::name(Colons colons) {
    std::size_t length = 0;
    while (length < left_.size()) {
        const char c = left_[length];
        const bool fits = is_letter(c) || (c == ':' && colons == Colons::kAllowed) ||
                          (is_digit(c) && length != 0);
        if (!fits) break;
        ++length;
    }
    std::string name{left_.substr(0, length)};
    left_.remove_prefix(length);
    return name;
}

/// A label's value: in quotes, with \\, \" and \n for what could not stand there.
std::string Line::quoted() {
    std::string value;
    if (!skip('"')) object("a label's value must be in quotes");
    while (objection_.empty()) {
        if (left_.empty()) {
            object("a label's value has no end");
        } else if (skip('"')) {
            break;
        } else if (!skip('\\')) {
            value += left_.front();
            left_.remove_prefix(1);
        } else if (skip('n')) {
            value += '\n';
        } else if (left_.starts_with('\\') || left_.starts_with('"')) {
            value += left_.front();
            left_.remove_prefix(1);
        } else {
            object("a backslash in a label's value must be before \\, \" or n");
        }
    }
    if (!is_utf8(value)) object("a label's value is not UTF-8");
    return value;
}

Labels Line::labels() {
    Labels labels;
    skip_blanks();
    while (objection_.empty() && !skip('}')) {
        Label label{name(Colons::kRefused), {}};
        if (label.name.empty()) object("a label's name, or '}', is missing");
        skip_blanks();
        if (!skip('=')) object("a label needs '=' behind its name");
        skip_blanks();
        label.value = quoted();
        if (std::ranges::find(labels, label.name, &Label::name) != labels.end()) {
            object("the label " + label.name + " comes twice");
        }
        labels.push_back(std::move(label));
        if (labels.size() > limits_.most_labels) object("there are too many labels");
        skip_blanks();
        if (!skip(',') && !left_.starts_with('}')) object("',' or '}' is missing behind a label");
        skip_blanks();
    }
    return labels;
}

std::optional<Series> Line::sample() {
    Series series{name(Colons::kAllowed), {}, 0};
    if (series.name.empty()) object("a sample must begin with a metric's name");
    const bool has_blank = left_.starts_with(' ') || left_.starts_with('\t');
    skip_blanks();
    const bool has_labels = skip('{');
    if (has_labels) series.labels = labels();
    if (!has_labels && !has_blank) object("a blank is missing behind the metric's name");
    const auto value = objection_.empty() ? number_of(word()) : std::nullopt;
    if (!value) object("the value is no number");
    if (const std::string_view time = word(); !time.empty()) {
        std::int64_t milliseconds = 0;
        const auto [end, error] =
            std::from_chars(time.data(), time.data() + time.size(), milliseconds);
        if (error != std::errc{} || end != time.data() + time.size()) {
            object("the time behind the value is no whole number");
        }
    }
    if (!word().empty()) object("nothing may stand behind the value and its time");
    if (!objection_.empty()) return std::nullopt;
    series.value = *value;
    return series;
}

void Line::check_help() {
    if (!is_utf8(left_)) object("the help is not UTF-8");
    while (!left_.empty()) {
        if (skip('\\') && !skip('\\') && !skip('n')) {
            return object("a backslash in a help must be before \\ or n");
        }
        left_.remove_prefix(std::min(left_.find('\\'), left_.size()));
    }
}

void Line::comment(std::set<std::string, std::less<>>& typed) {
    constexpr std::array<std::string_view, 5> kTypes{"counter", "gauge", "histogram", "summary",
                                                     "untyped"};
    const std::string_view keyword = word();
    if (keyword != "HELP" && keyword != "TYPE") return;  // a remark
    skip_blanks();
    std::string family = name(Colons::kAllowed);
    const bool ends = left_.empty() || left_.starts_with(' ') || left_.starts_with('\t');
    if (family.empty() || !ends) return object(std::string{keyword} + " wants a metric's name");
    if (keyword == "HELP") return check_help();
    const std::string_view type = word();
    if (std::ranges::find(kTypes, type) == kTypes.end()) {
        object("a type is counter, gauge, histogram, summary or untyped");
    }
    if (!word().empty()) object("nothing may stand behind a type");
    if (!typed.insert(std::move(family)).second) object("a metric has two types");
}

/// What says which series it is: what comes before the value, as it was written.
std::string_view identity_of(std::string_view line) noexcept {
    const std::size_t brace = line.rfind('}');
    return line.substr(0, brace != std::string_view::npos ? brace : line.find_first_of(" \t"));
}

}  // namespace

result::Result<std::vector<Series>> read_exposition(std::string_view text,
                                                    const ReadingLimits& limits) {
    if (text.size() > limits.most_bytes) {
        return result::Error{"the text is longer than " + std::to_string(limits.most_bytes) +
                             " bytes"};
    }
    std::vector<Series> all;
    std::set<std::string, std::less<>> typed;
    std::set<std::string_view> known;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto refuse = [&](const std::string& why) {
            return result::Error{"line " + std::to_string(number) + ": " + why};
        };
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos) return refuse("it is not whole: no line feed ends it");
        const std::string_view whole = text.substr(0, end);
        text.remove_prefix(end + 1);
        const std::size_t start = whole.find_first_not_of(" \t");
        if (start == std::string_view::npos) continue;
        Line line{whole.substr(start + (whole[start] == '#' ? 1 : 0)), limits};
        if (whole[start] == '#') {
            line.comment(typed);
        } else if (auto series = line.sample()) {
            if (!known.insert(identity_of(whole.substr(start))).second) {
                return refuse("this series comes twice");
            }
            if (all.size() == limits.most_series) return refuse("there are too many series");
            all.push_back(std::move(*series));
        }
        if (!line.objection().empty()) return refuse(line.objection());
    }
    return all;
}

}  // namespace metrics
