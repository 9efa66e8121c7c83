#include "sensor/attribute/lease_book.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace sensor::attribute {

std::size_t LeaseBook::Hash::operator()(const Address& address) const noexcept {
    constexpr std::uint64_t kOdd = 0x9e37'79b9'7f4a'7c15ULL;
    const auto [high, low] = address.words();
    std::uint64_t hash = (low ^ (high * kOdd)) * kOdd;
    return hash ^ (hash >> 32U);
}

bool LeaseBook::is_before(const LeaseEvent& a, const LeaseEvent& b) const {
    if (a.time_ns != b.time_ns) return a.time_ns < b.time_ns;
    if (a.granted != b.granted) return !a.granted;
    if (a.device == b.device) return a.group < b.group;
    return std::tuple{devices_.name(a.device), a.group} <
           std::tuple{devices_.name(b.device), b.group};
}

template <class Visit>
void LeaseBook::add_up(const Events& events, Visit&& visit) const {
    std::optional<Lease> open;
    const auto close = [&](std::int64_t at_ns) {
        Lease lease = *open;
        open.reset();
        lease.to_ns = at_ns;
        return lease.from_ns == lease.to_ns || visit(lease);
    };
    for (const LeaseEvent& event : events) {
        const DeviceNumber device = devices_.current(event.device);
        const bool is_holder = open && open->device == device;
        if (!event.granted) {
            if (is_holder && !close(event.time_ns)) return;
            continue;
        }
        const bool names_none = event.group == AppGroupId::kNone;
        if (is_holder && (names_none || event.group == open->group)) continue;
        if (open && !close(event.time_ns)) return;
        open = Lease{.from_ns = event.time_ns,
                     .to_ns = Lease::kOpenEnd,
                     .device = device,
                     .group = event.group};
    }
    if (open) visit(*open);
}

std::vector<Lease> LeaseBook::leases(const Address& address) const {
    std::vector<Lease> all;
    const auto found = histories_.find(address);
    if (found == histories_.end()) return all;
    add_up(found->second, [&](const Lease& lease) {
        all.push_back(lease);
        return true;
    });
    return all;
}

std::optional<Lease> LeaseBook::at(const Address& address, std::int64_t time_ns) const {
    std::optional<Lease> covering;
    const auto found = histories_.find(address);
    if (found == histories_.end()) return covering;
    add_up(found->second, [&](const Lease& lease) {
        if (lease.from_ns <= time_ns && time_ns < lease.to_ns) covering = lease;
        return lease.to_ns <= time_ns;
    });
    return covering;
}

LeaseBook::Outcome LeaseBook::apply(const Address& address, const LeaseEvent& event) {
    Outcome outcome;
    const std::vector<Lease> before = leases(address);
    Events& events = histories_[address];
    const auto place = std::ranges::partition_point(
        events, [&](const LeaseEvent& one) { return is_before(one, event); });
    outcome.is_news = place == events.end() || is_before(event, *place);
    if (!outcome.is_news) return outcome;

    if (!events.empty()) by_newest_event_.erase({events.back().time_ns, address});
    events.insert(place, event);
    ++events_;
    if (events.size() > limits_.events_per_address) {
        events.erase(events.begin());
        --events_;
        outcome.dropped_events = 1;
    }
    by_newest_event_.emplace(events.back().time_ns, address);
    note_address(event.device, address);
    if (leases(address) != before) outcome.changed.push_back(address);
    if (histories_.size() > limits_.addresses) forget_stalest(outcome);
    return outcome;
}

void LeaseBook::note_address(DeviceNumber device, const Address& address) {
    std::vector<Address>& known = addresses_[device];
    if (!known.empty() && known.back() == address) return;
    std::erase(known, address);
    if (known.size() == kAddressesOf) known.erase(known.begin());
    known.push_back(address);
}

std::vector<Address> LeaseBook::addresses_of(DeviceNumber device) const {
    const auto found = addresses_.find(device);
    return found == addresses_.end() ? std::vector<Address>{} : found->second;
}

void LeaseBook::join(DeviceNumber survivor, DeviceNumber absorbed) {
    const auto moved = addresses_.extract(absorbed);
    if (moved.empty()) return;
    for (const Address& address : moved.mapped())
        note_address(survivor, address);
}

void LeaseBook::sort(DeviceNumber device) {
    for (const Address& address : addresses_of(device)) {
        const auto found = histories_.find(address);
        if (found == histories_.end()) continue;
        std::ranges::sort(found->second, [this](const LeaseEvent& a, const LeaseEvent& b) {
            return is_before(a, b);
        });
    }
}

void LeaseBook::forget_stalest(Outcome& outcome) {
    const Address address = by_newest_event_.begin()->second;
    by_newest_event_.erase(by_newest_event_.begin());
    const auto found = histories_.find(address);
    outcome.dropped_events += found->second.size();
    events_ -= found->second.size();
    histories_.erase(found);
    if (std::ranges::find(outcome.changed, address) == outcome.changed.end()) {
        // First, so that whoever publishes the changes has room for the rest.
        outcome.changed.insert(outcome.changed.begin(), address);
    }
}

}  // namespace sensor::attribute
