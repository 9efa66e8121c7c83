#include "sensor/flow/listener.h"

namespace sensor::flow {
namespace {
bool is_known(const Session& session, Direction direction) noexcept {
    return session.spoken[index_of(direction)] != ProtocolId::kUnknown;
}
/// Whether nobody wants to see more of the direction.
bool is_done_with(const Session& session, Direction direction) noexcept {
    if (session.is_followed()) return false;
    return session.has(kIdentified) || session.is_exhausted(direction) ||
           is_known(session, direction);
}
}  // namespace

Speech Listener::listen(Session& session, bool from_low, const DecodedPacket& packet) noexcept {
    Speech speech{.said = {}, .heard = {}, .from_low = from_low};
    const Direction direction = session.direction_of(from_low);
    if (packet.payload.empty()) return speech;
    if (packet.transport == Transport::kUdp) {
        listen_udp(session, packet, speech);
        return speech;
    }
    if (is_done_with(session, direction)) return speech;
    speech.said = listen_tcp(session, from_low, packet);
    if (!speech.said.empty()) speech.heard = kept_of(session, !from_low);
    if (session.buffer != 0) speech.following = &pool_[session.buffer].following;
    return speech;
}

/// Every datagram by itself, until one is recognised; after that only while some are kept.
void Listener::listen_udp(Session& session, const DecodedPacket& packet, Speech& speech) noexcept {
    const Direction direction = session.direction_of(speech.from_low);
    if (session.has(kIdentified) || session.is_exhausted(direction)) return;
    if (session.buffer != 0) {
        const StreamStart& kept = pool_[session.buffer].streams[speech.from_low ? 0 : 1];
        if (kept.started()) speech.before = kept.prefix();
    }
    if (is_known(session, direction) && speech.before.empty()) return;
    session.count_attempt(direction);
    speech.said = packet.payload;
}

void Listener::keep(Session& session, const Speech& speech) noexcept {
    StreamStart* stream = stream_of(session, speech.from_low);
    if (stream == nullptr) return;
    if (!stream->started()) stream->start(0);
    const std::array<std::uint8_t, 2> length{static_cast<std::uint8_t>(speech.said.size() >> 8U),
                                             static_cast<std::uint8_t>(speech.said.size())};
    const std::size_t used = stream->prefix().size();
    if (used + length.size() + speech.said.size() > kFirstBytes) return forget(session);
    stream->add(static_cast<std::uint32_t>(used), length);
    stream->add(static_cast<std::uint32_t>(used + length.size()), speech.said);
}

/// What the other side said before, for identify to look at again in the light of this answer.
bytes::View Listener::kept_of(Session& session, bool from_low) noexcept {
    if (is_known(session, session.direction_of(from_low)) && !session.is_followed()) return {};
    if (session.buffer == 0) return {};  // a round has one payload of a session, so none is pending
    const StreamStart& stream = pool_[session.buffer].streams[from_low ? 0 : 1];
    return stream.started() ? stream.prefix() : bytes::View{};
}

/// The buffers are kept by endpoint, low and high, so that a session that turns round keeps them.
StreamStart* Listener::stream_of(Session& session, bool from_low) noexcept {
    if (session.buffer == 0) {
        session.buffer = pool_.take() & 0xffffffU;
        if (session.buffer == 0) {
            counters_.add(FlowCounter::kFirstBytesFull);
            return nullptr;
        }
    }
    return &pool_[session.buffer].streams[from_low ? 0 : 1];
}

void Listener::keep_pending(Session& session, bool from_low) noexcept {
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

bytes::View Listener::listen_tcp(Session& session, bool from_low,
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

void Listener::settle() noexcept {
    while (pending_count_ != 0) {
        const Pending pending = pending_[pending_count_ - 1];
        Session& session = *pending.session;
        const Direction direction = session.direction_of(pending.from_low);
        if (is_done_with(session, direction)) {
            --pending_count_;
        } else {
            keep_pending(session, pending.from_low);
            unfollow_if_lost(session);
        }
    }
}

void Listener::forget(Session& session) noexcept {
    if (session.buffer == 0) return;
    pool_.give_back(session.buffer);
    session.buffer = 0;
}

/// Without a buffer the two directions cannot be read together.
void Listener::unfollow_if_lost(Session& session) noexcept {
    if (!session.is_followed() || session.buffer != 0) return;
    session.course = session.course == Course::kUpgraded ? Course::kEnded : Course::kPlain;
}

}  // namespace sensor::flow
