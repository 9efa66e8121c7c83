// How many new findings are told: people read only so many, and a fault that makes thousands must
// not hide the one that matters.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <unordered_map>

#include "sensor/model/finding.h"

namespace sensor::judge {

/// New findings of one severity in an hour; 0 is no limit. Revisions of what was told do not count:
/// there are few of each.
struct AlertLimits {
    std::uint64_t per_device = 100;
    std::uint64_t per_app = 1000;
    std::uint64_t per_rule = 10000;
};

class AlertBudget {
  public:
    /// Whose budgets a finding takes from. An empty text is of nobody in particular: no limit.
    struct Owners {
        std::string_view device;
        std::string_view app;
        std::string_view rule;
    };
    /// Whether a new finding is told at `now`, packet time. `untold` becomes what was not since the
    /// last one. One that is not told for the first time counts as suppressed; `is_again` is one
    /// that was counted before.
    [[nodiscard]] bool admit(const AlertLimits& limits, const Owners& owners, Severity severity,
                             Timestamp now, bool is_again, Suppressed& untold);
    /// What one owner's findings of one severity have used up, for a file that outlives the
    /// process: `owner` means something to the same program only.
    struct Entry {
        std::uint64_t kind = 0;  ///< place in Owners
        std::uint64_t owner = 0;
        std::int64_t hour = 0;  ///< since 1970
        std::uint64_t told = 0;
        std::uint64_t untold = 0;
    };
    /// Calls visit(const Entry&) for all.
    template <class Visit>
    void each(Visit&& visit) const {
        for (std::size_t kind = 0; kind < tables_.size(); ++kind) {
            for (const auto& [owner, spent] : tables_[kind])
                visit(Entry{kind, owner, hour_, spent.told, spent.untold});
        }
    }
    /// Before anything was admitted.
    void restore(const Entry& entry);
    /// All that were suppressed.
    [[nodiscard]] std::uint64_t suppressed() const noexcept { return suppressed_; }

  private:
    struct Spent {
        std::uint64_t told = 0;
        std::uint64_t untold = 0;  // since the last that was told
    };
    /// Kinds of owners, and the hour they are in.
    using Table = std::unordered_map<std::uint64_t, Spent>;  // by a hash: 64 bits tell them apart

    void begin_hour(Timestamp now);

    std::array<Table, 3> tables_;  // of device, app and rule; of one hour
    std::int64_t hour_ = 0;
    std::uint64_t suppressed_ = 0;
};

}  // namespace sensor::judge
