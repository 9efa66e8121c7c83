#include "lib/metrics/family.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>

#include "lib/bytes/utf8.h"

namespace metrics {
namespace {

using Objection = std::optional<std::string>;

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// [a-zA-Z_][a-zA-Z0-9_]*
bool is_label_name(std::string_view name) {
    return !name.empty() && !is_digit(name.front()) &&
           std::all_of(name.begin(), name.end(),
                       [](char c) { return is_letter(c) || is_digit(c); });
}

/// [a-zA-Z_:][a-zA-Z0-9_:]*
bool is_metric_name(std::string_view name) {
    std::string plain{name};
    std::replace(plain.begin(), plain.end(), ':', '_');
    return is_label_name(plain);
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const bytes::CodePoint next = bytes::first_code_point(text);
        if (!next.valid) return false;
        text.remove_prefix(next.length);
    }
    return true;
}

Objection name_objection(const Family& family) {
    const std::string_view name = family.name;
    if (!is_metric_name(name)) return "\"" + family.name + "\" is no metric name";
    if (family.help.empty()) return family.name + " has no help";
    if (!is_utf8(family.help)) return family.name + ": the help is no UTF-8";
    const bool counter = family.type == Type::kCounter;
    if (counter != name.ends_with("_total"))
        return family.name + (counter ? " is a counter and does not end in _total"
                                      : " ends in _total and is no counter");
    for (const std::string_view suffix : {"_bucket", "_count", "_sum"})
        if (name.ends_with(suffix))
            return family.name + " ends in " + std::string{suffix} + ", as a histogram's series do";
    return std::nullopt;
}

Objection labels_objection(const Family& family, const Labels& labels) {
    for (const Label& label : labels) {
        // Names that begin with __ are Prometheus' own; `le` is where a histogram's bounds go.
        if (!is_label_name(label.name) || label.name.starts_with("__") ||
            (family.type == Type::kHistogram && label.name == "le"))
            return family.name + ": \"" + label.name + "\" is no label name";
        if (!is_utf8(label.value))
            return family.name + ": the value of the label " + label.name + " is no UTF-8";
    }
    return std::nullopt;
}

Objection bounds_objection(const Family& family, const Distribution& distribution) {
    const auto& buckets = distribution.buckets;
    const auto ascends = [](const auto& a, const auto& b) {
        return a.upper_bound >= b.upper_bound;
    };
    const bool finite = std::all_of(buckets.begin(), buckets.end(),
                                    [](const auto& b) { return std::isfinite(b.upper_bound); });
    if (finite && std::adjacent_find(buckets.begin(), buckets.end(), ascends) == buckets.end())
        return std::nullopt;
    return family.name + ": the bounds are not finite and ascending";
}

/// The series' names and values in one order, however they were given.
std::set<std::pair<std::string, std::string>> identity(const Labels& labels) {
    std::set<std::pair<std::string, std::string>> pairs;
    for (const Label& label : labels)
        pairs.emplace(label.name, label.value);
    return pairs;
}

/// `Series` is Sample or Distribution.
template <class Series>
Objection series_objection(const Family& family, const std::vector<Series>& all) {
    std::set<std::set<std::pair<std::string, std::string>>> seen;
    for (const Series& series : all) {
        if (auto found = labels_objection(family, series.labels)) return found;
        std::set<std::string_view> names;
        for (const Label& label : series.labels)
            if (!names.insert(label.name).second)
                return family.name + " has the label " + label.name + " twice in one series";
        if (!seen.insert(identity(series.labels)).second)
            return family.name + " has two series with the same labels";
    }
    return std::nullopt;
}

Objection family_objection(const Family& family) {
    if (auto found = name_objection(family)) return found;
    const bool histogram = family.type == Type::kHistogram;
    if (histogram ? !family.samples.empty() : !family.distributions.empty())
        return family.name + " has series of another type than its own";
    if (auto found = series_objection(family, family.samples)) return found;
    if (auto found = series_objection(family, family.distributions)) return found;
    for (const Distribution& distribution : family.distributions)
        if (auto found = bounds_objection(family, distribution)) return found;
    return std::nullopt;
}

}  // namespace

std::optional<std::string> objection(const std::vector<Family>& families) {
    std::set<std::string_view> names;
    for (const Family& family : families) {
        if (auto found = family_objection(family)) return found;
        if (!names.insert(family.name).second) return family.name + " is there twice";
    }
    return std::nullopt;
}

}  // namespace metrics
