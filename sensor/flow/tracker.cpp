#include "sensor/flow/tracker.h"

#include <algorithm>
#include <limits>

#include "sensor/model/flow_hash.h"

namespace sensor::flow {
namespace {

/// Session::timer_class: which timeout applies.
enum TimerClass : std::uint8_t { kHandshake, kOpen, kClosing, kOneWay, kBothWays };
constexpr std::uint8_t kInDecidedWheel = 0x8;  // Session::timer_class, besides the class
constexpr std::uint8_t kClassMask = 0x7;

constexpr unsigned kEndedPerTurn = 2 * Burst::kPackets + 1024;

/// With no handshake to tell, the smaller port is more likely the server's. A validator may know
/// better, and then the session turns round.
bool source_opened(const DecodedPacket& packet) noexcept {
    if (packet.transport == Transport::kUdp) return true;
    if ((packet.tcp_flags & kTcpSyn) != 0) return (packet.tcp_flags & kTcpAck) == 0;
    return packet.source.port >= packet.destination.port;
}

TimerClass class_of(const Session& session) noexcept {
    if (session.key.transport == Transport::kUdp) {
        return session.packets[0] != 0 && session.packets[1] != 0 ? kBothWays : kOneWay;
    }
    if (session.tcp_state == TcpState::kClosed || session.tcp_state == TcpState::kReset) {
        return kClosing;
    }
    const bool spoke = session.attempts != 0 || session.tcp_state == TcpState::kMidstream;
    return spoke ? kOpen : kHandshake;
}

bool is_over(const Session& session) noexcept {
    return session.tcp_state == TcpState::kClosed || session.tcp_state == TcpState::kReset;
}

/// Both sides have closed, each has been heard from its start, and nothing is missing: what comes
/// now only repeats, and nobody need keep their first bytes.
bool has_said_all(const Session& session) noexcept {
    return is_over(session) && !session.has(kLossSeen) &&
           session.attempts_of(Direction::kToServer) != 0 &&
           session.attempts_of(Direction::kToClient) != 0;
}

}  // namespace

Tracker::Tracker(const Timeouts& timeouts, const Limits& limits, Duration persistence)
    : timeouts_ns_{timeouts.tcp_handshake.count(), timeouts.tcp_open.count(),
                   timeouts.tcp_closed.count(), timeouts.udp_one_way.count(),
                   timeouts.udp_both_ways.count()},
      persistence_ns_{persistence.count()},
      pool_{limits.sessions + 1},
      index_{limits.sessions},
      undecided_{pool_},
      decided_{pool_},
      listener_{limits.first_bytes, counters_} {
    free_.reserve(limits.sessions);
    ended_.reserve(kEndedPerTurn);
}

double Tracker::bytes_per_session() const noexcept {
    const auto room = static_cast<double>(pool_.size() - 1);
    return static_cast<double>(index_.bytes() + pool_.size() * sizeof(Session)) / room +
           sizeof(std::uint32_t);  // its place in the free list
}

std::int64_t Tracker::deadline_of(const Session& session) const noexcept {
    return session.last_seen_ns + timeouts_ns_[session.timer_class & kClassMask];
}

TimerWheel& Tracker::wheel_of(const Session& session) noexcept {
    return (session.timer_class & kInDecidedWheel) != 0 ? decided_ : undecided_;
}

std::uint32_t Tracker::entry_of(const Session& session) const noexcept {
    return static_cast<std::uint32_t>(&session - &pool_[0]);
}

EndReason Tracker::reason_of(const Session& session) const noexcept {
    if (session.tcp_state == TcpState::kReset) return EndReason::kReset;
    if (session.tcp_state == TcpState::kClosed) return EndReason::kClosed;
    return EndReason::kTimeout;
}

void Tracker::prefetch(const Burst& burst) noexcept {
    for (std::size_t i = 0; i < burst.size; ++i)
        index_.prefetch(burst.packets[i].flow_hash);
    for (std::size_t i = 0; i < burst.size; ++i) {
        const Session* likely = &pool_[index_.candidate(burst.packets[i].flow_hash)];
        __builtin_prefetch(likely, 1);
        __builtin_prefetch(reinterpret_cast<const std::byte*>(likely) + 64, 1);
    }
}

void Tracker::run(Burst& burst) noexcept {
    if (burst.round_end == 0 && burst.size != 0) {
        burst_start_ns_ = nanoseconds_of(burst.views[0].seen);
        if (session_count() == 0) {
            undecided_.start(burst_start_ns_);
            decided_.start(burst_start_ns_);
        }
        prefetch(burst);
    }
    burst.begin_round();
    std::uint64_t steady = 0;
    std::size_t i = burst.round_begin;
    for (; i < burst.size; ++i) {
        const DecodedPacket& packet = burst.packets[i];
        if (packet.status != DecodeStatus::kOk) continue;
        const std::uint32_t entry = find(packet);
        if (entry != kNoEntry && is_steady(pool_[entry], burst.views[i], packet)) [[likely]] {
            count_steady(pool_[entry], burst.views[i], packet);
            ++steady;
        } else if (!take(burst, i, entry)) {
            break;
        }
    }
    counters_.add(FlowCounter::kTracked, steady);
    burst.round_end = i;
}

namespace {
/// What is_steady() asks of a session's flags, and what it does not care for.
constexpr unsigned kSettled = kIdentified | kJudged | kAttributed | kTagsFromClient;
constexpr unsigned kUnsettled = kSettled | kAwaitsRound | kUnapproved;
}  // namespace

bool Tracker::is_steady(const Session& session, const PacketView& view,
                        const DecodedPacket& packet) const noexcept {
    // Those that the cold side watches are looked at until it was told that they persist.
    const bool is_settled = (session.flags & kUnsettled) == kSettled ||
                            ((session.flags & (kUnsettled | kPersistenceTold)) ==
                             (kSettled | kUnapproved | kPersistenceTold));
    const bool is_open = session.tcp_state == TcpState::kNone ||
                         session.tcp_state == TcpState::kEstablished ||
                         session.tcp_state == TcpState::kMidstream;
    const std::size_t side = index_of(session.direction_of(packet.source_is_low));
    const bool is_plain = session.course == Course::kPlain || session.course == Course::kEnded;
    return is_settled && is_open && is_plain && session.watched == 0 && session.buffer == 0 &&
           (packet.tcp_flags & (kTcpSyn | kTcpFin | kTcpRst)) == 0 && !packet.is_carrier &&
           (session.timer_class & kInDecidedWheel) != 0 && session.packets[side] != 0 &&
           (session.tags != 0 || !packet.has_tags) &&
           session.packets[side] != std::numeric_limits<std::uint32_t>::max() &&
           deadline_of(session) > nanoseconds_of(view.seen);
}

void Tracker::count_steady(Session& session, const PacketView& view,
                           const DecodedPacket& packet) noexcept {
    const std::size_t side = index_of(session.direction_of(packet.source_is_low));
    session.last_seen_ns = nanoseconds_of(view.seen);
    session.wire_bytes[side] += packet.ip_length;
    ++session.packets[side];
    session.tcp_flags[side] = static_cast<std::uint8_t>(session.tcp_flags[side] | packet.tcp_flags);
}

bool Tracker::take(Burst& burst, std::size_t i, std::uint32_t entry) noexcept {
    const DecodedPacket& packet = burst.packets[i];
    if (i != burst.round_begin && must_wait(entry, packet)) return false;
    if (packet.is_carrier) counters_.add(FlowCounter::kCarriers);
    Session* session = track(entry, burst.views[i], packet);
    if (session == nullptr) return true;
    // Asked before this packet counts: whatever round it is in, it is heard or not.
    const bool had_said_all = has_said_all(*session);
    count(*session, session->direction_of(packet.source_is_low), burst.views[i], packet);
    burst.sessions[i] = session;
    burst.speech[i] =
        had_said_all ? Speech{} : listener_.listen(*session, packet.source_is_low, packet);
    if (!burst.speech[i].said.empty()) session->set(kAwaitsRound);
    update_timer(*session);
    burst.add_due(i);
    return true;
}

std::uint32_t Tracker::find(const DecodedPacket& packet) const noexcept {
    const Endpoint& low = packet.source_is_low ? packet.source : packet.destination;
    const Endpoint& high = packet.source_is_low ? packet.destination : packet.source;
    return index_.find(packet.flow_hash, [&](std::uint32_t candidate) {
        return pool_[candidate].key.is_between(low, high, packet.transport, packet.scope);
    });
}

namespace {
bool opens(const DecodedPacket& packet) noexcept {
    return (packet.tcp_flags & (kTcpSyn | kTcpAck)) == kTcpSyn;
}
/// The same ports again: the old session is over, whether its end was seen or not. A SYN with the
/// number the session began with is only a repetition.
bool begins_anew(const Session& session, const DecodedPacket& packet) noexcept {
    if (!opens(packet)) return false;
    if (is_over(session) || session.tcp_state == TcpState::kMidstream) return true;
    if (session.tcp_state != TcpState::kEstablished) return false;
    const Direction direction = session.direction_of(packet.source_is_low);
    return direction == Direction::kToClient ||
           session.next_sequence[index_of(direction)] != packet.tcp_sequence + 1;
}
}  // namespace

bool Tracker::must_wait(std::uint32_t entry, const DecodedPacket& packet) const noexcept {
    if (entry == kNoEntry) return false;
    const Session& session = pool_[entry];
    // A session that ends here may still be pointed at from the round's columns.
    return session.has(kAwaitsRound) || begins_anew(session, packet);
}

Session* Tracker::track(std::uint32_t entry, const PacketView& view,
                        const DecodedPacket& packet) noexcept {
    const std::int64_t now = nanoseconds_of(view.seen);
    if (entry != kNoEntry) {
        const Session& session = pool_[entry];
        if (const std::int64_t deadline = deadline_of(session); deadline <= now) {
            end(entry, reason_of(session), deadline, 0);
            entry = kNoEntry;
        } else if (begins_anew(session, packet)) {
            end(entry, reason_of(session), now, view.number);
            entry = kNoEntry;
        }
    }
    if (entry == kNoEntry) entry = create(view, packet);
    if (entry == kNoEntry) {
        counters_.add(FlowCounter::kUntrackedTableFull);
        return nullptr;
    }
    counters_.add(FlowCounter::kTracked);
    return &pool_[entry];
}

bool Tracker::make_room(const PacketView& view) noexcept {
    const std::uint32_t oldest = undecided_.earliest();
    // A session of this very burst is still pointed at from its column.
    if (oldest == kNoEntry || pool_[oldest].last_seen_ns >= burst_start_ns_) return false;
    if (const std::int64_t deadline = deadline_of(pool_[oldest]);
        deadline <= nanoseconds_of(view.seen)) {
        end(oldest, reason_of(pool_[oldest]), deadline, 0);
        return true;
    }
    end(oldest, EndReason::kEvicted, nanoseconds_of(view.seen), view.number);
    counters_.add(FlowCounter::kEvicted);
    return true;
}

std::uint32_t Tracker::create(const PacketView& view, const DecodedPacket& packet) noexcept {
    const bool has_room = !free_.empty() || unused_ < pool_.size();
    if (!has_room && !make_room(view)) return kNoEntry;
    std::uint32_t entry = 0;
    if (!free_.empty()) {
        entry = free_.back();
        free_.pop_back();
    } else {
        entry = unused_++;
    }
    Session& session = pool_[entry];
    session = Session{};
    session.key =
        FlowKey::between(packet.source, packet.destination, packet.transport, packet.scope);
    session.start_ns = session.last_seen_ns = nanoseconds_of(view.seen);
    const bool source_is_client = source_opened(packet);
    if (packet.source_is_low == source_is_client) session.set(kClientIsLow);
    if ((packet.tcp_flags & kTcpSyn) != 0) session.set(kDirectionKnown);
    if (packet.destination.address.is_multicast()) session.set(kMulticast);
    if (packet.transport == Transport::kTcp && (packet.tcp_flags & kTcpSyn) == 0) {
        session.tcp_state = TcpState::kMidstream;
    }
    session.timer_class = class_of(session) & kClassMask;
    index_.insert(packet.flow_hash, entry);
    undecided_.insert(entry, deadline_of(session));
    live_.store(session_count() + 1, std::memory_order_relaxed);
    counters_.add(FlowCounter::kSessions);
    return entry;
}

void Tracker::count(Session& session, Direction direction, const PacketView& view,
                    const DecodedPacket& packet) noexcept {
    const std::size_t side = index_of(direction);
    session.last_seen_ns = nanoseconds_of(view.seen);
    session.wire_bytes[side] += packet.ip_length;
    if (session.packets[side] != std::numeric_limits<std::uint32_t>::max()) {
        ++session.packets[side];
    }
    const bool is_watched = session.has(kUnapproved) && !session.has(kPersistenceTold);
    if (is_watched && session.last_seen_ns - session.start_ns >= persistence_ns_) {
        session.set(kAwaitsRound);
    }
    const bool from_client = direction == Direction::kToServer;
    if (session.tags == 0 || (from_client && !session.has(kTagsFromClient))) {
        if (packet.has_tags) session.tags = tags_.intern(packet.tags);
        if (from_client) session.set(kTagsFromClient);
    }
    if (packet.transport == Transport::kTcp) update_tcp(session, direction, packet);
}

void Tracker::update_tcp(Session& session, Direction direction,
                         const DecodedPacket& packet) noexcept {
    const std::size_t side = index_of(direction);
    const std::uint8_t flags = packet.tcp_flags;
    session.tcp_flags[side] = static_cast<std::uint8_t>(session.tcp_flags[side] | flags);
    if ((flags & kTcpSyn) != 0 && session.tcp_state <= TcpState::kSynReceived) {
        session.next_sequence[side] = packet.tcp_sequence + 1;  // SYN takes a number
        // A SYN that comes after its answer, late or repeated, takes nothing back.
        session.tcp_state =
            std::max(session.tcp_state,
                     (flags & kTcpAck) != 0 ? TcpState::kSynReceived : TcpState::kSynSent);
    } else if (session.tcp_state == TcpState::kSynReceived && direction == Direction::kToServer &&
               (flags & kTcpAck) != 0) {
        session.tcp_state = TcpState::kEstablished;
    }
    if ((flags & kTcpRst) != 0) {
        session.tcp_state = TcpState::kReset;
    } else if ((session.tcp_flags[0] & session.tcp_flags[1] & kTcpFin) != 0 &&
               session.tcp_state != TcpState::kReset) {
        session.tcp_state = TcpState::kClosed;
    }
}

/// Moves the session in its wheel only if it is to be looked at sooner than planned.
void Tracker::update_timer(Session& session) noexcept {
    const TimerClass now = class_of(session);
    const auto before = static_cast<std::uint8_t>(session.timer_class & kClassMask);
    if (now == before) return;
    const auto wheel = static_cast<std::uint8_t>(session.timer_class & kInDecidedWheel);
    session.timer_class = static_cast<std::uint8_t>(now | wheel) & 0xfU;
    if (timeouts_ns_[now] >= timeouts_ns_[before]) return;
    const std::uint32_t entry = entry_of(session);
    wheel_of(session).remove(entry);
    wheel_of(session).insert(entry, deadline_of(session));
}

void Tracker::settle(Burst& burst) noexcept {
    listener_.settle();
    for (const std::size_t i : burst.due()) {
        Session* session = burst.sessions[i];
        session->clear(kAwaitsRound);
        if (burst.speech[i].unfinished) {
            listener_.keep(*session, burst.speech[i]);
        } else if (!burst.speech[i].before.empty()) {
            listener_.forget(*session);
        }
        if (has_said_all(*session)) listener_.forget(*session);
        if (!session->has(kIdentified)) continue;
        if (!session->is_followed()) listener_.forget(*session);
        if ((session->timer_class & kInDecidedWheel) != 0) continue;
        const std::uint32_t entry = entry_of(*session);
        undecided_.remove(entry);
        session->timer_class |= kInDecidedWheel;
        decided_.insert(entry, deadline_of(*session));
    }
}

}  // namespace sensor::flow
