#include "sensor/attribute/directory.h"

#include <algorithm>
#include <utility>

namespace sensor::attribute {
namespace {

/// The subject of what was told of an address without its device.
std::string address_id(const Address& address) {
    return "address:" + to_string(address);
}

std::string user_id(std::string_view user) {
    return device_id(DeviceIdKind::kUser, user);
}

std::size_t place_of(DeviceNumber device) noexcept {
    return static_cast<std::size_t>(device);
}

bool tells_only_ids(DeviceFact fact) {
    fact.also_known_as.clear();
    return fact == DeviceFact{};
}

}  // namespace

Directory::Directory(const IdentityConfig& config, const Limits& limits, LeaseTable* workers)
    : config_{config},
      limits_{limits},
      workers_{workers},
      ids_{limits.devices},
      leases_{limits.leases,
              {.name = [this](DeviceNumber device) { return ids_.name(device); },
               .current = [this](DeviceNumber device) { return ids_.current(device); }}} {}

/// Empty for an event that tells neither its device nor an address.
std::string Directory::subject_of(const IdentityEvent& event) const {
    if (!event.device.empty()) return event.device;
    const auto* connect = std::get_if<ConnectFact>(&event.fact);
    return connect == nullptr || !connect->client ? std::string{}
                                                  : address_id(connect->client->address);
}

void Directory::apply(const IdentityEvent& event) {
    const std::string subject = subject_of(event);
    const auto device = subject.empty() ? std::nullopt : ids_.find_or_add(subject);
    const auto kept = device ? keep(event, texts_) : std::nullopt;
    if (!kept) {
        counters_.add(DirectoryCounter::kRefused);
        return;
    }
    if (const auto* lease = std::get_if<LeaseFact>(&event.fact)) {
        return apply_lease(*device, event, *lease);
    }
    if (const auto* fact = std::get_if<DeviceFact>(&event.fact)) {
        link(*device, *fact);
        if (tells_only_ids(*fact)) return;
    }
    remember(ids_.current(*device), *kept);
    touch(ids_.current(*device), event);
}

DeviceHistory& Directory::history(DeviceNumber device) {
    if (place_of(device) >= histories_.size()) histories_.resize(place_of(device) + 1);
    return histories_[place_of(device)];
}

const DeviceHistory* Directory::find_history(DeviceNumber device) const noexcept {
    return place_of(device) < histories_.size() ? &histories_[place_of(device)] : nullptr;
}

const DeviceHistory* Directory::find_history(std::string_view id) const {
    const auto device = ids_.find(id);
    return device ? find_history(*device) : nullptr;
}

void Directory::apply_lease(DeviceNumber device, const IdentityEvent& event,
                            const LeaseFact& fact) {
    const LeaseEvent change{.time_ns = nanoseconds_of(event.time),
                            .device = device,
                            .group = config_.find_group(fact.app_group),
                            .granted = fact.granted};
    if (!fact.app_group.empty() && change.group == AppGroupId::kNone) {
        counters_.add(DirectoryCounter::kUnknownGroups);
    }
    const LeaseBook::Outcome outcome = leases_.apply(fact.address, change);
    counters_.add(outcome.is_news ? DirectoryCounter::kApplied : DirectoryCounter::kDuplicates);
    counters_.add(DirectoryCounter::kDropped, outcome.dropped_events);
    publish(outcome.changed);
    if (outcome.is_news) touch(fact.address, event.time, Timestamp::max());
}

void Directory::publish(const std::vector<Address>& addresses) {
    if (workers_ == nullptr) return;
    for (const Address& address : addresses) {
        if (workers_->publish(address, leases_.leases(address))) continue;
        counters_.add(DirectoryCounter::kUnpublished);
    }
}

void Directory::link(DeviceNumber device, const DeviceFact& fact) {
    for (const std::string& id : fact.also_known_as) {
        if (names_a_user(id)) continue;  // a user's devices are no one device
        const DeviceNumber current = ids_.current(device);
        const auto other = ids_.find(id);
        if (other != current) link(current, other, id);
    }
    if (!fact.user.empty()) note_user(ids_.current(device), fact.user);
}

/// What is in order by the devices' names is put there anew: an id may change them.
void Directory::link(DeviceNumber device, std::optional<DeviceNumber> other,
                     const std::string& id) {
    unlist(device);
    if (other) unlist(*other);
    const DeviceIds::Link link = ids_.link(device, id);
    if (link.outcome == DeviceIds::Outcome::kConflict) counters_.add(DirectoryCounter::kConflicts);
    if (link.outcome == DeviceIds::Outcome::kNoRoom) counters_.add(DirectoryCounter::kRefused);
    if (link.outcome == DeviceIds::Outcome::kJoined) {
        absorb(link.survivor, link.absorbed);
        device = link.survivor;
    } else if (other) {
        list(*other);
    }
    leases_.sort(device);
    list(device);
    const std::vector<Address> addresses = leases_.addresses_of(device);
    publish(addresses);
    for (const Address& address : addresses)
        touch(address, Timestamp::min(), Timestamp::max());
}

/// What was told of the one was told of the other. Neither is listed.
void Directory::absorb(DeviceNumber survivor, DeviceNumber absorbed) {
    counters_.add(DirectoryCounter::kJoined);
    const DeviceHistory moved = std::exchange(history(absorbed), {});
    for (std::size_t kind = 0; kind < kKinds; ++kind) {
        for (const KeptFact& fact : moved.facts(kind)) {
            if (!history(survivor).insert(fact, texts_)) --events_;
        }
        keep_within_limits(survivor, kind);
    }
    leases_.join(survivor, absorbed);
}

void Directory::note_user(DeviceNumber device, const std::string& user) {
    std::vector<DeviceNumber>& devices = users_[user_id(user)];
    if (std::ranges::find(devices, device) == devices.end()) devices.push_back(device);
}

/// Whose device it is that is known by its user only: the user's, if there is just one.
DeviceNumber Directory::carried_by(DeviceNumber device) const {
    const std::string_view name = ids_.name(device);
    if (!names_a_user(name)) return device;
    const auto found = users_.find(name);
    if (found == users_.end()) return device;
    std::optional<DeviceNumber> only;
    for (const DeviceNumber each : found->second) {
        const DeviceNumber current = ids_.current(each);
        if (names_a_user(ids_.name(current))) continue;
        if (only && *only != current) {
            counters_.add(DirectoryCounter::kAmbiguousUsers);
            return device;
        }
        only = current;
    }
    return only.value_or(device);
}

void Directory::remember(DeviceNumber device, const KeptFact& fact) {
    unlist(device, fact.kind);
    if (history(device).insert(fact, texts_)) {
        ++events_;
        counters_.add(DirectoryCounter::kApplied);
    } else {
        counters_.add(DirectoryCounter::kDuplicates);
    }
    keep_within_limits(device, fact.kind);
    list(device, fact.kind);
    if (events_ <= limits_.events) return;
    const Oldest oldest = *oldest_.begin();
    unlist(oldest.device, oldest.kind);
    drop_oldest(oldest.device, oldest.kind);
    list(oldest.device, oldest.kind);
}

void Directory::keep_within_limits(DeviceNumber device, std::size_t kind) {
    while (history(device).facts(kind).size() > limits_.events_per_kind)
        drop_oldest(device, kind);
}

void Directory::drop_oldest(DeviceNumber device, std::size_t kind) {
    history(device).drop_oldest(kind);
    --events_;
    counters_.add(DirectoryCounter::kDropped);
}

void Directory::list(DeviceNumber device, std::size_t kind) {
    const auto& facts = history(device).facts(kind);
    if (!facts.empty()) oldest_.insert({facts.front().time_ns, ids_.name(device), device, kind});
}

void Directory::unlist(DeviceNumber device, std::size_t kind) {
    const auto& facts = history(device).facts(kind);
    if (!facts.empty()) oldest_.erase({facts.front().time_ns, ids_.name(device), device, kind});
}

void Directory::list(DeviceNumber device) {
    for (std::size_t kind = 0; kind < kKinds; ++kind)
        list(device, kind);
}

void Directory::unlist(DeviceNumber device) {
    for (std::size_t kind = 0; kind < kKinds; ++kind)
        unlist(device, kind);
}

void Directory::touch(DeviceNumber device, const IdentityEvent& event) {
    if (!is_watched_) return;
    // A record of a connection bears on those that began about then, all else on what came after.
    const bool is_record = std::holds_alternative<ConnectFact>(event.fact);
    const Duration skew = config_.widest_skew();
    const Timestamp from = is_record ? event.time - skew : event.time;
    const Timestamp to = is_record ? event.time + skew : Timestamp::max();
    for (const Address& address : leases_.addresses_of(device))
        touch(address, from, to);
    // A tunnel that knows no more than its user leased an address to this device all the same.
    const auto user = history(device).device(Timestamp::max()).user;
    const auto carrier = ids_.find(user_id(texts_.text(user)));
    if (user != TextId::kEmpty && carrier) {
        for (const Address& address : leases_.addresses_of(*carrier))
            touch(address, from, to);
    }
    const auto* connect = std::get_if<ConnectFact>(&event.fact);
    if (connect != nullptr && connect->client) touch(connect->client->address, from, to);
}

void Directory::touch(const Address& address, Timestamp from, Timestamp to) {
    if (!is_watched_) return;
    const auto [known, is_new] = touched_.try_emplace(address, Touched{from, to});
    if (is_new) return;
    known->second.from = std::min(known->second.from, from);
    known->second.to = std::max(known->second.to, to);
}

}  // namespace sensor::attribute
