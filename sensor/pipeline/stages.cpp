#include "sensor/pipeline/stages.h"

#include <algorithm>
#include <ranges>
#include <utility>

namespace sensor::pipeline {
namespace {

constexpr unsigned kTimeoutsPerTurn = 256;
constexpr unsigned kEndsPerTurn = 256;

/// Leaves sessions as the stages after kLast would, as far as flow can tell.
template <Stage kLast>
void pretend_the_rest(Burst& burst) noexcept {
    for (const std::size_t i : burst.due()) {
        Session& session = *burst.sessions[i];
        if (kLast < Stage::kIdentify && !burst.speech[i].said.empty()) {
            const Direction direction = session.direction_of(burst.speech[i].from_low);
            session.spoken[index_of(direction)] = ProtocolId{1};
            if (session.spoken[index_of(opposite(direction))] != ProtocolId::kUnknown) {
                session.set(kIdentified);
            }
        }
        if (kLast < Stage::kAttribute) session.set(kAttributed);
        if (kLast < Stage::kJudge) session.set(kJudged);
    }
}

RecordOrder order_of(const PacketView& view, std::uint32_t epoch) noexcept {
    return {
        .epoch = epoch, .time_ns = nanoseconds_of(view.seen), .packet = view.number, .flow_id = 0};
}

}  // namespace

Stages::Stages(const StageOptions& options, const Shared& shared,
               dpdk::Quiescence::Reader leases_reader, Outbox& outbox)
    : options_{options},
      reassembler_{options.decode.reassembly},
      flow_{options.timeouts, options.limits, options.persistence},
      identify_{shared.signatures},
      attribute_{shared.tags, shared.leases},
      leases_reader_{std::move(leases_reader)},
      approval_{shared.approval},
      outbox_{outbox},
      bursts_{options.cycles} {
    if (options.evidence_channel != nullptr) {
        evidence_.emplace(options.evidence, flow_.capacity(), *options.evidence_channel);
    }
}

void Stages::decode(Burst& burst) noexcept {
    decode::run(burst, options_.decode, reassembler_);
    count_decoded(burst, decoded_);
}

template <Stage kLast>
void Stages::run_until(Burst& burst, std::uint32_t epoch) noexcept {
    burst.round_begin = burst.round_end = 0;
    while (burst.round_end != burst.size) {
        flow_.run(burst);
        tell_ended(epoch);
        if constexpr (kLast >= Stage::kIdentify) identify_.run(burst);
        if constexpr (kLast >= Stage::kAttribute) attribute_.run(burst);
        if constexpr (kLast >= Stage::kJudge) approval().run(burst);
        if constexpr (kLast >= Stage::kTell) {
            if (evidence_) keep_first_packets(burst, epoch);
            tell(burst, epoch);
        }
        if constexpr (kLast < Stage::kJudge) pretend_the_rest<kLast>(burst);
        flow_.settle(burst);
    }
}
template void Stages::run_until<Stage::kFlow>(Burst&, std::uint32_t) noexcept;
template void Stages::run_until<Stage::kIdentify>(Burst&, std::uint32_t) noexcept;
template void Stages::run_until<Stage::kAttribute>(Burst&, std::uint32_t) noexcept;
template void Stages::run_until<Stage::kJudge>(Burst&, std::uint32_t) noexcept;
template void Stages::run_until<Stage::kTell>(Burst&, std::uint32_t) noexcept;

/// Of a session that was told of, each goes after it at once: its end may be hours away, and the
/// ring will hold other packets by then.
void Stages::keep_first_packets(const Burst& burst, std::uint32_t epoch) noexcept {
    for (const std::size_t i : burst.due()) {
        Session& session = *burst.sessions[i];
        const std::uint32_t entry = flow_.entry_of(session);
        if (!evidence_->wants(entry)) continue;
        session.watch_as(kKept, evidence_->keep(entry, burst.views[i], burst.packets[i]));
        if (!session.has(kUnapprovedTold)) continue;
        send_first_packets(session, entry, true, order_of(burst.views[i], epoch));
    }
}

/// Before the record of that order.
void Stages::send_first_packets(const Session& session, std::uint32_t entry, bool is_unapproved,
                                RecordOrder order) noexcept {
    order.flow_id = flow_id_of(session);
    evidence_->send(entry, {order.flow_id, order, is_unapproved});
}

/// Backwards, so that a session is told of at its last packet: the one that ended the round for it,
/// whatever came before in the same burst.
void Stages::tell(const Burst& burst, std::uint32_t epoch) noexcept {
    for (const std::size_t i : std::views::reverse(burst.due())) {
        if (options_.copied != ProtocolId::kUnknown) tell_datagram(burst, i, epoch);
        tell_facts(burst, i, epoch);
        tell_session(burst, i, epoch);
        tell_inner(burst, i, epoch);
    }
}

/// The session stays under observation: what its later packets tell is wanted as well.
void Stages::tell_datagram(const Burst& burst, std::size_t packet, std::uint32_t epoch) noexcept {
    constexpr std::uint8_t kAccountingRequest = 4;  // RFC 2866 §3
    Session& session = *burst.sessions[packet];
    const DecodedPacket& datagram = burst.packets[packet];
    const bool is_meant =
        session.key.transport == Transport::kUdp &&
        (session.spoken[0] == options_.copied || session.spoken[1] == options_.copied);
    if (!is_meant) return;
    session.watch_as(kAnnounces, true);
    if (datagram.payload.empty() || datagram.payload.front() != kAccountingRequest) return;
    datagram_.order = order_of(burst.views[packet], epoch);
    datagram_.source = datagram.source;
    datagram_.set_payload(datagram.payload);
    outbox_.send(datagram_);
}

/// Facts are taken while the bytes are at hand: of every session if each is told, else of those
/// that do not look approved so far.
void Stages::tell_facts(const Burst& burst, std::size_t packet, std::uint32_t epoch) noexcept {
    Session& session = *burst.sessions[packet];
    const Recognised& recognised = burst.recognised[packet];
    if (recognised.is_upgraded && session.proxied) {
        const identify::Protocol* row = identify::Signatures::row_of(session.protocol);
        if (row != nullptr && row->extract_upgrade != nullptr) {
            facts_.facts.clear();
            row->extract_upgrade(recognised.client, recognised.server, facts_.facts);
            send_facts(session, Direction::kToServer, epoch);
        }
    }
    for (const auto& [said, protocol, direction] : recognised) {
        const identify::Protocol* row = identify::Signatures::row_of(protocol);
        const bool is_unknown = protocol == ProtocolId::kUnknown;
        if (!is_unknown && (row == nullptr || row->extract == nullptr)) continue;
        // After STARTTLS the port is still the outer protocol's.
        const bool is_inner =
            session.course == Course::kUpgraded || session.course == Course::kEnded;
        const bool is_wanted =
            options_.tell_every_session || session.has(kFactsSent) ||
            !approval().approves(is_inner ? session.protocol : protocol, session.key.transport,
                                 session.server().port, session.app_group);
        if (!is_wanted) continue;
        facts_.facts.clear();
        if (is_unknown) {
            identify::describe_unknown(said, direction, facts_.facts);
            send_facts(session, direction, epoch);
            continue;
        }
        row->extract({.said = said,
                      .direction = direction,
                      .transport = session.key.transport,
                      .direction_known = session.has(kDirectionKnown),
                      .multicast = session.has(kMulticast),
                      .before = burst.speech[packet].before},
                     facts_.facts);
        send_facts(session, direction, epoch);
    }
}

void Stages::send_facts(Session& session, Direction direction, std::uint32_t epoch) noexcept {
    facts_.flow_id = flow_id_of(session);
    facts_.epoch = epoch;
    facts_.entry = flow_.entry_of(session);
    facts_.direction = direction;
    session.set(kFactsSent);
    outbox_.send(facts_);
}

void Stages::tell_session(const Burst& burst, std::size_t packet, std::uint32_t epoch) noexcept {
    Session& session = *burst.sessions[packet];
    if (!session.has(kAwaitsRound) || !session.has(kUnapproved)) return;
    const bool is_told = session.has(kUnapprovedTold);
    const bool persists = session.last_seen_ns - session.start_ns >= options_.persistence.count();
    if (is_told && (!persists || session.has(kPersistenceTold))) return;
    session.clear(kAwaitsRound);
    session.set(kUnapprovedTold);
    if (is_told) session.set(kPersistenceTold);
    const RecordOrder order = order_of(burst.views[packet], epoch);
    if (evidence_) send_first_packets(session, flow_.entry_of(session), true, order);
    send(is_told ? RecordKind::kPersisting : RecordKind::kUnapproved, session,
         flow_.entry_of(session), flow_.tags_of(session), order);
}

/// What goes through a proxy is on no port of the session's own, so no cheap question covers it:
/// the judge hears of it, and from then on of the session.
void Stages::tell_inner(const Burst& burst, std::size_t packet, std::uint32_t epoch) noexcept {
    Session& session = *burst.sessions[packet];
    if (!session.proxied || session.inner_told) return;
    if (session.inner_confirmed != Confirmed::kBoth) return;
    session.inner_told = true;
    session.set(kUnapproved);
    session.set(kUnapprovedTold);
    const RecordOrder order = order_of(burst.views[packet], epoch);
    if (evidence_) send_first_packets(session, flow_.entry_of(session), true, order);
    send(RecordKind::kInner, session, flow_.entry_of(session), flow_.tags_of(session), order);
}

void Stages::send(RecordKind kind, const Session& session, std::uint32_t entry, const Tags& tags,
                  const RecordOrder& order) noexcept {
    record_.kind = kind;
    record_.entry = entry;
    record_.session = session;
    record_.tags = tags;
    record_.order = order;
    record_.order.flow_id = flow_id_of(session);
    outbox_.send(record_);
}

void Stages::end_first_packets(const Session& session, const flow::Ended& ended,
                               std::uint32_t epoch) noexcept {
    const bool is_unapproved = session.has(kUnapproved) || session.has(kUnapprovedTold);
    if (is_unapproved || options_.evidence_of_all) {
        send_first_packets(
            session, ended.entry, is_unapproved,
            {.epoch = epoch, .time_ns = ended.time_ns, .packet = ended.packet, .flow_id = 0});
    }
    evidence_->forget(ended.entry);
}

void Stages::tell_ended(std::uint32_t epoch) noexcept {
    for (const flow::Ended& ended : flow_.ended()) {
        Session session = ended.session;
        // Whoever was never asked about, because one side never spoke, is asked about now.
        if (!session.has(kJudged)) approval().ask(session);
        by_protocol_.add(static_cast<std::size_t>(session.protocol));
        by_reason_.add(static_cast<std::size_t>(ended.reason));
        if (evidence_) end_first_packets(session, ended, epoch);
        const bool is_awaited = session.has(kUnapproved) || session.has(kFactsSent);
        if (!is_awaited && !options_.tell_every_session) continue;
        record_.reason = ended.reason;
        send(RecordKind::kEnd, session, ended.entry, ended.tags,
             {.epoch = epoch, .time_ns = ended.time_ns, .packet = ended.packet, .flow_id = 0});
    }
    flow_.clear_ended();
}

void Stages::expire(Timestamp now, std::uint32_t epoch) noexcept {
    flow_.expire(now, kTimeoutsPerTurn);
    tell_ended(epoch);
    leases_reader_.report();  // neither lease nor approval is held across turns
    const std::int64_t settled = flow_.settled_until_ns();
    outbox_.reach(epoch, std::min(settled, nanoseconds_of(now)));
}

void Stages::end_all_sessions(Timestamp now, std::uint32_t epoch) noexcept {
    flow_.begin_end(EndReason::kTraceEnd, now);
    for (bool is_end = false; flow_.end_some(kEndsPerTurn);) {
        const flow::Ended last = flow_.ended().back();
        const std::uint64_t flow_id = flow_id_of(last.session);
        tell_ended(epoch);
        // In their order, so that the cold side need not wait for all of them.
        if (!is_end) outbox_.reach(epoch, last.time_ns);
        is_end = last.packet == RecordOrder::kAfterPackets;
        if (is_end) outbox_.reach_end_of(flow_id);
    }
    tell_ended(epoch);
}

}  // namespace sensor::pipeline
