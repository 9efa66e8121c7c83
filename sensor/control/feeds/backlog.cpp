#include "sensor/control/feeds/backlog.h"

#include <algorithm>
#include <iterator>

namespace sensor::control {

void Backlog::add(std::string_view feed, std::vector<IdentityEvent> events) {
    constexpr std::size_t kPortion = 4096;
    for (auto next = events.begin(); next != events.end();) {
        const bool fits = !offers_.empty() && offers_.back().feed == feed &&
                          offers_.back().events.size() < kPortion;
        if (!fits) offers_.push_back({.feed = std::string{feed}});
        std::vector<IdentityEvent>& portion = offers_.back().events;
        const auto count =
            std::min(events.end() - next, static_cast<std::ptrdiff_t>(kPortion - portion.size()));
        portion.insert(portion.end(), std::move_iterator{next}, std::move_iterator{next + count});
        next += count;
    }
}

/// One wait for the disk is enough for all of them.
bool Backlog::hand_over() {
    using Safety = journal::Journal::Safety;
    while (!offers_.empty()) {
        Intake::Offer& offer = offers_.front();
        offer.safety = offers_.size() == 1 ? Safety::kOnDisk : Safety::kSoon;
        if (!intake_.accept(offer)) return false;
        offers_.pop_front();
    }
    return true;
}

}  // namespace sensor::control
