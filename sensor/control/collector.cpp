#include "sensor/control/collector.h"

#include <algorithm>
#include <cstring>
#include <tuple>
#include <utility>

namespace sensor::control {
namespace {

Observation observation_of(const SessionRecord& record, const std::vector<std::string>& names,
                           FactList facts) {
    const Session& session = record.session;
    const auto name_of_spoken = [&](Direction direction) {
        const ProtocolId spoken = session.spoken[index_of(direction)];
        return spoken == ProtocolId::kUnknown ? std::string{}
                                              : names[static_cast<std::size_t>(spoken)];
    };
    return {.flow_id = record.order.flow_id,
            .client = session.client(),
            .server = session.server(),
            .transport = session.key.transport,
            .tags = record.tags,
            .start = timestamp_of(session.start_ns),
            .last = timestamp_of(session.last_seen_ns),
            .packets_to_server = session.packets[index_of(Direction::kToServer)],
            .packets_to_client = session.packets[index_of(Direction::kToClient)],
            .bytes_to_server = session.wire_bytes[index_of(Direction::kToServer)],
            .bytes_to_client = session.wire_bytes[index_of(Direction::kToClient)],
            .protocol = names[static_cast<std::size_t>(session.protocol)],
            .protocol_to_server = name_of_spoken(Direction::kToServer),
            .protocol_to_client = name_of_spoken(Direction::kToClient),
            .confirmed = session.confirmed(),
            .inner_protocol = session.inner == ProtocolId::kUnknown
                                  ? std::string{}
                                  : names[static_cast<std::size_t>(session.inner)],
            .inner_confirmed = session.inner_confirmed,
            .is_proxied = session.proxied,
            .conflict = session.has(kConflict),
            .loss_seen = session.has(kLossSeen),
            .overlap_conflict = session.has(kOverlapConflict),
            .ended = record.kind == RecordKind::kEnd,
            .tcp_state = session.tcp_state,
            .end_reason = record.kind == RecordKind::kEnd ? record.reason : EndReason::kNone,
            .tcp_flags_to_server = session.tcp_flags[index_of(Direction::kToServer)],
            .tcp_flags_to_client = session.tcp_flags[index_of(Direction::kToClient)],
            .facts = std::move(facts),
            .attribution = {},
            .context = {}};
}

}  // namespace

Told::Told(const SessionRecord& told, const std::vector<std::string>& names, FactList facts)
    : record{&told},
      kind{told.kind},
      epoch{told.order.epoch},
      app_group{told.session.app_group},
      tag_rule{told.session.tag_rule},
      is_unapproved{told.session.has(kUnapproved)},
      was_judged{is_unapproved || told.session.has(kUnapprovedTold)},
      observation{observation_of(told, names, std::move(facts))} {}

bool Collector::Later::operator()(const Turn& a, const Turn& b) const noexcept {
    return std::tie(a.order, a.kind) > std::tie(b.order, b.kind);
}

Collector::Collector(const std::vector<pipeline::Outbox*>& outboxes,
                     const std::vector<std::string>& names)
    : names_{names} {
    for (pipeline::Outbox* outbox : outboxes) {
        inboxes_.push_back({.outbox = outbox,
                            .reader = {outbox->ring(), pipeline::Outbox::kLongestRecord},
                            .kept = {}});
    }
}

bool Collector::gather() {
    bool anything = false;
    pipeline::Outbox::Reached slowest{.order = {}, .finished = true};
    for (Inbox& inbox : inboxes_) {
        // What a worker promises is read before its ring, which then holds all it promises.
        const auto reached = inbox.outbox->reached();
        if (!reached.finished && (slowest.finished || reached.order < slowest.order)) {
            slowest = reached;
        }
        anything |= empty(inbox);
    }
    const bool came_further =
        slowest.finished != slowest_.finished || slowest.order != slowest_.order;
    slowest_ = slowest;
    return anything || came_further;
}

/// What is there now, and no more: a worker that keeps sending would keep others' records waiting.
bool Collector::empty(Inbox& inbox) {
    std::size_t units = inbox.reader.units_waiting();
    const bool anything = units != 0;
    while (units != 0) {
        const dpdk::MessageHeader* message = inbox.reader.next();
        units -= message->units;
        prefetch_after(inbox, *message);
        switch (static_cast<pipeline::RecordType>(message->kind)) {
            case pipeline::RecordType::kFacts:
                keep(inbox, *reinterpret_cast<const FactsRecord*>(message));
                break;
            case pipeline::RecordType::kDatagram:
                hold_datagram(*reinterpret_cast<const DatagramRecord*>(message));
                break;
            case pipeline::RecordType::kSession: hold(inbox, *message); break;
        }
    }
    return anything;
}

/// Entries come in no order that a processor could guess: some messages ahead the entry's place is
/// called for, one ahead what it points at.
void Collector::prefetch_after(const Inbox& inbox, const dpdk::MessageHeader& message) noexcept {
    const auto place_of = [&](std::uint32_t entry) -> const Kept* {
        return entry < inbox.kept.size() ? &inbox.kept[entry] : nullptr;
    };
    const auto kept_of = [&](const dpdk::MessageHeader& one) -> const Kept* {
        switch (static_cast<pipeline::RecordType>(one.kind)) {
            case pipeline::RecordType::kFacts:
                return place_of(reinterpret_cast<const FactsRecord&>(one).entry);
            case pipeline::RecordType::kSession:
                return place_of(reinterpret_cast<const SessionRecord&>(one).entry);
            case pipeline::RecordType::kDatagram: break;
        }
        return nullptr;
    };
    const dpdk::MessageHeader* next = inbox.reader.follows(message);
    if (next == nullptr) return;
    if (const Kept* kept = kept_of(*next); kept != nullptr) __builtin_prefetch(kept->facts);
    for (int ahead = 0; ahead < 2 && next != nullptr; ++ahead)
        next = inbox.reader.follows(*next);
    if (next != nullptr) __builtin_prefetch(kept_of(*next));
}

void Collector::keep(Inbox& inbox, const FactsRecord& record) {
    if (record.entry >= inbox.kept.size()) {
        inbox.kept.resize(std::max<std::size_t>(record.entry + 1, 2 * inbox.kept.size()));
    }
    Kept& kept = inbox.kept[record.entry];
    // Facts of a session whose end was dropped are still there.
    if (kept.facts == nullptr || kept.flow_id != record.flow_id) {
        if (kept.facts == nullptr) kept.facts = &free_kept_place();
        kept.flow_id = record.flow_id;
        for (FactList& side : *kept.facts)
            side.clear();
    }
    (*kept.facts)[index_of(record.direction)].renew(record.facts);
}

void Collector::hold_datagram(const DatagramRecord& record) {
    auto copy = std::make_unique<DatagramRecord>();
    // Behind what is in use nothing was sent.
    std::memcpy(static_cast<void*>(copy.get()), &record, record.bytes_in_use());
    datagrams_.push_back(std::move(copy));
    std::ranges::push_heap(datagrams_, Later{});
}

const DatagramRecord* Collector::next_datagram() {
    if (datagrams_.empty()) return nullptr;
    const RecordOrder& order = datagrams_.front()->order;
    if (!slowest_.finished && order >= slowest_.order) return nullptr;
    if (!waiting_.empty() && waiting_.top().order < order) return nullptr;
    std::ranges::pop_heap(datagrams_, Later{});
    datagram_ = std::move(datagrams_.back());
    datagrams_.pop_back();
    return datagram_.get();
}

/// Facts are taken now, while they are this session's: soon its entry may be another's.
void Collector::hold(Inbox& inbox, const dpdk::MessageHeader& message) {
    Held& held = free_place();
    std::memcpy(static_cast<void*>(&held.record), &message, sizeof held.record);
    const SessionRecord& record = held.record;
    if (record.entry < inbox.kept.size()) {
        Kept& kept = inbox.kept[record.entry];
        if (kept.facts != nullptr && kept.flow_id == record.order.flow_id) {
            for (const FactList& side : *kept.facts)
                held.facts.append(side);
            if (record.kind == RecordKind::kEnd)
                free_kept_places_.push_back(std::exchange(kept.facts, nullptr));
        }
    }
    waiting_.push({record.order, record.kind, &held});
}

Collector::Held& Collector::free_place() {
    if (free_places_.empty()) return places_.emplace_back();
    Held& place = *free_places_.back();
    free_places_.pop_back();
    place.facts.clear();
    return place;
}

Collector::FactsOfSession& Collector::free_kept_place() {
    if (free_kept_places_.empty()) return kept_places_.emplace_back();
    FactsOfSession& place = *free_kept_places_.back();
    free_kept_places_.pop_back();
    return place;
}

Told* Collector::next() {
    if (waiting_.empty()) return nullptr;
    if (!slowest_.finished && waiting_.top().order >= slowest_.order) return nullptr;
    Held& held = *waiting_.top().held;
    waiting_.pop();
    FactList kept = told_ ? std::move(told_->observation.facts) : FactList{};
    told_.emplace(held.record, names_, std::move(held.facts));
    held.facts = std::move(kept);  // for its memory
    free_places_.push_back(&held);
    return &*told_;
}

bool Collector::finished() const noexcept {
    return slowest_.finished && waiting_.empty() && datagrams_.empty();
}

}  // namespace sensor::control
