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
std::optional<result::Error> Intake::reserve(Offer& offer) {
    const std::scoped_lock lock{mutex_};
    const std::size_t taken = waiting_.size() + reserved_;
    const std::size_t events = offer.events.size();
    if (taken != 0 && events > most_events_ - std::min(taken, most_events_)) {
        counts_of(offer.feed).refused += events - std::exchange(offer.counted, events);
        return result::Error{std::to_string(taken) + " events wait already; try again later"};
    }
    reserved_ += events;
    return std::nullopt;
}

result::Status Intake::write_ahead(const Offer& offer) {
    if (journal_ == nullptr || offer.events.empty()) return result::Done{};
    std::string lines;
    for (const IdentityEvent& event : offer.events)
        attribute::feeds::append_ndjson(event, lines);
    return journal_->append(lines, offer.safety);
}

result::Status Intake::accept(Offer& offer) {
    if (auto objection = reserve(offer)) return *std::move(objection);
    auto written = write_ahead(offer);
    const std::scoped_lock lock{mutex_};
    const std::size_t events = offer.events.size();
    reserved_ -= events;
    FeedCounts& counts = counts_of(offer.feed);
    if (events != 0) journal_objection_ = written ? std::string{} : written.error().message;
    if (!written) {
        counts.unwritten += events - std::exchange(offer.counted, events);
        return written;
    }
    counts.accepted += events;
    waiting_.insert(waiting_.end(), std::move_iterator{offer.events.begin()},
                    std::move_iterator{offer.events.end()});
    offer.events.clear();
    offer.counted = 0;
    return result::Done{};
}

result::Status Intake::accept(std::string_view feed, std::vector<IdentityEvent> events,
                              journal::Journal::Safety safety) {
    Offer offer{.feed = std::string{feed}, .events = std::move(events), .safety = safety};
    return accept(offer);
}

std::string Intake::journal_objection() const {
    const std::scoped_lock lock{mutex_};
    return journal_objection_;
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
    const auto count = static_cast<std::ptrdiff_t>(std::min(most, waiting_.size()));
    const auto end = waiting_.begin() + count;
    std::vector<IdentityEvent> taken{std::move_iterator{waiting_.begin()}, std::move_iterator{end}};
    waiting_.erase(waiting_.begin(), end);
    return taken;
}

std::size_t Intake::waiting() const {
    const std::scoped_lock lock{mutex_};
    return waiting_.size();
}

}  // namespace sensor::control
