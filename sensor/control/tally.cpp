#include "sensor/control/tally.h"

#include <algorithm>
#include <array>
#include <utility>

#include "sensor/control/unmapped_sessions.h"
#include "sensor/model/observation.h"
#include "sensor/report/wording.h"

namespace sensor::control {
namespace {

void add_if_any(std::vector<report::NamedCount>& counts, std::string name, std::uint64_t count) {
    if (count != 0) counts.push_back({std::move(name), count});
}

void count_decoded(const pipeline::DecodeCounters& decoded, report::Summary& counts) {
    counts.decoded += decoded.by_status[DecodeStatus::kOk];
    for (std::size_t i = 0; i < static_cast<std::size_t>(DecodeStatus::kCount); ++i) {
        const auto status = static_cast<DecodeStatus>(i);
        if (status == DecodeStatus::kOk || decoded.by_status[status] == 0) continue;
        const std::string name{name_of(status)};
        const auto found = std::ranges::find(counts.rejected, name, &report::NamedCount::name);
        if (found == counts.rejected.end()) {
            counts.rejected.push_back({name, decoded.by_status[status]});
        } else {
            found->count += decoded.by_status[status];
        }
    }
}

/// What became of fragments, save those that are packets now or still counted as rejected.
void count_fragments(const decode::Reassembler& reassembler, report::Summary& counts) {
    using enum decode::ReassemblyCounter;
    constexpr std::array kLosses{std::pair{kTimedOut, "fragments too late"},
                                 std::pair{kEvicted, "fragments that made room for others"},
                                 std::pair{kContradictory, "fragments that overlap"},
                                 std::pair{kMalformed, "fragments that fit no datagram"},
                                 std::pair{kNoRoom, "fragments without a place"}};
    for (const auto& [reason, what] : kLosses)
        add_if_any(counts.losses, what, reassembler.counters()[reason]);
    add_if_any(counts.losses, "fragments that wait for others", reassembler.held());
}

/// Most first, equal ones by name; without the unknown.
std::vector<report::NamedCount> by_protocol(const std::vector<const pipeline::Stages*>& stages,
                                            const std::vector<std::string>& names) {
    std::vector<report::NamedCount> counts;
    for (std::size_t id = 1; id < names.size(); ++id) {
        std::uint64_t sum = 0;
        for (const pipeline::Stages* one : stages)
            sum += one->ended_by_protocol()[id];
        add_if_any(counts, names[id], sum);
    }
    std::ranges::sort(counts, [](const auto& a, const auto& b) {
        return a.count != b.count ? a.count > b.count : a.name < b.name;
    });
    return counts;
}

std::vector<report::NamedCount> by_end(const std::vector<const pipeline::Stages*>& stages) {
    std::vector<report::NamedCount> counts;
    for (std::size_t reason = 0; reason < pipeline::Stages::CountByReason::size(); ++reason) {
        std::uint64_t sum = 0;
        for (const pipeline::Stages* one : stages)
            sum += one->ended_by_reason()[reason];
        add_if_any(counts, std::string{name_of(static_cast<EndReason>(reason))}, sum);
    }
    return counts;
}

/// `counters_of(stages)` is one worker's block of counters.
template <class Counter, class CountersOf>
report::StageCounts stage_counts(std::string stage,
                                 const std::vector<const pipeline::Stages*>& stages,
                                 CountersOf&& counters_of) {
    report::StageCounts counts{.stage = std::move(stage), .counts = {}};
    for (std::size_t i = 0; i < static_cast<std::size_t>(Counter::kCount); ++i) {
        const auto counter = static_cast<Counter>(i);
        std::uint64_t sum = 0;
        for (const pipeline::Stages* one : stages)
            sum += counters_of(*one)[counter];
        counts.counts.push_back({std::string{name_of(counter)}, sum});
    }
    return counts;
}

std::string note_of_cut(const capture::CutTrace& cut) {
    const bool is_truncated = cut.problem.starts_with("truncated");
    return cut.path +
           (is_truncated ? ": ends in the middle of a record" : ": cannot be read to its end") +
           "; read up to there, " + report::counted(cut.packets, "packet") + " (" + cut.problem +
           ")";
}

void note_packets(std::uint64_t count, const std::string& one, const std::string& several,
                  report::Summary& counts) {
    if (count == 0) return;
    counts.notes.push_back(report::counted(count, "packet") + " " + (count == 1 ? one : several));
}

template <class Source>
void count_steering(const pipeline::Steering<Source>& steering, report::Summary& counts) {
    using enum pipeline::SteeringCounter;
    count_decoded(steering.decoded(), counts);
    count_fragments(steering.reassembly(), counts);
    add_if_any(counts.losses, "packets that their worker was too slow for",
               steering.counters()[kRingFull]);
    add_if_any(counts.losses, "packets without a buffer of their own",
               steering.counters()[kNoBuffer]);
    add_if_any(counts.losses, "packets of tunnels besides", steering.counters()[kCarriers]);
}

/// Packets of which the mirror kept less than was on the wire.
std::uint64_t captured_short(const pipeline::DecodeCounters& decoded) {
    return decoded.capture[pipeline::CaptureCounter::kCapturedShort];
}

void note_captured_short(std::uint64_t count, report::Summary& counts) {
    note_packets(count, "was captured short (snap length); protocols may be missed",
                 "were captured short (snap length); protocols may be missed", counts);
}

void count_unmapped(const Engine& engine, report::Summary& counts) {
    UnmappedSessions unmapped = unmapped_sessions(engine);
    counts.unmapped_tags = std::move(unmapped.by_tags);
    counts.unmapped_others = unmapped.others;
}

/// What the workers and the cold side counted.
void count_engine(const Engine& engine, report::Summary& counts) {
    std::vector<const pipeline::Stages*> stages;
    for (const auto& one : engine.all_stages())
        stages.push_back(one.get());
    std::uint64_t evicted = 0;
    std::uint64_t table_full = 0;
    std::uint64_t no_buffer = 0;
    std::uint64_t holes = 0;
    std::uint64_t refused_tags = 0;
    for (const pipeline::Stages* one : stages) {
        count_decoded(one->decoded(), counts);
        count_fragments(one->reassembly(), counts);
        const auto& flow = one->flow().counters();
        counts.carriers += flow[flow::FlowCounter::kCarriers];
        counts.tracked += flow[flow::FlowCounter::kTracked];
        counts.sessions += flow[flow::FlowCounter::kSessions];
        counts.unknown += one->ended_by_protocol()[0];
        counts.conflicts += one->identify().counters()[identify::IdentifyCounter::kConflicts];
        table_full += flow[flow::FlowCounter::kUntrackedTableFull];
        evicted += flow[flow::FlowCounter::kEvicted];
        no_buffer += flow[flow::FlowCounter::kFirstBytesFull];
        holes += flow[flow::FlowCounter::kTooManyHoles];
        refused_tags += one->flow().refused_tags();
    }
    std::uint64_t dropped = 0;
    for (const auto& outbox : engine.outboxes()) {
        dropped += outbox->counters()[pipeline::OutboxCounter::kDroppedRecords];
    }
    add_if_any(counts.untracked, "flow-table-full", table_full);
    counts.protocols = by_protocol(stages, engine.protocol_names());
    counts.ended = by_end(stages);
    add_if_any(counts.losses, "sessions evicted", evicted);
    add_if_any(counts.losses, "directions without a first-bytes buffer", no_buffer);
    add_if_any(counts.losses, "segments beyond too many holes", holes);
    add_if_any(counts.losses, "sets of tags without room", refused_tags);
    add_if_any(counts.losses, "records dropped", dropped);
    counts.stages.push_back(stage_counts<identify::IdentifyCounter>(
        "identify", stages,
        [](const pipeline::Stages& one) -> auto& { return one.identify().counters(); }));
    counts.stages.push_back(stage_counts<attribute::AttributeCounter>(
        "attribute", stages,
        [](const pipeline::Stages& one) -> auto& { return one.attribute().counters(); }));
    counts.suppressed = engine.cold_counts().judged.suppressed;
    count_unmapped(engine, counts);
    counts.events_accepted = engine.identity().accepted;
    counts.events_rejected = engine.identity().rejected;
    for (const auto& [id, hits] : engine.exception_hits())
        counts.exceptions.push_back({id, hits});
}

/// Inline: what became of the frames that a port received, and of those to be sent there.
void count_forwarding(const metrics::CounterBlock<capture::LiveCounter>& received,
                      const PortStatus& port, report::Summary& counts) {
    using enum capture::LiveCounter;
    const std::string from = " of '" + port.name + "' not forwarded: ";
    counts.forwarded += received[kForwarded];
    counts.bypassed += received[kBypassed];
    add_if_any(counts.losses, "packets" + from + "queue full", received[kRefused]);
    add_if_any(counts.losses, "packets" + from + "too long", received[kUnsendable]);
    add_if_any(counts.losses, "packets" + from + "peer down", received[kPeerAway]);
    add_if_any(counts.losses, "packets unsent on '" + port.name + "'", port.unsent);
}

template <class Source>
std::uint64_t captured_short(const pipeline::Steering<Source>* steering, const Engine& engine) {
    std::uint64_t count = steering == nullptr ? 0 : captured_short(steering->decoded());
    for (const auto& one : engine.all_stages())
        count += captured_short(one->decoded());
    return count;
}

}  // namespace

report::Summary tally_replay(const capture::TraceSource& source,
                             const pipeline::Steering<capture::TraceSource>* steering,
                             const Engine& engine) {
    report::Summary counts;
    for (const capture::Trace& trace : source.traces())
        counts.traces.push_back(trace.path);
    for (const capture::CutTrace& cut : source.cut_short())
        counts.notes.push_back(note_of_cut(cut));
    const capture::TraceProgress& progress = source.progress();
    counts.packets = progress.packets.load();
    counts.bytes = progress.bytes.load();
    counts.first = source.first();
    counts.last = source.last();
    if (steering != nullptr) count_steering(*steering, counts);
    count_engine(engine, counts);
    note_packets(progress.backsteps.load(),
                 "is older than the one before; it counts as simultaneous",
                 "are older than the one before; they count as simultaneous", counts);
    note_packets(progress.clamped.load(),
                 "is from before 1970 or after 2159; it counts as of the nearest of these",
                 "are from before 1970 or after 2159; they count as of the nearest of these",
                 counts);
    note_captured_short(captured_short(steering, engine), counts);
    note_packets(progress.too_long.load(),
                 "is longer than 65,407 bytes and was looked at up to there",
                 "are longer than 65,407 bytes and were looked at up to there", counts);
    std::ranges::copy(engine.identity().notes, std::back_inserter(counts.notes));
    return counts;
}

report::Summary tally_live(const capture::LiveSource& source, Ports& ports,
                           const pipeline::Steering<capture::LiveSource>* steering,
                           const Engine& engine) {
    report::Summary counts;
    counts.first = source.first();
    counts.last = source.now();
    std::uint64_t too_long = 0;
    const auto status = ports.status();
    for (std::size_t port = 0; port < status.size(); ++port) {
        const auto& received = source.counters(port);
        counts.ports.push_back(status[port].name);
        counts.packets += received[capture::LiveCounter::kPackets];
        counts.bytes += received[capture::LiveCounter::kBytes];
        too_long += received[capture::LiveCounter::kTooLong];
        const std::string on = " on '" + status[port].name + "'";
        add_if_any(counts.losses, "frames missed" + on, status[port].missed);
        add_if_any(counts.losses, "frames with errors" + on, status[port].errors);
        add_if_any(counts.losses, "frames without a buffer" + on, status[port].no_buffer);
        count_forwarding(received, status[port], counts);
    }
    if (steering != nullptr) count_steering(*steering, counts);
    count_engine(engine, counts);
    note_captured_short(captured_short(steering, engine), counts);
    note_packets(too_long, "is longer than 16,384 bytes and was looked at up to there",
                 "are longer than 16,384 bytes and were looked at up to there", counts);
    std::ranges::copy(engine.identity().notes, std::back_inserter(counts.notes));
    return counts;
}

}  // namespace sensor::control
