#include "sensor/attribute/feeds/radius_sessions.h"

#include <algorithm>
#include <ranges>

#include "sensor/attribute/feeds/sound_event.h"

namespace sensor::attribute::feeds::radius {
namespace {

constexpr std::size_t kMostRestarts = 4096;  // NASs, or their services

bool is_same_family(const Address& a, const Address& b) noexcept {
    return a.is_ipv4() == b.is_ipv4();
}

bool has(const std::vector<Address>& all, const Address& one) noexcept {
    return std::ranges::find(all, one) != all.end();
}

}  // namespace

void SessionBook::forget(Sessions::iterator place) {
    for (const Address& address : place->second.session.addresses) {
        const auto holder = holders_.find(address);
        if (holder != holders_.end() && holder->second == place->first) holders_.erase(holder);
    }
    recency_.erase(place->second.recency);
    sessions_.erase(place);
}

void SessionBook::make_room() {
    if (sessions_.size() < most_sessions_) return;
    const auto stalest = sessions_.find(recency_.front());
    if (!stalest->second.session.ended) ++evicted_;
    forget(stalest);
}

SessionBook::Session& SessionBook::find_or_add(const Key& key) {
    const auto found = sessions_.find(key);
    if (found != sessions_.end()) {
        recency_.splice(recency_.end(), recency_, found->second.recency);
        return found->second.session;
    }
    make_room();
    const auto recency = recency_.insert(recency_.end(), key);
    return sessions_.emplace(key, Place{.session = {}, .recency = recency}).first->second.session;
}

/// For undo().
void SessionBook::remember(const Key& key) {
    const auto found = sessions_.find(key);
    undone_.emplace_back(
        key, found == sessions_.end() ? std::nullopt : std::optional{found->second.session});
}

void SessionBook::set(const Key& key, const std::optional<Session>& session) {
    if (const auto found = sessions_.find(key); found != sessions_.end()) forget(found);
    if (!session) return;
    find_or_add(key) = *session;
    for (const Address& address : session->addresses)
        holders_[address] = key;
}

void SessionBook::undo() {
    for (const auto& [key, session] : undone_)
        set(key, session);
    undone_.clear();
    if (restarts_before_) restarts_ = *std::exchange(restarts_before_, std::nullopt);
}

std::vector<IdentityEvent> SessionBook::apply(const Accounting& told, Timestamp time) {
    events_.clear();
    undone_.clear();
    restarts_before_.reset();
    switch (told.status) {
        case Status::kStart:
        case Status::kInterim:
        case Status::kStop: go_on(told, time); break;
        case Status::kOn:
        case Status::kOff: end_all_of(told, time); break;
        case Status::kNone: break;
    }
    return std::move(events_);
}

void SessionBook::tell(const Session& session, Timestamp time, decltype(IdentityEvent::fact) fact) {
    events_.push_back(
        {.time = time, .device = session.device, .source = "radius", .fact = std::move(fact)});
}

/// When the NAS told that it had begun anew, if that was after `time`.
std::optional<Timestamp> SessionBook::restart_after(const Accounting& told, Timestamp time) const {
    std::optional<Timestamp> after;
    for (const std::string& service : {std::string{}, told.service}) {
        const auto found = restarts_.find({told.nas, service});
        if (found != restarts_.end() && found->second > time) after = found->second;
    }
    return after;
}

void SessionBook::go_on(const Accounting& told, Timestamp time) {
    const Key key{told.nas, told.session};
    remember(key);
    Session& session = find_or_add(key);
    const bool is_another = !told.device.empty() && !session.device.empty() &&
                            session.device != told.device && told.status == Status::kStart;
    const bool is_reused = session.ended && time > *session.ended && told.status != Status::kStop;
    if (is_another && !session.ended) end(key, session, time);
    if (is_another || is_reused) session = {};
    if (session.begun == Timestamp{}) session.begun = time;
    learn(told, time, session);
    lease(key, session, told, time);
    if (told.status == Status::kStop) {
        end(key, session, time);
        return;
    }
    // It came late: what ended the session has come before it.
    if (session.ended) return end(key, session, *session.ended);
    if (const auto restart = restart_after(told, time)) end(key, session, *restart);
}

/// What is told of the device, if it is news.
void SessionBook::learn(const Accounting& told, Timestamp time, Session& session) {
    // An Interim or a Stop may say less than the Start: what it leaves out stays.
    const bool is_better = session.device.starts_with("user:") && !told.device.empty() &&
                           !told.device.starts_with("user:");
    if (is_better) rename({told.nas, told.session}, session, told.device, time);
    if (session.device.empty()) session.device = told.device;
    if (!told.service.empty()) session.service = told.service;
    if (!told.app_group.empty()) session.app_group = told.app_group;
    DeviceFact fact = session.fact;
    if (!told.fact.name.empty()) fact.name = told.fact.name;
    if (!told.fact.user.empty()) fact.user = told.fact.user;
    if (told.fact.platform != Platform::kUnknown) fact.platform = told.fact.platform;
    std::vector<std::string> ids = told.fact.also_known_as;
    ids.push_back(told.device);
    for (const std::string& id : ids) {
        const bool is_user = id.empty() || id.starts_with("user:");
        const bool is_known = std::ranges::find(fact.also_known_as, id) != fact.also_known_as.end();
        const bool has_room = fact.also_known_as.size() < kMostIds;
        if (!is_user && !is_known && has_room && id != session.device)
            fact.also_known_as.push_back(id);
    }
    if (session.device.empty() || fact == session.fact) return;
    session.fact = fact;
    tell(session, time, std::move(fact));
}

void SessionBook::grant(const Key& key, const Session& session, const Address& address,
                        Timestamp time) {
    holders_[address] = key;
    tell(session, time,
         LeaseFact{.address = address, .granted = true, .app_group = session.app_group});
}

/// A better id than the user's name has come: the leases are that device's from now on.
void SessionBook::rename(const Key& key, Session& session, const std::string& device,
                         Timestamp time) {
    for (const Address& address : session.addresses)
        release(key, session, address, time);
    session.device = device;
    session.fact = {};
    for (const Address& address : session.addresses)
        grant(key, session, address, time);
}

/// An older packet than the one that told the addresses of now: what it tells was so until then.
void SessionBook::lease_late(const Key& key, const Session& session, const Accounting& told,
                             Timestamp time) {
    for (const Address& address : told.addresses) {
        if (has(session.addresses, address)) continue;
        tell(session, time,
             LeaseFact{.address = address, .granted = true, .app_group = session.app_group});
        release(key, session, address, session.newest);
    }
}

void SessionBook::lease(const Key& key, Session& session, const Accounting& told, Timestamp time) {
    if (session.device.empty() || told.addresses.empty()) return;
    if (time < session.newest && !session.addresses.empty() && !session.ended)
        return lease_late(key, session, told, time);
    session.newest = std::max(session.newest, time);
    for (const Address& address : told.addresses) {
        if (has(session.addresses, address)) continue;
        session.addresses.push_back(address);
        // Who tells of a session first when it stops does not say since when it had the address.
        if (told.status != Status::kStop) grant(key, session, address, time);
    }
    // New addresses of a family stand for its old ones.
    const auto is_gone = [&](const Address& old) {
        return !has(told.addresses, old) &&
               std::ranges::any_of(told.addresses,
                                   [&](const Address& now) { return is_same_family(old, now); });
    };
    for (const Address& old : session.addresses)
        if (is_gone(old)) release(key, session, old, time);
    std::erase_if(session.addresses, is_gone);
}

void SessionBook::release(const Key& key, const Session& session, const Address& address,
                          Timestamp time) {
    const auto holder = holders_.find(address);
    if (holder != holders_.end() && holder->second != key) {
        // The device has the address by a newer session: it keeps it.
        const auto newer = sessions_.find(holder->second);
        if (newer != sessions_.end() && newer->second.session.device == session.device) return;
    }
    tell(session, time,
         LeaseFact{.address = address, .granted = false, .app_group = session.app_group});
    if (holder != holders_.end() && holder->second == key) holders_.erase(holder);
}

void SessionBook::end(const Key& key, Session& session, Timestamp time) {
    if (!session.device.empty()) {
        for (const Address& address : session.addresses)
            release(key, session, address, time);
    }
    session.addresses.clear();
    session.ended = time;
}

void SessionBook::end_all_of(const Accounting& told, Timestamp time) {
    restarts_before_ = restarts_;
    Timestamp& restart = restarts_[{told.nas, told.service}];
    restart = std::max(restart, time);
    if (restarts_.size() > kMostRestarts)
        restarts_.erase(std::ranges::min_element(restarts_, {}, &Restarts::value_type::second));
    for (auto at = sessions_.lower_bound({told.nas, {}});
         at != sessions_.end() && at->first.nas == told.nas; ++at) {
        Session& session = at->second.session;
        const bool is_of_service =
            told.service.empty() || session.service.empty() || session.service == told.service;
        if (session.ended || session.begun > time || !is_of_service) continue;
        remember(at->first);
        end(at->first, session, time);
    }
}

}  // namespace sensor::attribute::feeds::radius
