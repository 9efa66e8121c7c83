#include "sensor/judge/behaviour.h"

#include <algorithm>

#include "lib/digest/digest.h"

namespace sensor::judge {
namespace {

std::string id_of(const std::string& key, Timestamp first_seen) {
    const std::string text = key + "\n" + std::to_string(nanoseconds_of(first_seen));
    const auto digest = digest::sha256(bytes::view_of(text));
    constexpr std::size_t kBytes = 8;  // 16 digits: a collision takes billions of findings
    return digest::hexadecimal(bytes::View{digest}.first(kBytes));
}

}  // namespace

/// Private addresses repeat from tunnel to tunnel.
std::string subject_of(const Observation& session) {
    if (!session.attribution.device.empty()) return session.attribution.device;
    std::string subject = to_string(session.client.address);
    const Tags& tags = session.tags;
    if (has_vni(tags.tunnel)) {
        subject += " vni " + std::to_string(static_cast<std::uint32_t>(tags.vni));
    }
    for (std::size_t i = 0; i < std::min<std::size_t>(tags.vlan_count, tags.vlans.size()); ++i)
        subject += " vlan " + std::to_string(tags.vlans[i]);
    return subject;
}

std::string behaviour_key(FindingKind kind, const Observation& session) {
    const Attribution& who = session.attribution;
    std::string key{name_of(kind)};
    const std::string app = who.app.empty() ? "group " + who.app_group : "app " + who.app;
    for (const std::string& part :
         {subject_of(session), app, session.protocol, to_string(session.server.address),
          to_string(session.transport, session.server.port)}) {
        key += "\n" + part;
    }
    if (session.proxy) key += "\nbeyond " + to_string(session.proxy->address);
    if (!session.requested_name.empty()) key += "\nnamed " + session.requested_name;
    return key;
}

std::uint64_t half_of(const Observation& session) noexcept {
    return session.flow_id * 2 + (session.proxy ? 1 : 0);
}

Behaviour* BehaviourTable::find(const std::string& key) {
    const auto found = by_key_.find(key);
    return found == by_key_.end() ? nullptr : found->second;
}

Behaviour* BehaviourTable::find_id(std::string_view id) {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : found->second;
}

void BehaviourTable::rename(Behaviour& behaviour, std::string key) {
    auto known = by_key_.extract(behaviour.key);
    behaviour.key = std::move(key);
    known.key() = behaviour.key;
    by_key_.insert(std::move(known));
}

Behaviour* BehaviourTable::find_session(std::uint64_t half) {
    const auto found = by_session_.find(half);
    return found == by_session_.end() ? nullptr : found->second;
}

Behaviour& BehaviourTable::add(std::string key, const Observation& session) {
    Behaviour& behaviour = order_.emplace_back();
    if (auto past = recall(key)) {
        behaviour.id = std::move(past->id);
        behaviour.revision = past->revision;
        behaviour.told_severity = past->severity;
        behaviour.earlier = past->life;
        behaviour.starts = past->starts;
        behaviour.is_told_here = past->is_told_here;
    } else {
        behaviour.id = id_of(key, session.start);
    }
    behaviour.key = std::move(key);
    behaviour.first_seen = session.start;
    behaviour.last_seen = session.last;
    list(behaviour);
    return behaviour;
}

void BehaviourTable::restore(Behaviour restored) {
    list(order_.emplace_back(std::move(restored)));
}

/// The last one in order_.
void BehaviourTable::list(Behaviour& behaviour) {
    behaviour.place = std::prev(order_.end());
    by_key_.emplace(behaviour.key, &behaviour);
    by_id_.emplace(behaviour.id, &behaviour);
}

void BehaviourTable::open_session(Behaviour& behaviour, std::uint64_t half) {
    if (behaviour.open_sessions.size() >= kOpenSessions) return;
    if (!by_session_.try_emplace(half, &behaviour).second) return;
    behaviour.open_sessions.push_back(half);
}

void BehaviourTable::close_session(std::uint64_t half) {
    const auto found = by_session_.find(half);
    if (found == by_session_.end()) return;
    std::erase(found->second->open_sessions, half);
    by_session_.erase(found);
}

void BehaviourTable::remove(const Behaviour& behaviour) {
    for (const std::uint64_t half : behaviour.open_sessions)
        by_session_.erase(half);
    by_key_.erase(behaviour.key);
    by_id_.erase(behaviour.id);
    order_.erase(behaviour.place);
}

void BehaviourTable::remember(std::string key, Past past) {
    if (past_.size() >= capacity_) {
        past_by_key_.erase(past_.front().first);
        past_.pop_front();
    }
    past_.emplace_back(std::move(key), std::move(past));
    past_by_key_[past_.back().first] = std::prev(past_.end());
}

std::optional<BehaviourTable::Past> BehaviourTable::recall(const std::string& key) {
    const auto found = past_by_key_.find(key);
    if (found == past_by_key_.end()) return std::nullopt;
    const auto place = found->second;
    past_by_key_.erase(found);
    Past past = std::move(place->second);
    past_.erase(place);
    return past;
}

}  // namespace sensor::judge
