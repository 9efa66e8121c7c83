#include "sensor/control/feeds/intake.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "sensor/attribute/feeds/ndjson_writer.h"

namespace sensor::control {

Intake::FeedCounts& Intake::counts_of(std::string_view feed) {
    const auto found = counts_.find(feed);
    return found == counts_.end() ? counts_[std::string{feed}] : found->second;
}

/// Why there is no room for them.
std::optional<result::Error> Intake::reserve(std::string_view feed, std::size_t events) {
    const std::scoped_lock lock{mutex_};
    const std::size_t taken = waiting_.size() + reserved_;
    if (events > most_events_ - std::min(taken, most_events_)) {
        counts_of(feed).refused += events;
        return result::Error{std::to_string(taken) + " events wait already; try again later"};
    }
    reserved_ += events;
    return std::nullopt;
}

result::Status Intake::accept(std::string_view feed, std::vector<IdentityEvent> events,
                              journal::Journal::Safety safety) {
    if (auto objection = reserve(feed, events.size())) return *std::move(objection);
    result::Status written = result::Done{};
    if (journal_ != nullptr && !events.empty()) {
        std::string lines;
        for (const IdentityEvent& event : events)
            attribute::feeds::append_ndjson(event, lines);
        written = journal_->append(lines, safety);
    }
    const std::scoped_lock lock{mutex_};
    reserved_ -= events.size();
    FeedCounts& counts = counts_of(feed);
    if (!written) {
        counts.refused += events.size();
        return written;
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

std::vector<IdentityEvent> Intake::take(std::size_t most) {
    const std::scoped_lock lock{mutex_};
    if (waiting_.size() <= most) return std::exchange(waiting_, {});
    const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(most);
    std::vector<IdentityEvent> taken{std::move_iterator{waiting_.begin()}, std::move_iterator{end}};
    waiting_.erase(waiting_.begin(), end);
    return taken;
}

std::size_t Intake::waiting() const {
    const std::scoped_lock lock{mutex_};
    return waiting_.size();
}

}  // namespace sensor::control
