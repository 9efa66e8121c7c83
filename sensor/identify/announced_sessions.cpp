#include "sensor/identify/announced_sessions.h"

#include <algorithm>
#include <utility>

#include "sensor/model/flow_hash.h"

namespace sensor::identify {

std::size_t AnnouncedSessions::set_of(const Entry& entry) noexcept {
    const Endpoint announced{entry.address, entry.port};
    return symmetric_hash(announced, announced, entry.transport, entry.scope) % kSets;
}

bool AnnouncedSessions::expect(const Session& announcer, const Announcement& announcement,
                               ProtocolId protocol, std::int64_t now_ns) noexcept {
    Endpoint mine = announcer.client();
    Endpoint theirs = announcer.server();
    if (announcement.side == Direction::kToClient) std::swap(mine, theirs);
    const Entry entry{.scope = announcer.key.scope,
                      .address = mine.address,
                      .peer = theirs.address,
                      .port = announcement.port,
                      .transport = announcer.key.transport,
                      .protocol = protocol,
                      .expires_ns = now_ns + kPatienceNs};
    Set& set = sets_[set_of(entry)];
    const auto is_same = [&](const Entry& kept) {
        return kept.protocol != ProtocolId::kUnknown && kept.is_for(entry);
    };
    auto place = std::ranges::find_if(set, is_same);
    if (place == set.end()) place = std::ranges::find(set, ProtocolId::kUnknown, &Entry::protocol);
    if (place == set.end()) place = std::ranges::min_element(set, {}, &Entry::expires_ns);
    const bool was_free = place->protocol == ProtocolId::kUnknown;
    const bool loses = !was_free && !place->is_for(entry) && place->expires_ns > now_ns;
    if (was_free) ++count_;
    *place = entry;
    return loses;
}

ProtocolId AnnouncedSessions::take(const Entry& wanted, std::int64_t now_ns) noexcept {
    for (Entry& kept : sets_[set_of(wanted)]) {
        if (kept.protocol == ProtocolId::kUnknown || !kept.is_for(wanted)) continue;
        --count_;
        const ProtocolId protocol = std::exchange(kept.protocol, ProtocolId::kUnknown);
        return kept.expires_ns >= now_ns ? protocol : ProtocolId::kUnknown;
    }
    return ProtocolId::kUnknown;
}

ProtocolId AnnouncedSessions::take(const Session& session, std::int64_t now_ns) noexcept {
    const FlowKey& key = session.key;
    const auto wanted = [&](const Endpoint& announced, const Endpoint& other) {
        return Entry{.scope = key.scope,
                     .address = announced.address,
                     .peer = other.address,
                     .port = announced.port,
                     .transport = key.transport,
                     .protocol = {},
                     .expires_ns = 0};
    };
    const ProtocolId found = take(wanted(key.low(), key.high()), now_ns);
    if (found != ProtocolId::kUnknown) return found;
    return take(wanted(key.high(), key.low()), now_ns);
}

}  // namespace sensor::identify
