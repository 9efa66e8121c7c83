#include "sensor/judge/alert_limits.h"

#include <algorithm>
#include <chrono>
#include <functional>

namespace sensor::judge {
namespace {

constexpr std::size_t kMostOwners = std::size_t{1} << 17U;  // of one kind in one hour

std::uint64_t hash_of(std::string_view owner, Severity severity) noexcept {
    return std::hash<std::string_view>{}(owner) + static_cast<std::uint64_t>(severity);
}

}  // namespace

/// What was not told is still owed to whoever hears of that owner next.
void AlertBudget::begin_hour(Timestamp now) {
    const auto hour = std::chrono::floor<std::chrono::hours>(now).time_since_epoch().count();
    if (hour <= hour_) return;
    hour_ = hour;
    for (Table& table : tables_) {
        std::erase_if(table, [](const auto& one) { return one.second.untold == 0; });
        for (auto& [owner, spent] : table)
            spent.told = 0;
    }
}

void AlertBudget::restore(const Entry& entry) {
    if (entry.kind >= tables_.size() || tables_[entry.kind].size() >= kMostOwners) return;
    hour_ = std::max(hour_, entry.hour);
    tables_[entry.kind][entry.owner] = {.told = entry.told, .untold = entry.untold};
}

bool AlertBudget::admit(const AlertLimits& limits, const Owners& owners, Severity severity,
                        Timestamp now, bool is_again, Suppressed& untold) {
    begin_hour(now);
    const std::array<std::uint64_t, 3> most{limits.per_device, limits.per_app, limits.per_rule};
    const std::array<std::string_view, 3> names{owners.device, owners.app, owners.rule};
    std::array<Spent*, 3> budgets{};
    bool is_told = true;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const bool is_full = tables_[i].size() >= kMostOwners;
        if (most[i] == 0 || names[i].empty()) continue;
        const std::uint64_t key = hash_of(names[i], severity);
        if (is_full && !tables_[i].contains(key)) continue;
        budgets[i] = &tables_[i][key];
        if (budgets[i]->told >= most[i]) is_told = false;
    }
    if (!is_told && !is_again) ++suppressed_;
    const std::array<std::uint64_t*, 3> counts{&untold.of_device, &untold.of_app, &untold.of_rule};
    for (std::size_t i = 0; i < budgets.size(); ++i) {
        if (budgets[i] == nullptr) continue;
        if (!is_told) {
            if (!is_again) ++budgets[i]->untold;
            continue;
        }
        ++budgets[i]->told;
        *counts[i] = budgets[i]->untold;
        budgets[i]->untold = 0;
    }
    return is_told;
}

}  // namespace sensor::judge
