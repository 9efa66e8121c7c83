// offport top: two scrapes of a daemon, and what changed between them. Pure values.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/metrics/exposition_reader.h"

namespace sensor::commands {

/// One scrape, to look values up in.
class Scrape {
  public:
    using Clock = std::chrono::steady_clock;

    Scrape() = default;
    Scrape(Clock::time_point taken, std::vector<metrics::Series> series);

    [[nodiscard]] Clock::time_point taken() const noexcept { return taken_; }
    /// The family's series, in their order; names are without "offport_".
    [[nodiscard]] const std::vector<metrics::Series>& family(std::string_view name) const;
    /// Whether there is such a family, which an absent one is not.
    [[nodiscard]] bool has(std::string_view name) const { return !family(name).empty(); }

  private:
    Clock::time_point taken_;
    std::map<std::string, std::vector<metrics::Series>, std::less<>> families_;
};

/// A series must have them all to count.
using Filter = std::vector<metrics::Label>;

/// A counter: what was added a second between two scrapes, and what it stands at.
struct Rate {
    double per_second = 0;
    double total = 0;

    Rate& operator+=(const Rate& other) noexcept {
        per_second += other.per_second;
        total += other.total;
        return *this;
    }
};

class Change {
  public:
    /// Both must outlive it. A counter that fell, and all if the daemon was started anew, have
    /// counted from zero since `before`.
    Change(const Scrape& before, const Scrape& after);

    [[nodiscard]] double seconds() const noexcept { return seconds_; }
    /// Whether another daemon answered than before.
    [[nodiscard]] bool is_new_daemon() const noexcept { return is_new_daemon_; }

    [[nodiscard]] bool has(std::string_view name) const { return after_.has(name); }
    /// The sum of the counters that fit; zero if none does.
    [[nodiscard]] Rate rate(std::string_view name, const Filter& filter = {}) const;
    /// The sum of the gauges that fit; zero if none does.
    [[nodiscard]] double now(std::string_view name, const Filter& filter = {}) const;
    /// The values of `label` among those that fit, each once, in their order.
    [[nodiscard]] std::vector<std::string> values(std::string_view name, std::string_view label,
                                                  const Filter& filter = {}) const;
    /// The upper bound of the highest bucket of one histogram in which anything fell meanwhile;
    /// nothing if nothing did. The last bucket has no bound of its own: that of the one before it.
    [[nodiscard]] std::optional<double> highest(std::string_view name, const Filter& filter) const;

  private:
    /// What was added to the counter.
    [[nodiscard]] double added(const metrics::Series& series) const;

    const Scrape& before_;
    const Scrape& after_;
    double seconds_;
    bool is_new_daemon_;
};

}  // namespace sensor::commands
