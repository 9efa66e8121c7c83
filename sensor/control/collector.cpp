#include "sensor/control/collector.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace sensor::control {
namespace {

constexpr std::size_t kRecordsAtOnce = 64;

}  // namespace

bool Collector::Later::operator()(const std::unique_ptr<SessionRecord>& a,
                                  const std::unique_ptr<SessionRecord>& b) const noexcept {
    return std::tie(a->order, a->kind) > std::tie(b->order, b->kind);
}

Collector::Collector(std::vector<pipeline::Outbox*> outboxes, const std::vector<std::string>& names)
    : outboxes_{std::move(outboxes)},
      names_{names},
      session_records_(kRecordsAtOnce),
      facts_records_(kRecordsAtOnce) {}

bool Collector::gather() {
    bool anything = false;
    pipeline::Outbox::Reached slowest{.epoch = 0, .time_ns = 0, .finished = true};
    for (pipeline::Outbox* outbox : outboxes_) {
        // What a worker promises is read before its ring, which then holds all it promises.
        const auto reached = outbox->reached();
        const bool is_slower =
            std::tie(reached.epoch, reached.time_ns) < std::tie(slowest.epoch, slowest.time_ns);
        if (!reached.finished && (slowest.finished || is_slower)) {
            slowest = reached;
        }
        while (const std::size_t count = outbox->sessions().pop(session_records_)) {
            anything = true;
            for (std::size_t i = 0; i < count; ++i) {
                waiting_.push(std::make_unique<SessionRecord>(session_records_[i]));
            }
            // Facts precede the session record that needs them, so they are all there by now; and
            // a worker that waits for room in this ring gets it.
            gather_facts(*outbox);
        }
        gather_facts(*outbox);
    }
    const bool came_further = slowest.finished != slowest_.finished ||
                              slowest.epoch != slowest_.epoch ||
                              slowest.time_ns != slowest_.time_ns;
    slowest_ = slowest;
    return anything || came_further;
}

void Collector::gather_facts(pipeline::Outbox& outbox) {
    while (const std::size_t count = outbox.facts().pop(facts_records_)) {
        for (std::size_t i = 0; i < count; ++i) {
            const FactsRecord& record = facts_records_[i];
            auto& kept = facts_[{record.epoch, record.flow_id}][index_of(record.direction)];
            // What is told again takes the place of what was told before.
            record.facts.each([&](Fact fact, std::string_view) {
                std::erase_if(kept, [fact](const auto& one) { return one.first == fact; });
            });
            record.facts.each(
                [&](Fact fact, std::string_view value) { kept.emplace_back(fact, value); });
        }
    }
}

std::optional<Told> Collector::next() {
    if (waiting_.empty()) return std::nullopt;
    const RecordOrder& order = waiting_.top()->order;
    const bool is_its_turn = slowest_.finished || std::tie(order.epoch, order.time_ns) <
                                                      std::tie(slowest_.epoch, slowest_.time_ns);
    if (!is_its_turn) return std::nullopt;
    const SessionRecord& record = *waiting_.top();
    Told told{.kind = record.kind,
              .epoch = record.order.epoch,
              .app_group = record.session.app_group,
              .tag_rule = record.session.tag_rule,
              .is_unapproved = record.session.has(kUnapproved),
              .observation = observe(record)};
    if (record.kind == RecordKind::kEnd) facts_.erase({record.order.epoch, record.flow_id});
    waiting_.pop();
    return told;
}

bool Collector::finished() const noexcept {
    return slowest_.finished && waiting_.empty();
}

Observation Collector::observe(const SessionRecord& record) const {
    const Session& session = record.session;
    const auto name_of_spoken = [&](Direction direction) {
        const ProtocolId spoken = session.spoken[index_of(direction)];
        return spoken == ProtocolId::kUnknown ? std::string{}
                                              : names_[static_cast<std::size_t>(spoken)];
    };
    Observation observation{
        .flow_id = record.flow_id,
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
        .protocol = names_[static_cast<std::size_t>(session.protocol)],
        .protocol_to_server = name_of_spoken(Direction::kToServer),
        .protocol_to_client = name_of_spoken(Direction::kToClient),
        .confirmed = session.confirmed(),
        .inner_protocol = session.inner == ProtocolId::kUnknown
                              ? std::string{}
                              : names_[static_cast<std::size_t>(session.inner)],
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
        .facts = {},
        .attribution = {},
        .context = {}};
    if (const auto found = facts_.find({record.order.epoch, record.flow_id});
        found != facts_.end()) {
        for (const auto& side : found->second) {
            observation.facts.insert(observation.facts.end(), side.begin(), side.end());
        }
    }
    return observation;
}

}  // namespace sensor::control
