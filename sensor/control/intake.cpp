#include "sensor/control/intake.h"

#include <iterator>
#include <utility>

namespace sensor::control {

Intake::FeedCounts& Intake::counts_of(std::string_view feed) {
    const auto found = counts_.find(feed);
    return found == counts_.end() ? counts_[std::string{feed}] : found->second;
}

result::Status Intake::accept(std::string_view feed, std::vector<IdentityEvent> events) {
    const std::scoped_lock lock{mutex_};
    FeedCounts& counts = counts_of(feed);
    if (events.size() > most_events_ - waiting_.size()) {
        counts.refused += events.size();
        return result::Error{std::to_string(waiting_.size()) +
                             " events wait already; try again later"};
    }
    counts.accepted += events.size();
    waiting_.insert(waiting_.end(), std::move_iterator{events.begin()},
                    std::move_iterator{events.end()});
    return result::Done{};
}

void Intake::reject(std::string_view feed, std::uint64_t count) {
    const std::scoped_lock lock{mutex_};
    counts_of(feed).rejected += count;
}

std::map<std::string, Intake::FeedCounts, std::less<>> Intake::counts() const {
    const std::scoped_lock lock{mutex_};
    return counts_;
}

std::vector<IdentityEvent> Intake::take() {
    const std::scoped_lock lock{mutex_};
    return std::exchange(waiting_, {});
}

}  // namespace sensor::control
