#include "sensor/commands/top_change.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

namespace sensor::commands {
namespace {

constexpr std::string_view kPrefix = "offport_";

const std::string* label_of(const metrics::Series& series, std::string_view name) {
    const auto found = std::ranges::find(series.labels, name, &metrics::Label::name);
    return found == series.labels.end() ? nullptr : &found->value;
}

bool fits(const metrics::Series& series, const Filter& filter) {
    return std::ranges::all_of(filter, [&](const metrics::Label& wanted) {
        const std::string* value = label_of(series, wanted.name);
        return value != nullptr && *value == wanted.value;
    });
}

bool is_same(const metrics::Labels& one, const metrics::Labels& other) {
    return std::ranges::equal(one, other, [](const metrics::Label& a, const metrics::Label& b) {
        return a.name == b.name && a.value == b.value;
    });
}

/// What is no number counts for nothing, so that it does not spoil a sum.
double finite(double value) noexcept {
    return std::isfinite(value) ? value : 0;
}

double started(const Scrape& scrape) {
    const auto& family = scrape.family("start_time_seconds");
    return family.empty() ? 0 : family.front().value;
}

}  // namespace

Scrape::Scrape(Clock::time_point taken, std::vector<metrics::Series> series) : taken_{taken} {
    for (metrics::Series& one : series) {
        if (!one.name.starts_with(kPrefix)) continue;
        one.name.erase(0, kPrefix.size());
        auto& family = families_[one.name];
        family.push_back(std::move(one));
    }
}

const std::vector<metrics::Series>& Scrape::family(std::string_view name) const {
    static const std::vector<metrics::Series> kNone;
    const auto found = families_.find(name);
    return found == families_.end() ? kNone : found->second;
}

Change::Change(const Scrape& before, const Scrape& after)
    : before_{before},
      after_{after},
      seconds_{std::chrono::duration<double>(after.taken() - before.taken()).count()},
      is_new_daemon_{started(before) != started(after)} {}

double Change::added(const metrics::Series& series) const {
    const double now = finite(series.value);
    if (is_new_daemon_) return now;
    const auto& family = before_.family(series.name);
    const auto same = std::ranges::find_if(
        family, [&](const metrics::Series& one) { return is_same(one.labels, series.labels); });
    const double then = same == family.end() ? 0 : finite(same->value);
    return now >= then ? now - then : now;
}

Rate Change::rate(std::string_view name, const Filter& filter) const {
    Rate rate;
    for (const metrics::Series& series : after_.family(name)) {
        if (!fits(series, filter)) continue;
        rate.total += finite(series.value);
        if (seconds_ > 0) rate.per_second += added(series) / seconds_;
    }
    return rate;
}

double Change::now(std::string_view name, const Filter& filter) const {
    double sum = 0;
    for (const metrics::Series& series : after_.family(name)) {
        if (fits(series, filter)) sum += finite(series.value);
    }
    return sum;
}

std::vector<std::string> Change::values(std::string_view name, std::string_view label,
                                        const Filter& filter) const {
    std::vector<std::string> values;
    for (const metrics::Series& series : after_.family(name)) {
        const std::string* value = label_of(series, label);
        if (value == nullptr || !fits(series, filter)) continue;
        if (std::ranges::find(values, *value) == values.end()) values.push_back(*value);
    }
    return values;
}

std::optional<double> Change::highest(std::string_view name, const Filter& filter) const {
    std::optional<double> highest;
    double below = 0;  // what fell into this bucket or one before it: buckets are cumulative
    double bound = 0;
    for (const metrics::Series& series : after_.family(std::string{name} + "_bucket")) {
        const std::string* text = label_of(series, "le");
        if (text == nullptr || !fits(series, filter)) continue;
        // "+Inf" is none to from_chars(), which leaves the bound before it.
        std::from_chars(text->data(), text->data() + text->size(), bound);
        const double up_to_here = added(series);
        if (up_to_here > below) highest = bound;
        below = std::max(below, up_to_here);
    }
    return highest;
}

}  // namespace sensor::commands
