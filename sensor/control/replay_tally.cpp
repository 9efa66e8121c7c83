#include "sensor/control/replay_tally.h"

#include <algorithm>
#include <array>
#include <utility>

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
    for (std::size_t reason = 0; reason < pipeline::Stages::CountByReason{}.size(); ++reason) {
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

}  // namespace

report::Summary tally(const capture::TraceSource& source, const pipeline::Steering* steering,
                      const std::vector<const pipeline::Stages*>& stages,
                      const std::vector<std::unique_ptr<pipeline::Outbox>>& outboxes,
                      const std::vector<std::string>& names) {
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
    std::uint64_t captured_short = 0;
    const auto add_decoded = [&](const pipeline::DecodeCounters& decoded) {
        count_decoded(decoded, counts);
        captured_short += decoded.capture[pipeline::CaptureCounter::kCapturedShort];
    };
    if (steering != nullptr) {
        add_decoded(steering->counters());
        count_fragments(steering->reassembly(), counts);
    }
    std::uint64_t evicted = 0;
    std::uint64_t table_full = 0;
    std::uint64_t no_buffer = 0;
    std::uint64_t holes = 0;
    std::uint64_t refused_tags = 0;
    for (const pipeline::Stages* one : stages) {
        add_decoded(one->decoded());
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
    for (const auto& outbox : outboxes) {
        dropped += outbox->counters()[pipeline::OutboxCounter::kDroppedRecords];
    }
    add_if_any(counts.untracked, "flow-table-full", table_full);
    counts.protocols = by_protocol(stages, names);
    counts.ended = by_end(stages);
    add_if_any(counts.losses, "sessions evicted", evicted);
    add_if_any(counts.losses, "directions without a first-bytes buffer", no_buffer);
    add_if_any(counts.losses, "segments beyond too many holes", holes);
    add_if_any(counts.losses, "sets of tags without room", refused_tags);
    add_if_any(counts.losses, "records dropped", dropped);
    add_if_any(counts.losses, "frames without a buffer", source.lost_for_want_of_buffers());
    counts.stages.push_back(stage_counts<identify::IdentifyCounter>(
        "identify", stages,
        [](const pipeline::Stages& one) -> auto& { return one.identify().counters(); }));
    counts.stages.push_back(stage_counts<attribute::AttributeCounter>(
        "attribute", stages,
        [](const pipeline::Stages& one) -> auto& { return one.attribute().counters(); }));
    note_packets(progress.backsteps.load(),
                 "is older than the one before; it counts as simultaneous",
                 "are older than the one before; they count as simultaneous", counts);
    note_packets(progress.clamped.load(),
                 "is from before 1970 or after 2159; it counts as of the nearest of these",
                 "are from before 1970 or after 2159; they count as of the nearest of these",
                 counts);
    note_packets(captured_short, "was captured short (snap length); protocols may be missed",
                 "were captured short (snap length); protocols may be missed", counts);
    note_packets(progress.too_long.load(),
                 "is longer than 65,407 bytes and was looked at up to there",
                 "are longer than 65,407 bytes and were looked at up to there", counts);
    return counts;
}

}  // namespace sensor::control
