#include "sensor/control/replay_tally.h"

#include <algorithm>
#include <array>
#include <utility>

#include "lib/trace/trace_file.h"
#include "sensor/model/observation.h"

namespace sensor::control {
namespace {

void add_if_any(std::vector<report::NamedCount>& counts, std::string name, std::uint64_t count) {
    if (count != 0) counts.push_back({std::move(name), count});
}

void count_decoded(const pipeline::DecodeCounters& decoded, report::Summary& counts) {
    counts.decoded += decoded[DecodeStatus::kOk];
    for (std::size_t i = 0; i < static_cast<std::size_t>(DecodeStatus::kCount); ++i) {
        const auto status = static_cast<DecodeStatus>(i);
        if (status == DecodeStatus::kOk || decoded[status] == 0) continue;
        const std::string name{name_of(status)};
        const auto found = std::ranges::find(counts.rejected, name, &report::NamedCount::name);
        if (found == counts.rejected.end()) {
            counts.rejected.push_back({name, decoded[status]});
        } else {
            found->count += decoded[status];
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

std::string note_of_cut(const std::string& path) {
    const trace::TraceEnd end = trace::read_to_end(path);
    return path + ": ends in the middle of a record; read up to there, " +
           std::to_string(end.packets) + " packets" +
           (end.problem.empty() ? "" : " (" + end.problem + ")");
}

}  // namespace

report::Summary tally(const capture::TraceSource& source, const pipeline::Steering* steering,
                      const std::vector<const pipeline::Stages*>& stages,
                      const std::vector<std::unique_ptr<pipeline::Outbox>>& outboxes,
                      const std::vector<std::string>& names) {
    report::Summary counts;
    for (const capture::Trace& trace : source.traces())
        counts.traces.push_back(trace.path);
    for (const std::string& path : source.cut_short())
        counts.notes.push_back(note_of_cut(path));
    counts.packets = source.progress().packets.load();
    counts.bytes = source.progress().bytes.load();
    counts.first = source.first();
    counts.last = source.last();
    if (steering != nullptr) {
        count_decoded(steering->counters(), counts);
        count_fragments(steering->reassembly(), counts);
    }
    std::uint64_t evicted = 0;
    std::uint64_t table_full = 0;
    std::uint64_t no_buffer = 0;
    std::uint64_t holes = 0;
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
    add_if_any(counts.losses, "records dropped", dropped);
    add_if_any(counts.losses, "frames without a buffer", source.lost_for_want_of_buffers());
    if (const std::uint64_t steps = source.progress().backsteps.load(); steps != 0) {
        counts.notes.push_back(
            std::to_string(steps) +
            " packets are older than the one before; they count as simultaneous");
    }
    return counts;
}

}  // namespace sensor::control
