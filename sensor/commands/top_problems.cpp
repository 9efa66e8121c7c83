#include "sensor/commands/top_problems.h"

#include <algorithm>
#include <utility>

#include "sensor/commands/top_numbers.h"

namespace sensor::commands {
namespace {

constexpr double kMuch = 0.9;  // a core's load or a table's fill that wants to be looked at

class Problems {
  public:
    void add(Grade grade, std::string text, double per_second = 0) {
        all_.push_back({grade, std::move(text), per_second});
    }
    /// "WHAT: 120/s MORE", unless nothing happens now.
    void add_rate(Grade grade, const std::string& what, const Rate& rate,
                  const std::string& more = {}) {
        if (rate.per_second <= 0) return;
        add(grade, what + ": " + rate_text(rate.per_second) + "/s" + more, rate.per_second);
    }
    [[nodiscard]] std::vector<Problem> ranked() && {
        std::ranges::stable_sort(all_, [](const Problem& a, const Problem& b) {
            return a.grade != b.grade ? a.grade > b.grade : a.per_second > b.per_second;
        });
        return std::move(all_);
    }

  private:
    std::vector<Problem> all_;
};

void look_at(const PortView& port, Problems& problems) {
    const std::string on = " on port " + port.name;
    if (!port.is_up) problems.add(Grade::kBlind, "port " + port.name + " is down: it sees nothing");
    problems.add_rate(Grade::kLosing, "LOSING packets" + on, port.missed,
                      " dropped by the card or the kernel; add workers");
    problems.add_rate(Grade::kLosing, "LOSING packets" + on, port.no_buffer,
                      " for want of buffers; raise `buffers` in capture.yaml");
    problems.add_rate(Grade::kLosing, "LOSING packets" + on, port.errors,
                      " that the driver could not take");
    problems.add_rate(Grade::kLosing, "NOT FORWARDING packets" + on, port.not_forwarded);
    problems.add_rate(Grade::kLosing, "LOSING packets sent by port " + port.name, port.unsent);
    problems.add_rate(Grade::kLosing, "NOT LOOKING at packets" + on, port.bypassed,
                      " bypassed; add workers");
    problems.add_rate(Grade::kStrained, "long packets" + on + " are cut", port.truncated);
}

void look_at(const CoreView& core, Problems& problems) {
    const std::string name = core.is_worker ? "worker " + core.name : "the " + core.name + " core";
    problems.add_rate(Grade::kLosing, "LOSING packets at " + name, core.untracked,
                      " without room in the flow table; raise `sessions` in sensor.yaml");
    problems.add_rate(Grade::kLosing, "LOSING records of " + name, core.lost_records,
                      " that the cold side was too slow for");
    if (core.busy >= kMuch) {
        problems.add(Grade::kStrained, name + " is " + share_text(core.busy) + " busy", core.busy);
    }
    if (core.table() >= kMuch) {
        problems.add(Grade::kStrained,
                     "the flow table of " + name + " is " + share_text(core.table()) + " full",
                     core.table());
    }
    if (core.fullest_ring >= kMuch) {
        problems.add(Grade::kStrained,
                     "a ring of " + name + " was " + share_text(core.fullest_ring) + " full",
                     core.fullest_ring);
    }
}

void look_at(const OutputView& output, Problems& problems) {
    const std::string name = "output " + output.name;
    problems.add_rate(Grade::kLosing, "LOSING records of " + name, output.lost);
    if (output.is_up) return;
    problems.add(Grade::kFailing,
                 name + " takes nothing: " + count_text(output.waiting) + " records wait for it");
}

void look_at(const FeedView& feed, Problems& problems) {
    problems.add_rate(Grade::kLosing, "LOSING events of feed " + feed.name, feed.refused,
                      " refused for want of room");
    problems.add_rate(Grade::kStrained, "feed " + feed.name + " sends what is no event",
                      feed.rejected);
}

}  // namespace

std::string_view name_of(Grade grade) noexcept {
    switch (grade) {
        case Grade::kStrained: return "strained";
        case Grade::kFailing: return "failing";
        case Grade::kLosing: return "losing";
        case Grade::kBlind: return "blind";
    }
    return {};
}

std::vector<Problem> problems_of(const View& view) {
    Problems problems;
    for (const PortView& port : view.ports)
        look_at(port, problems);
    for (const CoreView& core : view.cores)
        look_at(core, problems);
    problems.add_rate(Grade::kLosing, "LOSING packets between cores", view.steering_dropped,
                      " that workers were too slow for; add workers");
    problems.add_rate(Grade::kLosing, "LOSING EVE records", view.records_lost,
                      "; see to where --eve writes");
    for (const OutputView& output : view.outputs)
        look_at(output, problems);
    for (const FeedView& feed : view.feeds)
        look_at(feed, problems);
    for (const NamedRate& loss : view.feed_losses)
        problems.add_rate(Grade::kStrained, "heard in vain, " + loss.name, loss.rate);
    for (const NamedRate& trouble : view.directory_troubles)
        problems.add_rate(Grade::kStrained, "directory, " + trouble.name, trouble.rate);
    if (view.journal && view.journal->is_failing) {
        problems.add(Grade::kFailing,
                     "the disk of the identity journal fails; see to `state` in sensor.yaml");
    }
    problems.add_rate(Grade::kStrained, "findings are not told", view.suppressed,
                      " beyond AlertLimits");
    return std::move(problems).ranked();
}

}  // namespace sensor::commands
