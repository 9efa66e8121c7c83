#include "sensor/attribute/lease_book.h"

#include <optional>

namespace sensor::attribute {
namespace {

void close(Lease& lease, std::int64_t at_ns, std::vector<Lease>& leases) {
    lease.to_ns = at_ns;
    if (lease.from_ns < lease.to_ns) leases.push_back(lease);
}

std::vector<Lease> add_up(const std::set<LeaseEvent>& events) {
    std::vector<Lease> leases;
    std::optional<Lease> open;
    for (const LeaseEvent& event : events) {
        const std::int64_t now = nanoseconds_of(event.time);
        const bool is_holder = open && open->device == event.device;
        if (!event.granted) {
            if (!is_holder) continue;
            close(*open, now, leases);
            open.reset();
            continue;
        }
        const bool names_none = event.group == AppGroupId::kNone;
        if (is_holder && (names_none || event.group == open->group)) continue;
        if (open) close(*open, now, leases);
        open = Lease{
            .from_ns = now, .to_ns = Lease::kOpenEnd, .device = event.device, .group = event.group};
    }
    if (open) leases.push_back(*open);
    return leases;
}

}  // namespace

LeaseBook::Outcome LeaseBook::apply(const Address& address, const LeaseEvent& event) {
    Outcome outcome;
    History& history = histories_[address];
    if (!history.events.empty()) {
        by_newest_event_.erase({history.events.rbegin()->time, address});
    }
    outcome.is_news = history.events.insert(event).second;
    for (; history.events.size() > limits_.events_per_address; ++outcome.dropped_events)
        history.events.erase(history.events.begin());
    by_newest_event_.emplace(history.events.rbegin()->time, address);
    if (!outcome.is_news) return outcome;
    if (auto leases = add_up(history.events); leases != history.leases) {
        history.leases = std::move(leases);
        outcome.changed.push_back(address);
    }
    if (histories_.size() > limits_.addresses) forget_stalest(outcome);
    return outcome;
}

void LeaseBook::forget_stalest(Outcome& outcome) {
    const Address address = by_newest_event_.begin()->second;
    by_newest_event_.erase(by_newest_event_.begin());
    const auto found = histories_.find(address);
    outcome.dropped_events += found->second.events.size();
    histories_.erase(found);
    if (std::ranges::find(outcome.changed, address) == outcome.changed.end()) {
        // First, so that whoever publishes the changes has room for the rest.
        outcome.changed.insert(outcome.changed.begin(), address);
    }
}

std::span<const Lease> LeaseBook::leases(const Address& address) const noexcept {
    const auto found = histories_.find(address);
    if (found == histories_.end()) return {};
    return found->second.leases;
}

}  // namespace sensor::attribute
