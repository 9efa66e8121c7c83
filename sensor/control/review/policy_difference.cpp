#include "sensor/control/review/policy_difference.h"

#include <algorithm>
#include <tuple>

namespace sensor::control {
namespace {

using ByBehaviour = std::map<std::string, std::vector<const Finding*>>;

ByBehaviour by_behaviour(const Rejudged& rejudged) {
    ByBehaviour sorted;
    for (const auto& [id, finding] : rejudged.findings) {
        // Two policies may object differently to the same, so that the kind is left out.
        sorted[judge::behaviour_key({}, finding.session)].push_back(&finding);
    }
    for (auto& [key, findings] : sorted) {
        std::ranges::sort(findings, [](const Finding* a, const Finding* b) {
            return std::tie(a->first_seen, a->id) < std::tie(b->first_seen, b->id);
        });
    }
    return sorted;
}

bool is_same(const Finding& a, const Finding& b) {
    return std::tie(a.kind, a.severity, a.score, a.rule) ==
           std::tie(b.kind, b.severity, b.score, b.rule);
}

const Finding& newest_of(const Difference& difference) {
    return difference.after != nullptr ? *difference.after : *difference.before;
}

void compare(const std::vector<const Finding*>& before, const std::vector<const Finding*>& after,
             std::vector<Difference>& differences) {
    const std::size_t both = std::min(before.size(), after.size());
    for (std::size_t i = 0; i < both; ++i) {
        if (!is_same(*before[i], *after[i])) {
            differences.push_back({Change::kChanged, before[i], after[i]});
        }
    }
    for (std::size_t i = both; i < before.size(); ++i)
        differences.push_back({Change::kLost, before[i], nullptr});
    for (std::size_t i = both; i < after.size(); ++i)
        differences.push_back({Change::kGained, nullptr, after[i]});
}

}  // namespace

std::string_view name_of(Change change) noexcept {
    switch (change) {
        case Change::kGained: return "gained";
        case Change::kLost: return "lost";
        case Change::kChanged: return "changed";
    }
    return "invalid";
}

std::vector<Difference> differences_between(const Rejudged& before, const Rejudged& after) {
    ByBehaviour old_ones = by_behaviour(before);
    const ByBehaviour new_ones = by_behaviour(after);
    std::vector<Difference> differences;
    for (const auto& [key, findings] : new_ones)
        compare(old_ones[key], findings, differences);
    for (const auto& [key, findings] : old_ones) {
        if (!new_ones.contains(key)) compare(findings, {}, differences);
    }
    std::ranges::sort(differences, [](const Difference& a, const Difference& b) {
        const Finding& left = newest_of(a);
        const Finding& right = newest_of(b);
        return std::tie(left.first_seen, left.id) < std::tie(right.first_seen, right.id);
    });
    return differences;
}

}  // namespace sensor::control
