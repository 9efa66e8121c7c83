#include "sensor/flow/tracker.h"

#include <algorithm>
#include <limits>

#include "sensor/model/flow_hash.h"

namespace sensor::flow {
namespace {

/// Session::timer_class: which timeout applies.
enum TimerClass : std::uint8_t { kHandshake, kOpen, kClosing, kOneWay, kBothWays };
constexpr std::uint8_t kInDecidedWheel = 0x80;  // Session::timer_class, besides the class
constexpr std::uint8_t kClassMask = 0x7f;

constexpr unsigned kEndedPerTurn = 2 * Burst::kCapacity + 1024;

constexpr std::size_t index_of(Direction direction) noexcept {
    return static_cast<std::size_t>(direction);
}

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

}  // namespace

Tracker::Tracker(const Timeouts& timeouts, const Limits& limits)
    : timeouts_ns_{timeouts.tcp_handshake.count(), timeouts.tcp_open.count(),
                   timeouts.tcp_closed.count(), timeouts.udp_one_way.count(),
                   timeouts.udp_both_ways.count()},
      pool_{limits.sessions + 1},
      index_{limits.sessions},
      undecided_{pool_},
      decided_{pool_},
      first_bytes_{limits.first_bytes} {
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

void Tracker::run(Burst& burst) noexcept {
    if (burst.size == 0) return;
    burst_start_ns_ = nanoseconds_of(burst.views[0].seen);
    if (live_ == 0) {
        undecided_.start(burst_start_ns_);
        decided_.start(burst_start_ns_);
    }
    for (std::size_t i = 0; i < burst.size; ++i)
        index_.prefetch(burst.packets[i].flow_hash);
    for (std::size_t i = 0; i < burst.size; ++i) {
        const Session* likely = &pool_[index_.candidate(burst.packets[i].flow_hash)];
        __builtin_prefetch(likely, 1);
        __builtin_prefetch(reinterpret_cast<const std::byte*>(likely) + 64, 1);
    }
    pending_count_ = 0;
    for (std::size_t i = 0; i < burst.size; ++i) {
        const DecodedPacket& packet = burst.packets[i];
        burst.sessions[i] = nullptr;
        burst.speech[i] = {};
        if (packet.status != DecodeStatus::kOk) continue;
        Session* session = track(burst.views[i], packet);
        burst.sessions[i] = session;
        if (session == nullptr) continue;
        const bool from_low = packet.source <= packet.destination;
        count(*session, session->direction_of(from_low), burst.views[i], packet);
        burst.speech[i] = listen(*session, from_low, packet);
        update_timer(*session);
    }
}

Session* Tracker::track(const PacketView& view, const DecodedPacket& packet) noexcept {
    const FlowKey key =
        FlowKey::between(packet.source, packet.destination, packet.transport, packet.scope);
    const std::int64_t now = nanoseconds_of(view.seen);
    std::uint32_t entry = index_.find(
        packet.flow_hash, [&](std::uint32_t candidate) { return pool_[candidate].key == key; });
    if (entry != kNoEntry) {
        const Session& session = pool_[entry];
        const bool opens = (packet.tcp_flags & (kTcpSyn | kTcpAck)) == kTcpSyn;
        const bool is_over =
            session.tcp_state == TcpState::kClosed || session.tcp_state == TcpState::kReset;
        if (const std::int64_t deadline = deadline_of(session); deadline <= now) {
            end(entry, reason_of(session), deadline, 0);
            entry = kNoEntry;
        } else if (opens && is_over) {  // the same ports again
            end(entry, reason_of(session), now, view.number);
            entry = kNoEntry;
        }
    }
    if (entry == kNoEntry) entry = create(view, packet, key);
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
    end(oldest, EndReason::kEvicted, nanoseconds_of(view.seen), view.number);
    counters_.add(FlowCounter::kEvicted);
    return true;
}

std::uint32_t Tracker::create(const PacketView& view, const DecodedPacket& packet,
                              const FlowKey& key) noexcept {
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
    session.key = key;
    session.start_ns = session.last_seen_ns = nanoseconds_of(view.seen);
    const bool source_is_low = packet.source <= packet.destination;
    const bool source_is_client = source_opened(packet);
    if (source_is_low == source_is_client) session.set(kClientIsLow);
    if ((packet.tcp_flags & kTcpSyn) != 0) session.set(kDirectionKnown);
    if (packet.destination.address.is_multicast()) session.set(kMulticast);
    if (packet.transport == Transport::kTcp && (packet.tcp_flags & kTcpSyn) == 0) {
        session.tcp_state = TcpState::kMidstream;
    }
    session.timer_class = class_of(session);
    index_.insert(packet.flow_hash, entry);
    undecided_.insert(entry, deadline_of(session));
    ++live_;
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
    const bool from_client = direction == Direction::kToServer;
    if (session.tags == 0 || (from_client && !session.has(kTagsFromClient))) {
        if (packet.tags != Tags{}) session.tags = tags_.intern(packet.tags);
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
        session.tcp_state = (flags & kTcpAck) != 0 ? TcpState::kSynReceived : TcpState::kSynSent;
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
    session.timer_class = static_cast<std::uint8_t>(now | wheel);
    if (timeouts_ns_[now] >= timeouts_ns_[before]) return;
    const std::uint32_t entry = entry_of(session);
    wheel_of(session).remove(entry);
    wheel_of(session).insert(entry, deadline_of(session));
}

Speech Tracker::listen(Session& session, bool from_low, const DecodedPacket& packet) noexcept {
    Speech speech{.said = {}, .heard = {}, .from_low = from_low};
    const Direction direction = session.direction_of(from_low);
    if (packet.payload.empty() || session.has(kIdentified)) return speech;
    if (session.spoken[index_of(direction)] != ProtocolId::kUnknown) return speech;
    if (session.is_exhausted(direction)) return speech;
    if (packet.transport == Transport::kUdp) {
        session.count_attempt(direction);
        speech.said = packet.payload;
        return speech;
    }
    speech.said = listen_tcp(session, from_low, packet);
    if (!speech.said.empty()) speech.heard = kept_of(session, !from_low);
    return speech;
}

/// What the other side said before, for identify to look at again in the light of this answer.
bytes::View Tracker::kept_of(Session& session, bool from_low) noexcept {
    const Direction direction = session.direction_of(from_low);
    if (session.spoken[index_of(direction)] != ProtocolId::kUnknown) return {};
    keep_pending(session, from_low);
    if (session.buffer == 0) return {};
    const StreamStart& stream = first_bytes_[session.buffer][from_low ? 0 : 1];
    return stream.started() ? stream.prefix() : bytes::View{};
}

/// The buffers are kept by endpoint, low and high, so that a session that turns round keeps them.
StreamStart* Tracker::stream_of(Session& session, bool from_low) noexcept {
    if (session.buffer == 0) {
        session.buffer = first_bytes_.take();
        if (session.buffer == 0) {
            counters_.add(FlowCounter::kFirstBytesFull);
            return nullptr;
        }
    }
    return &first_bytes_[session.buffer][from_low ? 0 : 1];
}

void Tracker::keep_pending(Session& session, bool from_low) noexcept {
    for (std::size_t i = 0; i < pending_count_; ++i) {
        Pending& pending = pending_[i];
        if (pending.session != &session || pending.from_low != from_low) continue;
        if (StreamStart* stream = stream_of(session, from_low); stream != nullptr) {
            stream->start(pending.sequence);
            stream->add(pending.sequence, pending.payload);
        }
        pending = pending_[--pending_count_];
        return;
    }
}

bytes::View Tracker::listen_tcp(Session& session, bool from_low,
                                const DecodedPacket& packet) noexcept {
    const Direction direction = session.direction_of(from_low);
    const std::size_t side = index_of(direction);
    const bool opens = (packet.tcp_flags & kTcpSyn) != 0;
    const std::uint32_t sequence = packet.tcp_sequence + (opens ? 1 : 0);
    const bool start_known = (session.tcp_flags[side] & kTcpSyn) != 0;
    const unsigned shown = session.attempts_of(direction);
    if (shown == 0 && session.buffer == 0 &&
        (!start_known || sequence == session.next_sequence[side])) {
        // The common case: the first payload, in its place. It is shown where it lies.
        pending_[pending_count_++] = {&session, packet.payload, sequence, from_low};
        session.count_attempt(direction);
        return packet.payload;
    }
    keep_pending(session, from_low);
    StreamStart* stream = stream_of(session, from_low);
    if (stream == nullptr) return {};
    if (!stream->started()) {
        if (shown != 0) return {};  // its first bytes found no buffer
        stream->start(start_known ? session.next_sequence[side] : sequence);
    }
    const std::size_t before = stream->prefix().size();
    switch (stream->add(sequence, packet.payload)) {
        case StreamStart::Outcome::kConflict: session.set(kOverlapConflict); break;
        case StreamStart::Outcome::kFull: counters_.add(FlowCounter::kTooManyHoles); break;
        case StreamStart::Outcome::kStored: break;
    }
    if (stream->has_hole()) session.set(kLossSeen);
    if (stream->prefix().size() == before) return {};
    if (!stream->has_hole()) session.clear(kLossSeen);
    session.count_attempt(direction);
    return stream->prefix();
}

void Tracker::settle(Burst& burst) noexcept {
    while (pending_count_ != 0) {
        const Pending pending = pending_[pending_count_ - 1];
        Session& session = *pending.session;
        const Direction direction = session.direction_of(pending.from_low);
        const bool done = session.has(kIdentified) || session.is_exhausted(direction) ||
                          session.spoken[index_of(direction)] != ProtocolId::kUnknown;
        if (done) {
            --pending_count_;
        } else {
            keep_pending(session, pending.from_low);
        }
    }
    for (std::size_t i = 0; i < burst.size; ++i) {
        Session* session = burst.sessions[i];
        if (session == nullptr || !session->has(kIdentified)) continue;
        if ((session->timer_class & kInDecidedWheel) != 0) continue;
        const std::uint32_t entry = entry_of(*session);
        undecided_.remove(entry);
        session->timer_class = static_cast<std::uint8_t>(session->timer_class | kInDecidedWheel);
        decided_.insert(entry, deadline_of(*session));
        if (session->buffer == 0) continue;
        first_bytes_.give_back(session->buffer);
        session->buffer = 0;
    }
}

void Tracker::end(std::uint32_t entry, EndReason reason, std::int64_t time_ns,
                  std::uint64_t packet) noexcept {
    Session& session = pool_[entry];
    wheel_of(session).remove(entry);
    index_.erase(symmetric_hash(session.key), entry);
    if (session.buffer != 0) first_bytes_.give_back(session.buffer);
    session.buffer = 0;
    ended_.push_back({session, tags_of(session), reason, time_ns, packet});
    free_.push_back(entry);
    --live_;
}

void Tracker::expire(TimerWheel& wheel, std::int64_t now_ns, unsigned& budget) noexcept {
    for (; budget != 0; --budget) {
        const std::uint32_t entry = wheel.take_due(now_ns);
        if (entry == kNoEntry) return;
        const Session& session = pool_[entry];
        const std::int64_t deadline = deadline_of(session);
        wheel.insert(entry, deadline);
        if (deadline <= now_ns) end(entry, reason_of(session), deadline, 0);
    }
}

void Tracker::expire(Timestamp now, unsigned budget) noexcept {
    expire(undecided_, nanoseconds_of(now), budget);
    expire(decided_, nanoseconds_of(now), budget);
}

bool Tracker::end_some(EndReason reason, Timestamp now, unsigned budget) noexcept {
    for (; budget != 0; --budget) {
        std::uint32_t entry = undecided_.earliest();
        if (entry == kNoEntry) entry = decided_.earliest();
        if (entry == kNoEntry) return false;
        const Session& session = pool_[entry];
        const bool is_over = reason_of(session) != EndReason::kTimeout;
        end(entry, is_over ? reason_of(session) : reason, nanoseconds_of(now), 0);
    }
    return true;
}

std::int64_t Tracker::settled_until_ns() const noexcept {
    return std::min(undecided_.hand(), decided_.hand()) << TimerWheel::kTickShift;
}

}  // namespace sensor::flow
